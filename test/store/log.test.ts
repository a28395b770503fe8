// Proves that revisions count up per record, also over a removal and a trimmed log.
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { Log } from '../../src/store/log.ts';
import { migrate } from '../../src/store/migrations.ts';

it('counts each record by itself', () => {
  const database = new Sqlite(':memory:');
  migrate(database);
  const log = new Log(database);
  log.add('finding', 'f1', 'new');
  log.add('finding', 'f2', 'new');
  log.add('finding', 'f1', 'changed');
  log.add('finding', 'f1', 'removed');
  log.settle();
  database.exec('DELETE FROM log');
  log.add('finding', 'f1', 'new');
  log.add('finding', 'f2', 'changed');
  log.settle();
  expect(database.prepare('SELECT seq, record_id, revision, removed FROM log').raw().all()).toEqual([
    [5, 'f1', 4, 0],
    [6, 'f2', 2, 0],
  ]);
});
