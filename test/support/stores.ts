import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { expect, onTestFinished } from 'vitest';
import type { RecordBatch } from '../../src/model/records.ts';
import { dump } from '../../src/store/dump.ts';
import type { NewRun } from '../../src/store/runs.ts';
import type { TableName } from '../../src/store/schema.ts';
import { openForReading, openStore, type StoreOptions } from '../../src/store/store.ts';
import { dividedTables } from '../../src/store/tables/shared.ts';

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

/** Each row that records share is counted as often as they name it, and is there as long as they do. */
export function dumpOf(path: string, names?: readonly TableName[]): string[] {
  const database = openForReading(path);
  try {
    expect(miscounted(database)).toEqual([]);
    return [...dump(database, names)];
  } finally {
    database.close();
  }
}

/** Rows that records share whose number of records is wrong, and records that name none. */
export function miscounted(database: Database): unknown[] {
  const wrong = dividedTables.flatMap((name) => [
    `SELECT '${name}', id FROM ${name}_shared AS s LEFT JOIN (SELECT shared, count(*) AS n FROM ${name}_own GROUP BY 1) ON shared = id WHERE uses IS NOT n`,
    `SELECT '${name}', rowid FROM ${name}_own WHERE shared NOT IN (SELECT id FROM ${name}_shared)`,
  ]);
  return database.prepare(wrong.join(' UNION ALL ')).raw().all();
}
