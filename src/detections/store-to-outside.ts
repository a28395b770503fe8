import { counted } from '../bytes/counted.ts';
import type { Event } from '../ledger/events.ts';
import type { Policy } from '../policy/policy.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { type GrowingCase, hourMicros } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { endInWords, listed, within } from './sentence.ts';
import { Tally } from './tally.ts';
import { receiverOf, senderOf } from './transfer.ts';

export const storeToOutside: Correlation = {
  slug: 'store-to-outside',
  kind: 'event',
  severities: ['critical'],
  title: 'Objects leave the internal networks',
  references: ['45 CFR 164.312(e)(1)', '45 CFR 164.312(b)', 'DICOM PS3.4 B.2', 'MITRE ATT&CK T1048'],
  needsPolicy: null,
  observes: ['object-sent'],
  watch,
};

type Left = 'senders' | 'titles';
const names: readonly Left[] = ['senders', 'titles'];
const counts: readonly 'patients'[] = ['patients'];
const namedMax = 3;

function watch({ policy, raise }: Surroundings): (event: Event) => void {
  const receivers = new Remembered<Tally<Left, 'patients'>>(2 * hourMicros);
  return (event) => {
    if (event.kind !== 'object-sent') return;
    const { address, title: titles } = receiverOf(event);
    const sender = senderOf(event);
    if (policy.isInternal(address) || !policy.isInternal(sender.address)) return;
    const left =
      receivers.get(address, event.at.micros) ??
      receivers.add(address, event.at.micros, new Tally(names, hourMicros, undefined, counts));
    left.add(event, { patients: event.patientHash, senders: endInWords(sender), titles });
    raise(left.case([address], hourMicros, event, (one) => told(policy, address, one)));
  };
}

function told(policy: Policy, address: string, one: GrowingCase<Left, 'patients'>): Told {
  const [title = null] = one.named('titles');
  const networks = policy.internalAssumed
    ? 'the internal networks (assumed: private addresses, for no policy names them)'
    : 'the internal networks';
  return {
    severity: 'critical',
    summary:
      `${counted(one.events, 'object')} of ${counted(one.count('patients'), 'patient')} left ${networks} ` +
      `${within(one.first, one.last)}: from ${listed(one.named('senders'), namedMax)} to ${endInWords({ title, address })}.`,
    next: 'Find out whose address it is. If nobody expects it, block it at the firewall, and keep the capture: it shows which objects are out. A partner belongs under exceptions, by address, with a reason and a date.',
    evidence: {
      receiver: address,
      titles: one.named('titles').slice(0, 20),
      patients: one.count('patients'),
      internalAssumed: policy.internalAssumed,
    },
  };
}
