// Proves that words of the sensor have ids that tell them apart, and stay the same when they are sent again.
import { expect, it } from 'vitest';
import { gap, heartbeat, testMessage } from '../../src/sinks/own-words.ts';
import { sensor } from '../support/sinks.ts';

it('ids', () => {
  expect(heartbeat(sensor, 'soc', 5, 7)).toMatchObject({ id: 'heartbeat-sensor-soc-5', waiting: 7, time: 5 });
  expect(testMessage(sensor, 'soc', 5).id).toBe('test-sensor-soc-5');
  const what = { why: 'quota', firstSeq: 3, lastSeq: 9, dropped: { low: 2 }, count: 2 } as const;
  expect(gap(sensor, 'soc', 5, what).id).toBe(gap(sensor, 'soc', 6, what).id);
});
