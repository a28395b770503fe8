import { counted } from '../bytes/counted.ts';
import type { Event } from '../ledger/events.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { type GrowingCase, hourMicros } from './growing-case.ts';
import { oddSender } from './odd-values.ts';
import { Remembered } from './recent.ts';
import { endInWords, listed, within } from './sentence.ts';
import { Tally } from './tally.ts';

export const executableContent: Correlation = {
  slug: 'executable-content',
  kind: 'event',
  severities: ['high'],
  title: 'A program or script where medical data belongs',
  references: ['45 CFR 164.308(a)(5)(ii)(B)', 'DICOM PS3.3 A.45', 'MITRE ATT&CK T1027.009', 'MITRE ATT&CK T1036.008'],
  needsPolicy: null,
  observes: ['odd-value'],
  watch,
};

type Seen = 'what' | 'receivers' | 'titles';
const names: readonly Seen[] = ['what', 'receivers', 'titles'];
const namedMax = 3;

function watch({ raise }: Surroundings): (event: Event) => void {
  const senders = new Remembered<Tally<Seen>>(2 * hourMicros);
  return (event) => {
    if (event.kind !== 'odd-value') return;
    const found = event.oddities.filter(({ kind }) => kind !== 'path');
    if (found.length === 0) return;
    const { sender, receiver } = oddSender(event);
    const tally =
      senders.get(sender.address, event.at.micros) ??
      senders.add(sender.address, event.at.micros, new Tally(names, hourMicros, 0));
    tally.add(event, { receivers: endInWords(receiver), titles: sender.title });
    const one = tally.case([sender.address], hourMicros, event, (grown) => told(sender.address, grown));
    for (const { kind, what, where } of found) {
      tally.name(
        'what',
        kind === 'program' ? `${what} in ${WHERE[where] ?? where}` : `document that is ${what}`,
        event.at.micros,
      );
    }
    raise(one);
  };
}

const WHERE: Readonly<Record<string, string>> = {
  EncapsulatedDocument: 'an encapsulated document',
  private: 'a private element',
  binary: 'a binary element',
};

function told(address: string, one: GrowingCase<Seen>): Told {
  const [title = null] = one.named('titles');
  const what = one.named('what');
  return {
    severity: 'high',
    summary:
      `${endInWords({ title, address })} sent ${counted(one.events, 'data set')} with ${listed(what, namedMax)} ` +
      `${within(one.first, one.last)}, to ${listed(one.named('receivers'), namedMax)}.`,
    next: 'Keep the capture, take the object out of the archive before a workstation opens it, and look at the sender as at any machine that spreads programs.',
    evidence: { sender: address, what: what.slice(0, 20), receivers: one.named('receivers').slice(0, 20) },
  };
}
