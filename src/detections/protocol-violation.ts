import { counted } from '../bytes/counted.ts';
import type { Event, Malformation } from '../ledger/events.ts';
import type { Policy } from '../policy/policy.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { type GrowingCase, hourMicros, minuteMicros } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { clientInWords, listed, listener, serverInWords, within } from './sentence.ts';
import { Tally } from './tally.ts';

export const brokenRules: Correlation = {
  slug: 'protocol-violation',
  kind: 'event',
  severities: ['low', 'high'],
  title: 'Bytes that break the rules of DICOM',
  references: ['45 CFR 164.312(c)(1)', 'DICOM PS3.8 9.3', 'DICOM PS3.7 6.3.1', 'MITRE ATT&CK T1499.004'],
  needsPolicy: null,
  observes: ['malformation'],
  watch,
};

type Names = 'reasons' | 'senders';
const names: readonly Names[] = ['reasons', 'senders'];
const namedMax = 3;

function watch({ policy, raise }: Surroundings): (event: Event) => void {
  const kinds = new Remembered<Tally<Names>>(2 * hourMicros);
  return (event) => {
    // After a loss what looks broken may be the sensor's reading.
    if (event.kind !== 'malformation' || event.of.partial) return;
    const { of, at, by, field, reason } = event;
    const { window_minutes } = policy.thresholds['protocol-violation'];
    const key = [of.clientAddress, listener(of), field];
    const tally =
      kinds.get(key.join(' '), at.micros) ??
      kinds.add(key.join(' '), at.micros, new Tally(names, window_minutes * minuteMicros, 0));
    tally.add(event, { reasons: `${KINDS[field] ?? field}: ${reason}`, senders: by });
    raise(tally.case(key, hourMicros, event, (one) => told(policy, event, tally, one)));
  };
}

/** Words for those that say more than their name. */
const KINDS: Readonly<Record<string, string>> = {
  'pdu-type': 'the type of a PDU',
  'pdu-length': 'the length of a PDU',
  'pdv-length': 'the length of a value in P-DATA',
  'p-data-length': 'the length of a P-DATA',
  'p-data': 'P-DATA',
  'presentation-context-id': 'a presentation context',
  'presentation-context': 'presentation contexts',
  'transfer-syntax': 'transfer syntaxes',
  'user-information': 'user information',
  'command-set': 'a command set',
  'command-element': 'an element of a command set',
  'command-field': 'the Command Field',
  'command-value-length': 'a value of a command set',
  'message-control': 'message control',
};

function told(policy: Policy, { of, field }: Malformation, tally: Tally<Names>, one: GrowingCase<Names>): Told {
  const { repeated } = policy.thresholds['protocol-violation'];
  const often = Math.max(tally.events, one.events);
  const senders = one.named('senders').map((by) => (by === 'client' ? clientInWords(of) : serverInWords(of)));
  return {
    severity: often >= repeated ? 'high' : 'low',
    summary:
      `Between ${clientInWords(of)} and ${serverInWords(of)} ${counted(one.events, 'message')} ${within(one.first, one.last)} ` +
      `broke the rules of DICOM (${field}), sent by ${listed(senders)}: ${listed(one.named('reasons'), namedMax)}.`,
    next: 'Once is a careless device, which its vendor should hear of. Again and again is somebody trying what the receiver does with it: look whether it still runs, and at the client.',
    evidence: { kind: field, reasons: one.named('reasons').slice(0, 20), senders: one.named('senders') },
  };
}
