import { counted } from '../bytes/counted.ts';
import type { AssociationOver, Event } from '../ledger/events.ts';
import type { Micros } from '../model/records.ts';
import type { Policy } from '../policy/policy.ts';
import type { Correlation, Surroundings, Told } from './detection.ts';
import { namesPair } from './entries.ts';
import { type GrowingCase, hourMicros, minuteMicros } from './growing-case.ts';
import { RecentSet, Remembered } from './recent.ts';
import { clientInWords, listed, listener, within } from './sentence.ts';
import { Tally } from './tally.ts';

export const dicomSweep: Correlation = {
  slug: 'dicom-sweep',
  kind: 'event',
  severities: ['high'],
  title: 'One source tries many DICOM listeners',
  references: ['45 CFR 164.308(a)(1)(ii)(D)', 'DICOM PS3.7 9.1.5', 'MITRE ATT&CK T1046', 'MITRE ATT&CK T1018'],
  needsPolicy: null,
  observes: ['association-over', 'connection-over'],
  watch,
};

/** Listeners with which a source did no more than open and echo; addresses and ports of DICOM that gave no answer. */
type Tried = 'listeners' | 'silent';
const names: readonly Tried[] = ['listeners', 'silent'];

interface Source {
  readonly tried: Tally<Tried>;
  /** Listeners it does real work with. */
  readonly used: RecentSet;
}

const namedMax = 6;

function watch({ policy, raise }: Surroundings): (event: Event) => void {
  const sources = new Remembered<Source>(2 * hourMicros);
  return (event) => {
    if (event.kind !== 'association-over' && event.kind !== 'connection-over') return;
    if (event.kind === 'connection-over' && event.how !== 'no-answer') return;
    const { of, at } = event;
    const threshold = policy.thresholdsOf(of.callingAe, of.clientAddress)['dicom-sweep'];
    const { clientAddress } = of;
    const window = threshold.window_minutes * minuteMicros;
    const { tried, used } =
      sources.get(clientAddress, at.micros) ?? sources.add(clientAddress, at.micros, quiet(window));
    const server = listener(of);
    used.advance(at.micros);
    const name = event.kind === 'connection-over' ? 'silent' : 'listeners';
    if (event.kind === 'association-over' && works(event)) {
      used.add(server, at.micros);
      tried.forget(name, server);
      return;
    }
    if (event.kind === 'association-over' && (used.has(server) || !counts(event, policy))) return;
    // Each listener counts once, so that a device that tries its archive again and again is no sweep.
    if (tried.has(name, server, at.micros) && tried.current?.holds(at.micros) !== false) return;
    tried.add(event, { [name]: server });
    const proven = tried.size('listeners') >= threshold.listeners || tried.size('silent') >= threshold.unanswered;
    if (proven || tried.current !== null) {
      raise(tried.case([clientAddress], hourMicros, event, told));
    }
  };
}

function quiet(window: Micros): Source {
  return { tried: new Tally(names, window, 0), used: new RecentSet(hourMicros) };
}

function works({ services }: AssociationOver): boolean {
  return services.some(({ service }) => service !== 'echo');
}

/** What was not seen whole proves no idleness, and a pair that the policy names is expected. */
function counts({ of, byThem }: AssociationOver, policy: Policy): boolean {
  return byThem && !of.midStream && !of.partial && !namesPair(policy, of);
}

function told(one: GrowingCase<Tried>): Told {
  const listeners = one.named('listeners');
  const silent = one.named('silent');
  const parts: string[] = [];
  if (listeners.length > 0) {
    const count = counted(one.count('listeners'), 'DICOM listener');
    parts.push(`opened associations to ${count} and did no more than echo (${listed(listeners, namedMax)})`);
  }
  if (silent.length > 0) {
    const count = counted(one.count('silent'), 'DICOM port');
    parts.push(`tried ${count} without an answer (${listed(silent, namedMax)})`);
  }
  return {
    severity: 'high',
    summary: `${clientInWords(one.of)} ${parts.join(', and ')} ${within(one.first, one.last)}.`,
    next: 'Find the device at this address and ask who runs this. A monitoring host that is meant to do it belongs into the policy, with its peers, or under exceptions.',
    evidence: { listeners: one.count('listeners'), unanswered: one.count('silent') },
  };
}
