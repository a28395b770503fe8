// Proves that a database is brought to the present schema once, and marked as ours.
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { applicationId, migrate, schemaVersion } from '../../src/store/migrations.ts';

it('numbers the schema, marks the file, and does nothing the second time', () => {
  const database = new Sqlite(':memory:');
  migrate(database);
  const schema = database.prepare('SELECT sql FROM sqlite_schema ORDER BY name').pluck().all();
  expect(database.pragma('user_version', { simple: true })).toBe(schemaVersion);
  expect(database.pragma('application_id', { simple: true })).toBe(applicationId);
  migrate(database);
  expect(database.prepare('SELECT sql FROM sqlite_schema ORDER BY name').pluck().all()).toEqual(schema);
});
