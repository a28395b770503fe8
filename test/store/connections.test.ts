// Proves that a run knows its own connections from those of others, however many, and after a rollback.
import Sqlite, { type Database } from 'better-sqlite3';
import { beforeEach, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../src/model/records.ts';
import { Connections } from '../../src/store/connections.ts';
import { migrate } from '../../src/store/migrations.ts';
import { rowsOf } from '../../src/store/rows.ts';
import { tables } from '../../src/store/schema.ts';
import { SharedRows } from '../../src/store/shared-rows.ts';
import { connection, SECOND, T0 } from '../support/records.ts';

let database: Database;
beforeEach(() => {
  database = new Sqlite(':memory:');
  migrate(database);
});

it('knows its own when more than memory holds', () => {
  const connections = new Connections(database, false, 2);
  for (const id of ['c1', 'c2', 'c3', 'c4', 'c5']) {
    connections.own(id);
    connections.settle();
  }
  expect(['c1', 'c2', 'c3', 'c4', 'c5', 'c6'].map((id) => connections.isOwn(id))).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
  ]);
});

it('forgets those of a transaction that was rolled back, and only those', () => {
  const connections = new Connections(database, false, 2);
  for (const id of ['c1', 'c2', 'c3']) {
    connections.own(id);
    connections.settle();
  }
  connections.own('c4');
  connections.forget();
  expect(['c1', 'c2', 'c3', 'c4'].map((id) => connections.isOwn(id))).toEqual([true, true, true, false]);
});

it('finds parts of a connection of other runs with the same ends and tenant, and none of its own', () => {
  const whole = connection('c0', { end: T0 + 9 * SECOND });
  const part = (id: string, parts: Partial<ConnectionRecord> = {}) =>
    connection(id, { began: 'mid-stream', start: T0 + 1, clientBytes: 1, ...parts });
  const rows = rowsOf<ConnectionRecord>(database, tables.connection, new SharedRows(database, 'connection'));
  const stored = [
    part('c1'),
    part('c2', { tunnel: ['vxlan:42'] }),
    part('c3', { communityId: '1:other' }),
    part('c4'),
    part('c5', { start: T0 - 1 }),
    part('c6', { began: 'syn' }),
    part('c7', { tunnel: ['erspan:3', 'mpls'] }),
  ];
  for (const record of stored) rows.put(record);
  const connections = new Connections(database);
  expect(connections.fresh).toBe(false);
  connections.own('c4');
  expect(connections.supersededBy(whole)).toEqual(['c1', 'c7']);
  rows.put(whole);
  expect(stored.map((record) => connections.isSuperseded(record))).toEqual([
    true,
    false,
    false,
    true,
    false,
    false,
    true,
  ]);
  expect(connections.stored('c0')).toEqual(whole);
  expect(connections.stored('c9')).toBeNull();
});
