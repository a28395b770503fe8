import { counted } from '../bytes/counted.ts';
import { caseId } from '../ledger/ids.ts';
import type { FindingRecord, Micros } from '../model/records.ts';
import type { Policy } from '../policy/policy.ts';
import type { InterfaceInterval, Oversight } from './detection.ts';
import { hourMicros, minuteMicros } from './growing-case.ts';

/** Live only: about the sensor itself, by what it counts of each interface. */
export const sensorBlind: Oversight = {
  slug: 'sensor-blind',
  kind: 'event',
  severities: ['high'],
  title: 'The sensor does not see enough to be believed',
  references: ['45 CFR 164.312(b)', '45 CFR 164.308(a)(1)(ii)(D)'],
  needsPolicy: null,
  oversee: () => {
    const interfaces = new Map<string, Interface>();
    return (interval, policy) => {
      let one = interfaces.get(interval.name);
      if (one === undefined) {
        one = { intervals: [], heard: false, raised: -1 };
        interfaces.set(interval.name, one);
      }
      return overseen(one, interval, policy);
    };
  },
};

interface Interface {
  /** Those that lie in the window, oldest first. */
  readonly intervals: InterfaceInterval[];
  /** Whether there was ever a frame. */
  heard: boolean;
  /** Hour of the last finding. */
  raised: Micros;
}

/** What the last minutes came to, if they are enough to judge by. */
function overseen(
  one: Interface,
  interval: InterfaceInterval,
  policy: Policy,
): ReturnType<ReturnType<Oversight['oversee']>> {
  const { lost_percent: percent, window_minutes: minutes } = policy.thresholds['sensor-blind'];
  const { intervals } = one;
  // The clock was set: what came before cannot be measured against it.
  if (intervals.length > 0 && interval.begin < (intervals.at(-1)?.begin as Micros)) intervals.length = 0;
  intervals.push(interval);
  const { end } = interval;
  while (intervals[0].end <= end - minutes * minuteMicros) intervals.shift();
  const sum = (of: (each: InterfaceInterval) => number) => intervals.reduce((total, each) => total + of(each), 0);
  const packets = sum((each) => each.packets);
  const lost = sum((each) => each.lost);
  const bytes = sum((each) => each.bytes);
  const before = sum((each) => each.bytesBefore);
  const wasHeard = one.heard;
  one.heard ||= packets + lost > 0;
  // A window not full yet proves nothing; half an interval is lost to rounding.
  if (end - intervals[0].begin < (minutes - 0.5) * minuteMicros) return null;
  const silent = wasHeard && packets + lost === 0;
  const lossy = percentOf(lost, packets) > percent;
  const oversubscribed = percentOf(before, bytes) > percent;
  if (!silent && !lossy && !oversubscribed) return null;
  const { name } = interval;
  const why = silent
    ? `no frame came for ${minutes} minutes on ${name}, where there was traffic before`
    : lossy
      ? `${counted(lost, 'packet')} of ${packets + lost} on ${name} were lost in ${minutes} minutes`
      : `of streams on ${name}, ${before} bytes were lost before the sensor in ${minutes} minutes, beside ${bytes} that came`;
  const hour = Math.floor(end / hourMicros) * hourMicros;
  const setting = policy.severity('sensor-blind');
  const raise = one.raised !== hour && setting !== 'off';
  if (raise) one.raised = hour;
  const evidence = { interface: name, minutes, packets, lost, bytes, bytesBeforeSensor: before };
  return {
    why,
    finding: raise ? finding(interval, hour, `The sensor is blind: ${why}.`, evidence, setting ?? 'high') : null,
  };
}

function percentOf(lost: number, came: number): number {
  return lost + came === 0 ? 0 : (100 * lost) / (lost + came);
}

/** It has no ends and hangs on no connection. */
function finding(
  { name, end, capture }: InterfaceInterval,
  window: Micros,
  summary: string,
  evidence: Record<string, unknown>,
  severity: FindingRecord['severity'],
): FindingRecord {
  const key = JSON.stringify([name]);
  return {
    id: caseId('sensor-blind', key, window),
    detection: 'sensor-blind',
    severity,
    time: end,
    summary,
    clientAddress: '',
    clientPort: 0,
    serverAddress: '',
    serverPort: 0,
    callingAe: null,
    calledAe: null,
    associationId: null,
    connectionId: '',
    key,
    evidence: {
      ...evidence,
      next: 'Run dicomtap doctor on the sensor, and look at the mirror session on the switch: what happens meanwhile is not seen.',
    },
    references: [...sensorBlind.references],
    capture: capture ?? '',
    frame: 0,
    partial: true,
    withdrawn: false,
  };
}
