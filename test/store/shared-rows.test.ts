// Proves that what records have alike is there once, is counted as often as they name it, and goes with the last of
// them.
import Sqlite, { type Database } from 'better-sqlite3';
import { beforeEach, expect, it } from 'vitest';
import { Part } from '../../src/store/flat-record.ts';
import { migrate } from '../../src/store/migrations.ts';
import { SharedRows } from '../../src/store/shared-rows.ts';

let database: Database;
let shared: SharedRows;
const part = (direct: number) => new Part([direct, 0, 0, 0, 0, 0, '[]']);
const rows = () => database.prepare('SELECT direct, uses FROM exposure_shared ORDER BY id').raw().all();

beforeEach(() => {
  database = new Sqlite(':memory:');
  migrate(database);
  shared = new SharedRows(database, 'exposure');
});

it('keeps a part once, and counts who names it', () => {
  const [one, other] = [part(1), part(2)];
  for (const named of [one, other, one]) shared.taken(shared.idOf(named));
  shared.settle();
  expect(rows()).toEqual([
    [1, 2],
    [2, 1],
  ]);
});

it('lets go of what nobody names any longer, and keeps it again when it comes back', () => {
  const one = part(1);
  const id = shared.idOf(one);
  shared.taken(id);
  shared.settle();
  shared.left(id);
  shared.settle();
  expect(rows()).toEqual([]);
  shared.taken(shared.idOf(one));
  shared.settle();
  expect(rows()).toEqual([[1, 1]]);
});

it('leaves nothing of what was named in vain', () => {
  shared.idOf(part(1));
  shared.settle();
  expect(rows()).toEqual([]);
});

it.each(['remembered', 'forgotten'])('knows equal rows where they are two, %s', (kept) => {
  const ids = [part(1), part(1), part(2)].map((one) => shared.idOf(one));
  if (kept === 'forgotten') shared.forget();
  expect(shared.isSame(ids[0], ids[1])).toBe(true);
  expect(shared.isSame(ids[0], ids[2])).toBe(false);
});

it('relies on nothing after a transaction that failed', () => {
  const one = part(1);
  database.exec('BEGIN');
  shared.taken(shared.idOf(one));
  database.exec('ROLLBACK');
  shared.forget();
  shared.taken(shared.idOf(one));
  shared.settle();
  expect(rows()).toEqual([[1, 1]]);
});

it('counts anew what records name', () => {
  for (const one of [part(1), part(2)]) shared.taken(shared.idOf(one));
  shared.settle();
  database.exec("INSERT INTO exposure_own VALUES ('a1', 'c1', NULL, 1), ('a2', 'c2', NULL, 1)");
  shared.countAnew();
  expect(rows()).toEqual([[1, 2]]);
});
