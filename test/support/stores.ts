import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { RecordBatch } from '../../src/model/records.ts';
import { dump } from '../../src/store/dump.ts';
import type { NewRun } from '../../src/store/runs.ts';
import type { TableName } from '../../src/store/schema.ts';
import { openForReading, openStore, type StoreOptions } from '../../src/store/store.ts';

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dicomtap-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function newRun(parts: Partial<NewRun> = {}): NewRun {
  return {
    program: 'dicomtap 0.1.0',
    arguments: ['replay'],
    policyDigest: null,
    hashKeyId: 'k1',
    sensor: 'test',
    reveal: false,
    begin: 1,
    ...parts,
  };
}

/** Writes the batches as one run that ends well. */
export function runInto(
  path: string,
  batches: readonly RecordBatch[],
  parts: Partial<NewRun> = {},
  options: StoreOptions = {},
): void {
  const store = openStore(path, options);
  try {
    const writer = store.begin(newRun(parts));
    for (const batch of batches) writer.write(batch);
    writer.finish('done', 2);
  } finally {
    store.close();
  }
}

export function dumpOf(path: string, names?: readonly TableName[]): string[] {
  const database = openForReading(path);
  try {
    return [...dump(database, names)];
  } finally {
    database.close();
  }
}
