// Proves that a row is written once, changed only where it differs, and read back as the record it was.
import Sqlite from 'better-sqlite3';
import { beforeEach, expect, it } from 'vitest';
import type { AssociationRecord, OperationRecord } from '../../src/model/records.ts';
import { migrate } from '../../src/store/migrations.ts';
import { type Rows, rowsOf } from '../../src/store/rows.ts';
import { tables } from '../../src/store/schema.ts';
import { SharedRows } from '../../src/store/shared-rows.ts';
import { association, operation, T0 } from '../support/records.ts';

let associations: Rows<AssociationRecord>;
let operations: Rows<OperationRecord>;

beforeEach(() => {
  const database = new Sqlite(':memory:');
  migrate(database);
  associations = rowsOf(database, tables.association, new SharedRows(database, 'association'));
  operations = rowsOf(database, tables.operation, new SharedRows(database, 'operation'));
});

it('comes back as it was put', () => {
  const record = association('a1', 'c1', { patients: '10000+', accepted: null, incomplete: ['cut', 'missed-bytes'] });
  expect(associations.put(record)).toBe('new');
  expect(associations.get('a1')).toEqual(record);
  expect(associations.get('a2')).toBeNull();
});

it('tells new, changed and unchanged apart, in any sequence', () => {
  const puts = [
    association('a1', 'c1'),
    association('a1', 'c1'),
    association('a1', 'c1', { end: T0 + 9 }),
    association('a2', 'c1'),
    association('a2', 'c1', { callingAe: null }),
    association('a2', 'c1', { callingAe: null }),
  ];
  expect(puts.map((record) => associations.put(record))).toEqual(['new', null, 'changed', 'new', 'changed', null]);
});

it('tells a change to, of and from null and in JSON', () => {
  associations.put(association('a1', 'c1', { outcomeDetail: null }));
  expect(associations.put(association('a1', 'c1', { outcomeDetail: 'x' }))).toBe('changed');
  expect(associations.put(association('a1', 'c1', { outcomeDetail: null }))).toBe('changed');
  expect(associations.put(association('a1', 'c1', { incomplete: ['cut'] }))).toBe('changed');
  expect(associations.put(association('a1', 'c1', { incomplete: ['cut'] }))).toBeNull();
});

it('finds a row of two keys by both', () => {
  operations.put(operation('o1', 'a1', 'c1', { ordinal: 1 }));
  operations.put(operation('o2', 'a1', 'c1', { ordinal: 2 }));
  expect(operations.get('a1', 2)?.id).toBe('o2');
  expect(operations.remove('a1', 1)).toBe(true);
  expect(operations.remove('a1', 1)).toBe(false);
  expect(operations.get('a1', 1)).toBeNull();
});
