// Proves: the store answers about the past before the time asked, and no later; what is written after it was opened is
// not seen.
import Sqlite from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { hasHistory, prepareHistory, type StoredHistory, storedHistory } from '../../src/store/history.ts';
import { openForReading, openStore } from '../../src/store/store.ts';
import { association, batch, connection, operation, SECOND, T0, tlsSession } from '../support/records.ts';
import { newRun, runInto, temporaryFolder } from '../support/stores.ts';

const always = { since: 0, before: T0 + 1000 * SECOND };

/** CT01 stores an object at 0 s in clear, after TLS at -60 s; OTHER calls at 100 s from another address. */
const earlier = batch({
  connections: [connection('c1'), connection('c2', { start: T0 - 60 * SECOND }), connection('c3')],
  associations: [
    association('a1', 'c1', {
      callingAe: 'CT01',
      calledAe: 'ARCHIVE',
      clientAddress: '10.0.0.2',
      clientImplementationUid: '1.2.3',
      clientImplementationVersion: 'V1',
      start: T0,
    }),
    association('a3', 'c3', { callingAe: 'CT01', clientAddress: '10.0.0.9', start: T0 + 100 * SECOND }),
  ],
  operations: [
    operation('o1', 'a1', 'c1', {
      instanceHash: 'i1',
      transferSyntax: 'ts',
      contentMark: '10-aa',
      start: T0,
      end: T0 + SECOND,
    }),
  ],
  tlsSessions: [tlsSession('t1', 'c2', { clientAddress: '10.0.0.2', start: T0 - 60 * SECOND, version: 'TLS 1.2' })],
});

function storeWith(): string {
  const path = `${temporaryFolder()}/history.db`;
  runInto(path, [earlier]);
  const store = openStore(path);
  prepareHistory(store.database);
  store.close();
  return path;
}

function opened(path = storeWith(), how: Parameters<typeof storedHistory>[1] = { hold: true }): StoredHistory {
  const history = storedHistory(openForReading(path), how);
  onTestFinished(() => history.close());
  return history;
}

it('answers each question about what was before', () => {
  const history = opened();
  expect(history.began(always.before)).toBe(T0);
  expect(history.listenerKnown('10.0.0.1', 104, always.before)).toBe(true);
  expect(history.titleSeen('CT01', always)).toBe(true);
  expect(history.titleSeen('ARCHIVE', always)).toBe(true);
  expect(history.pairUsedTls('10.0.0.2', '10.0.0.1', always)).toBe(true);
  expect(history.listenerUsedTls('10.0.0.1', 2762, always)).toBe(true);
  expect(history.clearCallers('10.0.0.1', 104, always).map(({ clientAddress }) => clientAddress)).toEqual([
    '10.0.0.9',
    '10.0.0.2',
  ]);
  expect(history.addressesOf('CT01', always)).toEqual([
    { address: '10.0.0.9', time: T0 + 100 * SECOND },
    { address: '10.0.0.2', time: T0 },
  ]);
  expect(history.implementationsOf('CT01', '10.0.0.2', always)).toEqual([
    { uid: '1.2.3', version: 'V1', offered: ['1.2.840.10008.5.1.4.1.1.2'] },
  ]);
  expect(history.objectStored('i1', 'ts', '10.0.0.1', always)).toEqual({
    contentMark: '10-aa',
    associationId: 'a1',
    time: T0 + SECOND,
  });
});

it('knows nothing of others, nor of what is at the time asked or later, nor of what is too long ago', () => {
  const history = opened();
  const at = { since: 0, before: T0 };
  const after = { since: T0 + 500 * SECOND, before: always.before };
  expect(history.began(T0)).toBeNull();
  expect(history.listenerKnown('10.0.0.1', 104, T0)).toBe(false);
  expect(history.listenerKnown('10.0.0.1', 105, always.before)).toBe(false);
  for (const span of [at, after]) {
    expect(history.titleSeen('CT01', span)).toBe(false);
    expect(history.titleSeen('ARCHIVE', span)).toBe(false);
    expect(history.clearCallers('10.0.0.1', 104, span)).toEqual([]);
    expect(history.addressesOf('CT01', span)).toEqual([]);
    expect(history.implementationsOf('CT01', '10.0.0.2', span)).toEqual([]);
    expect(history.objectStored('i1', 'ts', '10.0.0.1', span)).toBeNull();
  }
  expect(history.pairUsedTls('10.0.0.2', '10.0.0.1', { since: 0, before: T0 - 60 * SECOND })).toBe(false);
  expect(history.pairUsedTls('10.0.0.3', '10.0.0.1', always)).toBe(false);
  expect(history.listenerUsedTls('10.0.0.1', 2762, after)).toBe(false);
  expect(history.objectStored('i1', 'other', '10.0.0.1', always)).toBeNull();
  expect(history.objectStored('i1', 'ts', '10.0.0.9', always)).toBeNull();
  // Its end is what counts: an object that is still on its way was not stored.
  expect(history.objectStored('i1', 'ts', '10.0.0.1', { since: 0, before: T0 + SECOND })).toBeNull();
});

it.each([
  ['held, what comes after it was opened', { hold: true } as const],
  ['not held, what began at `until` or later', { hold: false, until: T0 + 10 * SECOND } as const],
])('does not see, %s', (_, how) => {
  const path = storeWith();
  // As in a run: a snapshot of a store that nobody has open for writing would keep it from being opened so.
  const store = openStore(path);
  onTestFinished(() => store.close());
  const history = opened(path, how);
  const later = { callingAe: 'LATER', start: T0 + 10 * SECOND };
  const writer = store.begin(newRun());
  writer.write(batch({ connections: [connection('c4')], associations: [association('a4', 'c4', later)] }));
  writer.commit();
  expect(history.titleSeen('LATER', always)).toBe(false);
  expect(history.titleSeen('CT01', always)).toBe(true);
});

it('has something where there was nothing but TLS', () => {
  const path = `${temporaryFolder()}/tls.db`;
  runInto(path, [batch({ connections: [connection('c1')], tlsSessions: [tlsSession('t1', 'c1')] })]);
  const database = openForReading(path);
  onTestFinished(() => {
    database.close();
  });
  expect(hasHistory(database)).toBe(true);
});

it('has nothing in an empty store, and is asked by indices', () => {
  const path = `${temporaryFolder()}/empty.db`;
  const store = openStore(path);
  onTestFinished(() => store.close());
  expect(hasHistory(store.database)).toBe(false);
  store.begin(newRun());
  prepareHistory(store.database);
  prepareHistory(store.database);
  const indices = store.database.prepare("SELECT name FROM sqlite_schema WHERE type = 'index'").pluck().all();
  expect(indices).toContain('operation_instance');
  const database = new Sqlite(path, { readonly: true });
  onTestFinished(() => {
    database.close();
  });
  const plan = database
    .prepare("EXPLAIN QUERY PLAN SELECT 1 FROM association WHERE calling_ae = 'A' AND start >= 0 AND start < 9 LIMIT 1")
    .all() as { detail: string }[];
  expect(plan.map(({ detail }) => detail).join()).toContain('association_caller');
});
