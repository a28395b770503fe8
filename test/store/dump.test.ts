// Proves that a dump shows every column of a row, in the order of keys and not of insertion.
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { dump } from '../../src/store/dump.ts';
import { migrate } from '../../src/store/migrations.ts';
import { rowsOf } from '../../src/store/rows.ts';
import type { MetaRow } from '../../src/store/schema.ts';
import { tables } from '../../src/store/schema.ts';

it('is canonical', () => {
  const database = new Sqlite(':memory:');
  migrate(database);
  const meta = rowsOf<MetaRow>(database, tables.meta);
  meta.put({ name: 'b', value: '2' });
  meta.put({ name: 'a', value: '1' });
  expect([...dump(database, ['meta', 'run'])]).toEqual([
    'meta {"name":"a","value":"1"}',
    'meta {"name":"b","value":"2"}',
  ]);
  expect([...dump(database)]).toEqual([]);
});
