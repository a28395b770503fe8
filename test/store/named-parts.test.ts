// Proves that a row names what it has alike with others, and names it no longer when it changed or went.
import Sqlite, { type Database } from 'better-sqlite3';
import { beforeEach, expect, it } from 'vitest';
import type { ExposureRecord } from '../../src/model/records.ts';
import { migrate } from '../../src/store/migrations.ts';
import { type Rows, rowsOf } from '../../src/store/rows.ts';
import { tables } from '../../src/store/schema.ts';
import { SharedRows } from '../../src/store/shared-rows.ts';
import { exposure } from '../support/records.ts';

let database: Database;
let shared: SharedRows;
let exposures: Rows<ExposureRecord>;

beforeEach(() => {
  database = new Sqlite(':memory:');
  migrate(database);
  shared = new SharedRows(database, 'exposure');
  exposures = rowsOf(database, tables.exposure, shared);
});

/** What is shown, and by how many, once all is settled. */
function uses(): unknown[] {
  shared.settle();
  return database.prepare('SELECT direct, uses FROM exposure_shared ORDER BY direct').raw().all();
}

it('a row that changes names another part, and the first goes with the last that names it', () => {
  exposures.put(exposure('a1', 'c1', { direct: 1 }));
  exposures.put(exposure('a2', 'c1', { direct: 1 }));
  expect(uses()).toEqual([[1, 2]]);
  expect(exposures.put(exposure('a1', 'c1', { direct: 2 }))).toBe('changed');
  expect(uses()).toEqual([
    [1, 1],
    [2, 1],
  ]);
  expect(exposures.put(exposure('a2', 'c1', { direct: 2 }))).toBe('changed');
  expect(uses()).toEqual([[2, 2]]);
  expect(exposures.get('a2')?.direct).toBe(2);
});

it('a row that is put as it was names what it named, though that is not remembered', () => {
  exposures.put(exposure('a1', 'c1', { direct: 1 }));
  shared.settle();
  const again = new SharedRows(database, 'exposure');
  expect(rowsOf<ExposureRecord>(database, tables.exposure, again).put(exposure('a1', 'c1', { direct: 1 }))).toBeNull();
  again.settle();
  expect(uses()).toEqual([[1, 1]]);
});

it('a row that is removed names nothing', () => {
  exposures.put(exposure('a1', 'c1', { direct: 1 }));
  expect(exposures.remove('a1')).toBe(true);
  expect(exposures.remove('a1')).toBe(false);
  expect(uses()).toEqual([]);
});

it('records are not written where nothing keeps what they share', () => {
  const rows = rowsOf<ExposureRecord>(database, tables.exposure);
  expect(() => rows.put(exposure('a1', 'c1'))).toThrow('nowhere to keep');
});
