// Proves that a database is brought to the present schema once, and marked as ours; and that a store of an older
// version is read as it is and taken over with all it holds.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { applicationId, migrate, schemaVersion } from '../../src/store/migrations.ts';
import { findings, noFilter, operations } from '../../src/store/queries.ts';
import { openForReading } from '../../src/store/store.ts';
import { step1 } from '../../src/store/tables/step-1.ts';
import { step2 } from '../../src/store/tables/step-2.ts';
import {
  association,
  batch,
  connection,
  exposure,
  finding,
  operation,
  sighting,
  tlsSession,
} from '../support/records.ts';
import { dumpOf, runInto, temporaryFolder } from '../support/stores.ts';

it('numbers the schema, marks the file, and does nothing the second time', () => {
  const database = new Sqlite(':memory:');
  migrate(database);
  const schema = database.prepare('SELECT sql FROM sqlite_schema ORDER BY name').pluck().all();
  expect(database.pragma('user_version', { simple: true })).toBe(schemaVersion);
  expect(database.pragma('application_id', { simple: true })).toBe(applicationId);
  migrate(database);
  expect(database.prepare('SELECT sql FROM sqlite_schema ORDER BY name').pluck().all()).toEqual(schema);
});

const everyTable = [
  ...['run', 'connection', 'association', 'operation', 'exposure', 'endpoint', 'endpoint_group', 'endpoint_sighting'],
  ...['tls_session', 'finding', 'alert', 'log', 'revision', 'meta'],
];

/** Talks of which some are alike. */
const talks = [1, 2, 3, 4].map((n) => {
  const [id, a] = [`c${n}`, `a${n}`];
  return batch({
    connections: [connection(id, { vlan: n % 2 ? [] : [n], clientMac: n === 3 ? null : '00:00:00:00:00:01' })],
    associations: [association(a, id, { patients: n === 1 ? '10000+' : n, outcomeDetail: n % 2 ? null : 'why' })],
    operations: [1, 2].map((ordinal) => operation(`o${n}-${ordinal}`, a, id, { ordinal, status: n })),
    exposures: [exposure(a, id, { direct: n % 2 })],
    endpoints: [sighting(a, id)],
    tlsSessions: [tlsSession(`t${n}`, id)],
    findings: [finding('phi-cleartext', a, id, { evidence: { n: n % 2 } })],
  });
});

/** A store of the second version that holds `talks`, those of `twice` two times. */
function second(path: string, from: string, twice: readonly string[] = []): void {
  const database = new Sqlite(path);
  database.exec(`${step1} ${step2}`);
  database.pragma(`application_id = ${applicationId}`);
  database.pragma('user_version = 2');
  database.prepare('ATTACH ? AS other').run(from);
  if (twice.length > 0) {
    const indices = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?";
    const missing = [...twice, 'tls_session'].flatMap((table) => database.prepare(indices).all(table));
    for (const { name } of missing as { name: string }[]) database.exec(`DROP INDEX ${name}`);
    database.prepare("INSERT INTO meta VALUES ('missing_indices', ?)").run(JSON.stringify(missing));
  }
  for (const table of everyTable) database.exec(`INSERT INTO ${table} SELECT * FROM other.${table}`);
  for (const table of twice) {
    database.exec(`UPDATE ${table} SET connection_id = 'before'; INSERT INTO ${table} SELECT * FROM other.${table}`);
  }
  database.close();
}

it('what a store of the second version holds is read, and is the same when it is taken over', () => {
  const [present, old] = ['present.db', 'old.db'].map((name) => join(temporaryFolder(), name));
  runInto(present, talks);
  second(old, present);
  const database = openForReading(old);
  expect([...operations(database, noFilter)]).toHaveLength(8);
  expect([...findings(database, noFilter)].map(({ evidence }) => evidence)).toHaveLength(4);
  database.close();
  runInto(old, []);
  expect(dumpOf(old)).toEqual(dumpOf(present));
  expect(dumpOf(old, ['log', 'revision', 'meta'])).toEqual(dumpOf(present, ['log', 'revision', 'meta']));
  runInto(old, talks);
  expect(dumpOf(old, ['log'])).toEqual(dumpOf(present, ['log']));
  expect(indices(old)).toEqual(indices(present));
});

it('what was left by a run of the second version that was killed while it filled the store is put right', () => {
  const [present, old] = ['present.db', 'old.db'].map((name) => join(temporaryFolder(), name));
  runInto(present, talks);
  second(old, present, ['association', 'operation', 'exposure', 'finding']);
  runInto(old, []);
  expect(dumpOf(old)).toEqual(dumpOf(present));
  expect(indices(old)).toEqual(indices(present));
});

function indices(path: string): unknown[] {
  const database = openForReading(path);
  const found = database.prepare("SELECT sql FROM sqlite_schema WHERE type = 'index' ORDER BY name").pluck().all();
  database.close();
  return found;
}
