import type { Micros, Severity } from '../model/records.ts';
import type { GapMessage, HeartbeatMessage, Sensor, TestMessage } from './message.ts';

/** Words of the sensor itself. Their ids depend on sink and place or time: sent again they are the same message. */

export function heartbeat(sensor: Sensor, sink: string, now: Micros, waiting: number): HeartbeatMessage {
  return { kind: 'heartbeat', id: `heartbeat-${sensor.name}-${sink}-${now}`, ...moment(sensor, now, 'info'), waiting };
}

export function testMessage(sensor: Sensor, sink: string, now: Micros): TestMessage {
  return { kind: 'test', id: `test-${sensor.name}-${sink}-${now}`, ...moment(sensor, now, 'info'), sink };
}

export function gap(
  sensor: Sensor,
  sink: string,
  now: Micros,
  what: Pick<GapMessage, 'why' | 'firstSeq' | 'lastSeq' | 'dropped' | 'count'>,
): GapMessage {
  const id = `gap-${sensor.name}-${sink}-${what.why}-${what.firstSeq}-${what.lastSeq}`;
  return { kind: 'gap', id, ...moment(sensor, now, 'high'), ...what };
}

function moment(sensor: Sensor, now: Micros, severity: Severity) {
  return { revision: 1, severity, time: now, begin: now, end: now, sensor, runId: null } as const;
}
