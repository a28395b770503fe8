import { counted } from '../bytes/counted.ts';
import type { Event, ObjectSent, Participants } from '../ledger/events.ts';
import type { Policy } from '../policy/policy.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { oncePerAssociation, usableFrom } from './entries.ts';
import { type GrowingCase, hourMicros, minuteMicros } from './growing-case.ts';
import { Remembered } from './recent.ts';
import { endInWords, listed, within } from './sentence.ts';
import { Tally } from './tally.ts';
import { receiverOf, senderOf } from './transfer.ts';

export const bulkRetrieval: Correlation = {
  slug: 'bulk-retrieval',
  kind: 'event',
  severities: ['high'],
  title: 'Many patients or objects sent to one receiver',
  references: ['45 CFR 164.308(a)(1)(ii)(D)', '45 CFR 164.312(b)', 'DICOM PS3.4 C.4.2', 'MITRE ATT&CK T1119'],
  needsPolicy: null,
  observes: ['object-sent'],
  watch,
};

type Received = 'ways' | 'senders' | 'titles';
const names: readonly Received[] = ['ways', 'senders', 'titles'];
const counts: readonly 'patients'[] = ['patients'];
const namedMax = 3;

function watch({ policy, raise }: Surroundings): (event: Event) => void {
  const receivers = new Remembered<Tally<Received, 'patients'>>(2 * hourMicros);
  const pushWay = oncePerAssociation((of) => (receives(of, policy) ? null : 'C-STORE'));
  return (event) => {
    if (event.kind !== 'object-sent') return;
    const ways = retrievedBy(event) ?? pushWay(event.of);
    if (ways === null) return;
    const receiver = receiverOf(event);
    const threshold = policy.thresholdsOf(receiver.title, receiver.address)['bulk-retrieval'];
    const window = threshold.window_minutes * minuteMicros;
    const { address, title: titles } = receiver;
    const received =
      receivers.get(address, event.at.micros) ??
      receivers.add(address, event.at.micros, new Tally(names, window, threshold.objects, counts));
    const senders = endInWords(senderOf(event));
    received.add(event, { patients: event.patientHash, ways, senders, titles });
    const proven = received.events >= threshold.objects || received.size('patients') >= threshold.patients;
    if (proven || received.current !== null) {
      raise(received.case([address], hourMicros, event, told));
    }
  };
}

/** By which service an object was retrieved, which counts always; null when it was pushed. */
function retrievedBy({ operation }: ObjectSent): string | null {
  if (operation.requester === 'server') return 'C-GET';
  return operation.moveOriginator === null ? null : 'C-MOVE';
}

/**
 * Whether objects may be pushed here. What is pushed counts only where the policy lists AE titles and this receiver is
 * none that objects are sent to: a healthy archive receives all day.
 */
function receives({ calledAe, serverAddress }: Participants, policy: Policy): boolean {
  if (!policy.listsAeTitles || calledAe === null) return true;
  return policy
    .answerers(calledAe)
    .some((entry) => (entry.roles === null || entry.roles.scp.has('store')) && usableFrom(entry, serverAddress));
}

function told(one: GrowingCase<Received, 'patients'>): Told {
  const [address] = one.key;
  const [title = null] = one.named('titles');
  const ways = one.named('ways');
  return {
    severity: 'high',
    summary:
      `${endInWords({ title, address })} received ${counted(one.events, 'object')} of ` +
      `${counted(one.count('patients'), 'patient')} through ${listed(ways)} ${within(one.first, one.last)}, ` +
      `from ${listed(one.named('senders'), namedMax)}.`,
    next: 'Ask who retrieves this much, and for what. A migration or backup that is meant gets thresholds of its own in the policy; anything else is to be stopped at the archive.',
    evidence: { receiver: address, titles: one.named('titles').slice(0, 20), patients: one.count('patients'), ways },
  };
}
