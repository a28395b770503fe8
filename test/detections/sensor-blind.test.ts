// Proves when an interface cannot be believed: silence after traffic, loss on the way, loss before the sensor; and that
// it is said once an hour.
import { expect, it } from 'vitest';
import type { InterfaceInterval } from '../../src/detections/detection.ts';
import { sensorBlind } from '../../src/detections/sensor-blind.ts';
import { policyOf } from '../support/subject.ts';

const minute = 60_000_000;
const start = Date.UTC(2026, 0, 5, 8) * 1000;
const busy = { packets: 1000, bytes: 1_000_000 };

/** What is said of minutes one after the other, from 08:00 on. */
async function said(minutes: readonly Partial<InterfaceInterval>[], policy = 'version: 1\n') {
  const oversee = sensorBlind.oversee();
  const asked = await policyOf(policy);
  return minutes.map((each, i) => {
    const begin = start + i * minute;
    const whole = {
      name: 'eth1',
      begin,
      end: begin + minute,
      packets: 0,
      lost: 0,
      bytes: 0,
      bytesBefore: 0,
      capture: 'c1',
    };
    return oversee({ ...whole, ...each }, asked);
  });
}

function times<T>(count: number, one: T): T[] {
  return Array.from({ length: count }, () => one);
}

it('says nothing of an interface that brings packets', async () => {
  expect(await said(times(30, busy))).toEqual(times(30, null));
});

it('says nothing of one that never brought any', async () => {
  expect(await said(times(30, {}))).toEqual(times(30, null));
});

it('is silent for fifteen minutes, then speaks', async () => {
  const all = await said([busy, ...times(16, {})]);
  expect(all.slice(0, 15)).toEqual(times(15, null));
  expect(all[15]?.why).toBe('no frame came for 15 minutes on eth1, where there was traffic before');
  expect(all[15]?.finding).toMatchObject({
    detection: 'sensor-blind',
    severity: 'high',
    time: start + 16 * minute,
    summary: 'The sensor is blind: no frame came for 15 minutes on eth1, where there was traffic before.',
    clientAddress: '',
    connectionId: '',
    associationId: null,
    key: '["eth1"]',
    capture: 'c1',
    evidence: { interface: 'eth1', minutes: 15, packets: 0 },
  });
  // Still blind, and told already.
  expect(all[16]).toMatchObject({ finding: null });
});

it('speaks again in the next hour, with another id', async () => {
  const found = (await said([busy, ...times(100, {})])).flatMap((one) => one?.finding ?? []);
  expect(found.length).toBe(2);
  expect(new Set(found.map(({ id }) => id)).size).toBe(2);
});

it.each<[string, Partial<InterfaceInterval>, string | null]>([
  ['9 in 100 lost', { packets: 91, lost: 9 }, null],
  ['11 in 100 lost', { packets: 89, lost: 11 }, '165 packets of 1500 on eth1 were lost in 15 minutes'],
  ['all lost', { packets: 0, lost: 5 }, '75 packets of 75 on eth1 were lost in 15 minutes'],
  [
    'a fifth lost before the sensor',
    { packets: 10, bytes: 800, bytesBefore: 200 },
    'of streams on eth1, 3000 bytes were lost before the sensor in 15 minutes, beside 12000 that came',
  ],
])('%s', async (_, each, why) => {
  expect((await said(times(15, each))).at(-1)?.why ?? null).toBe(why);
});

it('goes by the thresholds and the severity of the policy', async () => {
  const text = 'version: 1\nthresholds: { sensor-blind: { window_minutes: 2 } }\nseverities: { sensor-blind: low }\n';
  expect((await said([busy, {}, {}], text)).at(-1)?.finding?.severity).toBe('low');
});

it('is seen but not raised where the policy has it off', async () => {
  const all = await said([busy, ...times(15, {})], 'version: 1\nseverities: { sensor-blind: off }\n');
  expect(all.at(-1)).toMatchObject({ finding: null });
  expect(all.at(-1)?.why).toContain('no frame');
});

it('begins anew where the clock was set back', async () => {
  const back = { begin: start - 60 * minute, end: start - 59 * minute };
  expect((await said([busy, ...times(14, {}), back])).at(-1)).toBeNull();
});
