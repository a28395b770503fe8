// How fast records are committed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bench } from 'vitest';
import { keyedHash } from '../../src/hash-key.ts';
import { noHistory } from '../../src/model/history.ts';
import type { RecordBatch } from '../../src/model/records.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { Sensor } from '../../src/sensor.ts';
import { openStore } from '../../src/store/store.ts';
import { batchesOf, capture } from './material.ts';

const records = await recordsOf(capture('small', 1000));

bench('store: the records of 1,000 short associations', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dicomtap-stages-'));
  const store = openStore(join(folder, 'store.db'));
  const writer = store.begin(run);
  for (const batch of records) writer.write(batch);
  writer.finish('done', 2);
  store.close();
  rmSync(folder, { recursive: true });
});

const run = {
  program: 'bench',
  arguments: [],
  policyDigest: null,
  hashKeyId: 'bench',
  sensor: 'bench',
  reveal: false,
  begin: 1,
};

async function recordsOf(bytes: Uint8Array): Promise<RecordBatch[]> {
  const list: RecordBatch[] = [];
  const sensor = new Sensor({
    policy: withoutPolicy,
    history: noHistory,
    hash: keyedHash(new Uint8Array(32).fill(7)),
    write: (batch) => list.push(structuredClone(batch)),
  });
  const input = sensor.input('bench');
  for (const batch of await batchesOf(bytes)) sensor.packets(batch, 0, batch.count, input);
  sensor.finish();
  return list;
}
