// Proves what the store tells of a live sensor: its last interval, what was lost in an hour, who listens, what of a day
// was in clear.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type SensorState, sensorState } from '../../src/store/sensor-state.ts';
import { openForReading } from '../../src/store/store.ts';
import { health, liveTalk, liveTest } from '../support/live-stores.ts';
import { association, batch, connection, sighting } from '../support/records.ts';
import { newRun, runInto, temporaryFolder } from '../support/stores.ts';

const now = 1_772_000_000_000_000;
const minute = 60_000_000;
const captureRecord = {
  id: 'k1',
  path: 'eth1',
  format: 'live',
  size: 0,
  packets: 5,
  bytes: 500,
  firstTime: now - minute,
  lastTime: now,
  linkTypes: [1],
  losses: {},
  complete: true,
  error: null,
};

async function live(fill: (recorder: ReturnType<typeof liveTest>['recorder']) => void): Promise<SensorState | null> {
  const path = join(temporaryFolder(), 'a.db');
  const { recorder, settled } = liveTest(path, { keeping: { days: 36_500 } });
  fill(recorder);
  await settled();
  return read(path);
}

function read(path: string): SensorState | null {
  const database = openForReading(path);
  try {
    return sensorState(database, now);
  } finally {
    database.close();
  }
}

it('is null for a store that only replays filled', () => {
  const path = join(temporaryFolder(), 'a.db');
  runInto(path, [batch({ connections: [connection('c1')] })]);
  expect(read(path)).toBeNull();
});

it('has the last interval, and what all of an hour lost', async () => {
  const state = await live((recorder) => {
    for (const [begin, drops] of [
      [now - 70 * minute, { kernel: 100 }],
      [now - 30 * minute, { kernel: 1, interface: 2 }],
      [now - minute, { kernel: 4 }],
    ] as const) {
      recorder.health(health({ begin, end: begin + minute, drops, packets: 60 }));
    }
    recorder.health(health({ begin: now - 9, end: now - 5, interface: 'eth1', state: 'blind', why: 'it went' }));
    recorder.health(health({ begin: now - 4, end: now - 3, interface: 'eth1', state: 'blind', why: 'it went again' }));
  });
  expect(state?.health).toMatchObject({ end: now, packets: 60, drops: { kernel: 4 } });
  expect(state?.dropsOfHour).toEqual({ kernel: 5, interface: 2 });
  expect(state?.interruptions).toMatchObject([{ interface: 'eth1', why: 'it went again' }]);
  expect(state?.run.end).toBeNull();
});

it('has the last capture of each interface', async () => {
  const state = await live((recorder) => {
    recorder.capture({ ...captureRecord, id: 'k0', lastTime: now - minute, packets: 1 });
    recorder.capture(captureRecord);
    recorder.capture({ ...captureRecord, id: 'k2', path: 'eth2', packets: 7 });
  });
  expect(state?.captures.map(({ path, packets }) => [path, packets])).toEqual([
    ['eth1', 5],
    ['eth2', 7],
  ]);
});

it('counts listeners and associations of a day', async () => {
  const old = { start: now - 25 * 60 * minute, end: now - 25 * 60 * minute };
  const recent = { start: now - minute, end: now };
  const state = await live((recorder) => {
    recorder.health(health());
    recorder.write(
      batch({
        connections: [connection('c1', old), connection('c2', recent)],
        associations: [
          association('a1', 'c1', old),
          association('a2', 'c2', { ...recent, tls: true, patientData: true }),
          association('a3', 'c2', { ...recent, ordinal: 2, tls: false, patientData: true }),
          association('a4', 'c2', { ...recent, ordinal: 3, tls: false, patientData: false }),
        ],
        endpoints: [
          sighting('a1', 'c1', { port: 104, address: '10.0.0.1', firstSeen: old.start, lastSeen: old.end }),
          sighting('a2', 'c2', { port: 104, address: '10.0.0.2', firstSeen: recent.start, lastSeen: recent.end }),
          sighting('a3', 'c2', {
            port: 104,
            address: '10.0.0.2',
            aeTitle: 'OTHER',
            firstSeen: recent.start,
            lastSeen: recent.end,
          }),
          sighting('a4', 'c2', { port: null, address: '10.0.0.9', firstSeen: recent.start, lastSeen: recent.end }),
        ],
      }),
    );
  });
  expect(state).toMatchObject({ listeners: 2, listenersOfDay: 1, associations: { all: 3, clear: 2, exposed: 1 } });
});

it('has the newest alerts, and counts those of a day', async () => {
  const state = await live((recorder) => {
    for (let n = 0; n < 7; n++) recorder.write(liveTalk(n, { start: now - (7 - n) * minute }));
    recorder.write(liveTalk(100, { start: now - 48 * 60 * minute }));
    recorder.health(health());
  });
  expect(state?.newest.map(({ lastTime }) => (now - lastTime) / minute)).toEqual([1, 2, 3, 4, 5]);
  expect(Object.values(state?.alertsOfDay ?? {})).toEqual([5]);
  expect(newRun().sensor).toBe(state?.run.sensor);
});
