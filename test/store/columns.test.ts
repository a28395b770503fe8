// Proves how a field's value goes into SQLite and comes back.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ColumnKind, columnList, fromSql, snakeCase, toSql } from '../../src/store/columns.ts';
import { openForReading } from '../../src/store/store.ts';
import { association, batch, connection } from '../support/records.ts';
import { runInto, temporaryFolder } from '../support/stores.ts';

describe('values', () => {
  it.each<[ColumnKind, unknown, unknown]>([
    ['text', 'a', 'a'],
    ['integer', 7, 7],
    ['time', 1_772_359_200_000_000, 1_772_359_200_000_000],
    ['boolean', true, 1],
    ['boolean', false, 0],
    ['count', 12, 12n],
    ['count', '10000+', '10000+'],
    ['json', [1, 'x'], '[1,"x"]'],
    ['json', {}, '{}'],
    ['json', null, null],
    ['boolean', null, null],
  ])('%s %o is stored as %o and comes back', (kind, value, stored) => {
    expect(toSql(kind, value)).toEqual(stored);
    expect(fromSql(kind, typeof stored === 'bigint' ? Number(stored) : stored)).toEqual(value);
  });
});

it('names are the fields in snake_case', () => {
  expect(['id', 'clientAddress', 'patientDataTime'].map(snakeCase)).toEqual([
    'id',
    'client_address',
    'patient_data_time',
  ]);
});

it('a type with a question mark may be null', () => {
  expect(columnList({ firstSeen: ['time?', 'x'], id: ['text', 'y'] })).toEqual([
    { field: 'firstSeen', name: 'first_seen', kind: 'time', nullable: true, note: 'x' },
    { field: 'id', name: 'id', kind: 'text', nullable: false, note: 'y' },
  ]);
});

it('a count is an integer to SQLite, not 4.0', () => {
  const path = join(temporaryFolder(), 'types.db');
  const parts = { patients: 4, studies: '10000+' as const };
  runInto(path, [batch({ connections: [connection('c1')], associations: [association('a1', 'c1', parts)] })]);
  const store = openForReading(path);
  const row = store.prepare('SELECT typeof(patients) AS few, typeof(studies) AS many FROM association').get();
  store.close();
  expect(row).toEqual({ few: 'integer', many: 'text' });
});
