// Proves what months ask of a live sensor: what lasts is in its store while it lasts, what is idle or half open expires
// on a silent wire, old records go while it runs.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openForReading } from '../../../src/store/store.ts';
import { conversation, frames } from '../../support/conversation.ts';
import { until } from '../../support/live.ts';
import { Listening, minute } from '../../support/live-sensor.ts';
import { liveTest } from '../../support/live-stores.ts';
import { said } from '../../support/sensing.ts';
import { temporaryFolder } from '../../support/stores.ts';

/** A sensor and the store that it writes to. */
function begun(keeping = {}) {
  const path = join(temporaryFolder(), 'a.db');
  const store = liveTest(path, { keeping, tickMs: 20 });
  const sensor = new Listening(store.recorder);
  const rows = (sql: string): unknown[] => {
    const database = openForReading(path);
    try {
      return database.prepare(sql).all();
    } finally {
      database.close();
    }
  };
  return { sensor, store, rows };
}

const open = conversation([...said.open(), ...said.store()]).slice(0, -2);

it('an association is in the store while it lasts, with what it showed, and again when it ends', async () => {
  const { sensor, store, rows } = begun();
  await store.recorder.opened;
  sensor.at = Date.now() * 1000;
  const all = conversation([...said.open(), ...said.store(), ...said.release()], { at: sensor.at });
  const cut = open.length;
  sensor.source.bring(frames(all).slice(0, cut));
  const lasting = 'SELECT calling_ae, outcome, objects, patient_data FROM association';
  await until(() => rows(lasting).length === 1, 'the association');
  await until(() => rows("SELECT id FROM finding WHERE detection = 'phi-cleartext'").length === 1, 'its finding');
  await until(() => (rows(lasting)[0] as { objects: number }).objects === 1, 'its object');
  expect(rows(lasting)).toMatchObject([{ patient_data: 1 }]);
  expect(rows('SELECT outcome FROM association')).not.toMatchObject([{ outcome: 'released' }]);
  sensor.source.bring(frames(all).slice(cut));
  await until(() => rows("SELECT id FROM association WHERE outcome = 'released'").length === 1, 'its end');
  expect(rows('SELECT count(*) n FROM association')).toEqual([{ n: 1 }]);
});

it('what is idle, and what was never answered, is given up on a silent wire', async () => {
  const { sensor, store, rows } = begun();
  await store.recorder.opened;
  sensor.at = Date.now() * 1000;
  sensor.source.bring(frames(conversation(said.open(), { at: sensor.at })).slice(0, -2));
  const asked = frames(conversation(said.open(), { at: sensor.at, client: { port: 50_009 } })).slice(0, 1);
  sensor.source.bring(asked);
  await until(() => sensor.session.status.held['connections'] === 2, 'both connections');
  // Nobody set the clock: so much time has gone by.
  sensor.gone = 25 * 60 * 60_000;
  await until(() => sensor.session.status.held['connections'] === 0, 'the end of both');
  await until(() => rows("SELECT id FROM association WHERE outcome = 'cut'").length === 1, 'its end in the store');
  expect(sensor.session.status.connections).toBe(2);
  expect(sensor.session.status).toMatchObject({ healthy: true });
});

it('old records go while it listens, new ones stay', async () => {
  const { sensor, store, rows } = begun({ days: 90 });
  await store.recorder.opened;
  sensor.at = Date.now() * 1000 - 48 * 60 * minute;
  sensor.hear(20);
  await until(() => sensor.session.status.associations === 20, 'the old');
  sensor.at = Date.now() * 1000 - minute;
  sensor.hear(20);
  await until(() => sensor.session.status.associations === 40, 'the new');
  await until(() => rows('SELECT id FROM association').length === 40, 'their records');
  const old = `SELECT id FROM connection WHERE start < ${Date.now() * 1000 - 24 * 60 * minute}`;
  expect(rows(old).length).toBeGreaterThan(15);
  // As a reload says it; by itself it looks once in a while.
  store.recorder.keep({ days: 1 });
  await until(() => rows(old).length === 0, 'that the old are gone');
  // The first of the new ones was among the packets after which a jump of packet time is believed.
  expect(rows('SELECT id FROM association').length).toBeGreaterThan(15);
  expect(rows('SELECT id FROM association').length).toBeLessThanOrEqual(20);
  expect(store.notices).toEqual([]);
});
