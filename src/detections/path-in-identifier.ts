import { counted } from '../bytes/counted.ts';
import type { Event, Participants } from '../ledger/events.ts';
import { pathWordsOf } from '../protocols/dicom/oddities.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { type GrowingCase, hourMicros } from './growing-case.ts';
import { oddSender } from './odd-values.ts';
import { Remembered } from './recent.ts';
import { listed, within } from './sentence.ts';
import { Tally } from './tally.ts';

export const pathInIdentifier: Correlation = {
  slug: 'path-in-identifier',
  kind: 'event',
  severities: ['high'],
  title: 'A path or a command in an identifier',
  references: ['45 CFR 164.312(c)(1)', 'DICOM PS3.5 9.1', 'MITRE ATT&CK T1190', 'MITRE ATT&CK T1059'],
  needsPolicy: null,
  observes: ['odd-value', 'association-requested', 'operation-requested'],
  watch,
};

type Seen = 'what' | 'receivers';
const names: readonly Seen[] = ['what', 'receivers'];
const namedMax = 3;

function watch({ raise }: Surroundings): (event: Event) => void {
  const senders = new Remembered<Tally<Seen>>(2 * hourMicros);
  return (event) => {
    const found = oddIn(event);
    if (found.length === 0) return;
    const by = event.kind === 'odd-value' ? event.by : 'client';
    const { sender, receiver } = oddSender({ of: event.of, by });
    const tally =
      senders.get(sender.address, event.at.micros) ??
      senders.add(sender.address, event.at.micros, new Tally(names, hourMicros, 0));
    // Titles may be what is odd: ends are told by their addresses.
    tally.add(event, { receivers: receiver.address });
    const one = tally.case([sender.address], hourMicros, event, (grown) => told(sender.address, grown));
    for (const what of found) tally.name('what', what, event.at.micros);
    raise(one);
  };
}

/** Of titles that are the same again and again: nearly all say nothing. */
const known = new Map<string, string | null>();
const knownMax = 4096;

function oddIn(event: Event): readonly string[] {
  if (event.kind === 'odd-value') {
    return event.oddities.flatMap(({ kind, what, where }) => (kind === 'path' ? [`${what} in ${where}`] : []));
  }
  if (event.kind === 'association-requested') return oddTitles(event.of);
  const destination = event.kind === 'operation-requested' ? event.operation.moveDestination : null;
  return destination === null ? nothing : oddTitle(destination, 'the move destination');
}

const nothing: readonly string[] = [];

function oddTitles({ callingAe, calledAe }: Participants): readonly string[] {
  const calling = callingAe === null ? nothing : oddTitle(callingAe, 'the calling AE title');
  const called = calledAe === null ? nothing : oddTitle(calledAe, 'the called AE title');
  if (calling.length === 0) return called;
  return [...calling, ...called];
}

/** A title as kept has its backslash doubled. */
function oddTitle(title: string, where: string): readonly string[] {
  let words = known.get(title);
  if (words === undefined) {
    words = pathWordsOf(title.replaceAll('\\\\', '\\'), false);
    if (known.size >= knownMax) known.clear();
    known.set(title, words);
  }
  return words === null ? nothing : [`${words} in ${where}`];
}

function told(address: string, one: GrowingCase<Seen>): Told {
  const what = one.named('what');
  return {
    severity: 'high',
    summary:
      `${address} sent ${counted(one.events, 'message')} with ${listed(what, namedMax)} ${within(one.first, one.last)}, ` +
      `to ${listed(one.named('receivers'), namedMax)}: identifiers that an archive may make a file name or a command of.`,
    next: 'Look at the receiver for files outside its store and for commands that ran, and at who has the sender. The values are in the capture, at the packet named.',
    evidence: { sender: address, what: what.slice(0, 20), receivers: one.named('receivers').slice(0, 20) },
  };
}
