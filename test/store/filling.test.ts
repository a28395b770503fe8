// Proves that a run that fills an empty store, leaving indices out meanwhile, ends in the store of any other run, also
// after a kill.
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { RecordBatch } from '../../src/model/records.ts';
import { migrate } from '../../src/store/migrations.ts';
import { noFilter, associations as queried } from '../../src/store/queries.ts';
import { openForReading, openStore } from '../../src/store/store.ts';
import { Writer } from '../../src/store/writer.ts';
import {
  association,
  batch,
  connection,
  exposure,
  finding,
  operation,
  SECOND,
  shownEndpoint,
  sighting,
  T0,
} from '../support/records.ts';
import { dumpOf, newRun, runInto, temporaryFolder } from '../support/stores.ts';

/** Connection `n` as it stands after `step` of three: its findings come late, out of order, and grow graver. */
function talk(n: number, step: 1 | 2 | 3): RecordBatch {
  const [id, a] = [`c${n}`, `a${n}`];
  const start = T0 + ((n * 7) % 5) * SECOND;
  const seen = { firstSeen: start, lastSeen: start + step * SECOND };
  const services = ['service 1', 'service 2', 'service 3'].slice(0, step);
  const severity = (['low', 'high', 'critical'] as const)[(n + step) % 3];
  const operations = [1, 2, 3].slice(0, step).map((ordinal) => operation(`o${n}-${ordinal}`, a, id, { ordinal }));
  return batch({
    connections: [connection(id, { start, end: start + step * SECOND, ended: step === 3 ? 'fin' : 'open' })],
    associations: [association(a, id, { start, end: start + step * SECOND, operations: step })],
    operations: operations.slice(-1 - (n % 2)),
    exposures: [exposure(a, id, { direct: step })],
    endpoints: [
      sighting(
        a,
        id,
        seen,
        services.map((service) => shownEndpoint({ service })),
      ),
    ],
    findings: [
      finding('phi-cleartext', a, id, { time: start, severity, key: `k${n % 2}` }),
      finding('ae-not-allowed', a, id, { time: start, severity: 'high', key: `k${n % 2}` }),
    ].slice(step === 1 ? 1 : 0),
  });
}

function together(...batches: RecordBatch[]): RecordBatch {
  const kinds = Object.keys(batch()) as (keyof RecordBatch)[];
  return batch(Object.fromEntries(kinds.map((kind) => [kind, batches.flatMap((one) => one[kind] as unknown[])])));
}

const batches = [
  together(talk(1, 1), talk(2, 3), talk(3, 1)),
  together(talk(1, 2), talk(4, 3), talk(5, 2)),
  together(talk(6, 3), talk(3, 3)),
  together(talk(1, 3), talk(5, 3), talk(7, 1)),
];
/** SQLite's number for `synchronous=NORMAL`. */
const NORMAL = 1;

const plain = (): string => stored(batches, false);

function stored(written: readonly RecordBatch[], fill: boolean, recordsPerCommit = 0): string {
  const path = join(temporaryFolder(), 'store.db');
  runInto(path, written, {}, { fill, recordsPerCommit });
  return path;
}

function indices(path: string): unknown[] {
  const database = openForReading(path);
  const found = database.prepare("SELECT sql FROM sqlite_schema WHERE type = 'index' ORDER BY name").pluck().all();
  database.close();
  return found;
}

describe('a store that was filled', () => {
  it.each([0, 10, 1000])('is as any other, with %i records a transaction', (recordsPerCommit) => {
    const path = stored(batches, true, recordsPerCommit);
    expect(dumpOf(path)).toEqual(dumpOf(plain()));
    expect(indices(path)).toEqual(indices(plain()));
    expect(dumpOf(path, ['meta'])).toEqual(dumpOf(plain(), ['meta']));
  });

  it('outlives a power cut as any other', () => {
    const store = openStore(join(temporaryFolder(), 'store.db'), { fill: true });
    const writer = store.begin(newRun());
    expect(store.database.pragma('synchronous', { simple: true })).toBe(NORMAL);
    writer.write(batches[0]);
    expect(store.database.pragma('synchronous', { simple: true })).toBe(NORMAL);
    writer.finish('done');
    store.close();
  });

  it('can be read while it is', () => {
    const path = join(temporaryFolder(), 'store.db');
    const store = openStore(path, { fill: true });
    const writer = store.begin(newRun());
    for (const one of batches.slice(0, 3)) writer.write(one);
    expect(indices(path).length).toBeLessThan(indices(plain()).length);
    const database = openForReading(path);
    expect([...queried(database, { ...noFilter, severity: 'critical' })].map(({ id }) => id)).toEqual(['a2']);
    database.close();
    writer.finish('done');
    store.close();
  });

  it.each([
    ['in one batch', [together(talk(2, 3), talk(2, 3)), talk(4, 3)]],
    ['later', [talk(2, 3), talk(4, 3), talk(2, 3)]],
    ['while the first lasts', [talk(2, 1), talk(2, 3), talk(4, 3), talk(2, 2), talk(2, 3)]],
  ])('holds one record where two connections had one id, %s', (_, written) => {
    const path = stored(written, true);
    expect(dumpOf(path)).toEqual(dumpOf(stored(written, false)));
    const database = openForReading(path);
    const twice = 'SELECT record_id FROM log GROUP BY record_id, revision HAVING count(*) > 1';
    expect(database.prepare(twice).all()).toEqual([]);
    database.close();
  });

  it('takes records of connections that are over, though none should come', () => {
    const late = batch({ associations: [association('a2', 'c2', { operations: 9 })] });
    expect(dumpOf(stored([...batches, late], true))).toEqual(dumpOf(stored([...batches, late], false)));
  });
});

it('an association that shows another endpoint than before leaves nothing behind', () => {
  const other = talk(1, 3);
  const endpoints = [sighting('a1', 'c1', { service: 'other' })];
  const written = [...batches.slice(0, 3), batch({ ...other, endpoints }), talk(8, 1)];
  for (const recordsPerCommit of [0, 1000]) {
    const path = stored(written, true, recordsPerCommit);
    expect(dumpOf(path)).toEqual(dumpOf(stored(written, false)));
    expect(dumpOf(path)).toEqual(dumpOf(stored(written, false, recordsPerCommit)));
  }
});

it('no more than a statement is run for a row, and of associations that are over nothing is looked for', () => {
  const statements: string[] = [];
  const database = new Sqlite(':memory:', { verbose: (sql) => void statements.push((sql as string).slice(0, 30)) });
  migrate(database);
  const writer = new Writer(database, ':memory:', newRun(), { fill: true });
  const many = (from: number): RecordBatch => together(...Array.from({ length: 100 }, (_, n) => talk(from + n, 3)));
  writer.write(many(100));
  statements.length = 0;
  writer.write(many(200));
  // Connection, association, one or two operations, exposure, sighting, two findings; of the log a 64th for each line.
  expect(statements.length / 100).toBeLessThan(8.5);
  expect(statements.filter((sql) => sql.startsWith('SELECT')).length).toBeLessThan(20);
  database.close();
});

describe('after a kill', () => {
  /** The files as they lay on the disk when the writer had written so many batches. */
  function killedAfter(count: number): string {
    const folder = temporaryFolder();
    const [path, left] = [join(folder, 'store.db'), join(folder, 'left.db')];
    const store = openStore(path, { fill: true });
    const writer = store.begin(newRun());
    for (const one of batches.slice(0, count)) writer.write(one);
    for (const suffix of ['', '-wal']) if (existsSync(path + suffix)) copyFileSync(path + suffix, left + suffix);
    store.close();
    return left;
  }

  it.each([1, 2, 3, 4])('in batch %i the next run completes the store before it writes', (count) => {
    const left = killedAfter(count);
    runInto(left, []);
    const whole = stored(batches.slice(0, count), false);
    expect(dumpOf(left)).toEqual(dumpOf(whole));
    expect(indices(left)).toEqual(indices(plain()));
    runInto(left, batches);
    expect(dumpOf(left)).toEqual(dumpOf(plain()));
  });
});

describe('a write that fails', () => {
  it('while the store is filled keeps what was before, and can be tried again', () => {
    const path = join(temporaryFolder(), 'full.db');
    const store = openStore(path, { fill: true });
    const writer = store.begin(newRun());
    writer.write(batches[0]);
    writer.write(batches[1]);
    store.database.pragma(`max_page_count = ${store.database.pragma('page_count', { simple: true })}`);
    const many = Array.from({ length: 500 }, (_, i) => talk(10 + i, 3));
    expect(() => writer.write(together(...many))).toThrow(expect.objectContaining({ code: 'store-write-failed' }));
    store.database.pragma('max_page_count = 1000000');
    for (const one of batches.slice(2)) writer.write(one);
    writer.finish('done');
    store.close();
    expect(dumpOf(path)).toEqual(dumpOf(plain()));
    expect(indices(path)).toEqual(indices(plain()));
  });
});
