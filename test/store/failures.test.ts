// Proves which failures of SQLite are an operator's, and that bugs stay bugs.
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { OperatorError } from '../../src/model/errors.ts';
import { notOurs, openFailure, sqliteCode, writeFailure } from '../../src/store/failures.ts';

it.each([
  ['SQLITE_FULL', 'the disk is full'],
  ['SQLITE_READONLY_DBMOVED', 'it may only be read'],
  ['SQLITE_IOERR_WRITE', 'the disk reports an error'],
  ['SQLITE_BUSY_SNAPSHOT', 'another program holds it locked'],
  ['SQLITE_CORRUPT', 'the file is damaged'],
])('a write that fails with %s says that %s', (code, said) => {
  const cause = new Sqlite.SqliteError('x', code);
  const error = writeFailure('x.db', cause) as OperatorError;
  expect(error).toMatchObject({ code: 'store-write-failed', message: `cannot write to x.db: ${said}`, cause });
  expect(error.remedy).not.toBe('');
});

it.each([[new Sqlite.SqliteError('x', 'SQLITE_CONSTRAINT_NOTNULL')], [new TypeError('x')]])(
  'a defect of ours comes back as it is: %s',
  (defect) => expect(writeFailure('x.db', defect)).toBe(defect),
);

it('an open that fails says why', () => {
  const denied = Object.assign(new Error('x'), { code: 'EACCES' });
  expect(openFailure('x.db', denied, 'writing')).toMatchObject({
    code: 'store-unopenable',
    message: 'cannot open the database x.db: permission denied',
  });
  expect(openFailure('x.db', new Sqlite.SqliteError('x', 'SQLITE_NOTADB'), 'reading')).toMatchObject({
    code: 'store-not-ours',
  });
  expect(openFailure('x.db', new Sqlite.SqliteError('database is locked', 'SQLITE_BUSY'), 'reading')).toMatchObject({
    code: 'store-busy',
    message: 'another program holds x.db locked',
    remedy: 'Wait until it is done, stop it, or name another database with --db.',
  });
  const known = notOurs('x.db');
  expect(openFailure('x.db', known, 'reading')).toBe(known);
  const defect = new RangeError('x');
  expect(openFailure('x.db', defect, 'reading')).toBe(defect);
});

it('only SQLite errors have a code of SQLite', () => {
  expect(sqliteCode(new Sqlite.SqliteError('x', 'SQLITE_FULL'))).toBe('SQLITE_FULL');
  expect(sqliteCode(new OperatorError('usage', 'x', 'y'))).toBeNull();
});
