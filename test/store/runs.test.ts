// Proves that runs are numbered, that the store remembers the hash key, and other policies.
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { migrate } from '../../src/store/migrations.ts';
import { beginRun, judgedOtherwise } from '../../src/store/runs.ts';
import { newRun } from '../support/stores.ts';

it('numbers runs, refuses another key, and knows of another policy', () => {
  const database = new Sqlite(':memory:');
  migrate(database);
  expect(judgedOtherwise(database, 'p')).toBe(false);
  expect(beginRun(database, newRun({ policyDigest: 'p' }))).toBe(1);
  expect(judgedOtherwise(database, 'p')).toBe(false);
  expect(judgedOtherwise(database, null)).toBe(true);
  expect(() => beginRun(database, newRun({ hashKeyId: 'k2' }))).toThrow(
    expect.objectContaining({ code: 'store-key-mismatch' }),
  );
  expect(beginRun(database, newRun())).toBe(2);
  expect(judgedOtherwise(database, 'p')).toBe(true);
});
