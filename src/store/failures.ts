import Sqlite from 'better-sqlite3';
import { OperatorError } from '../model/errors.ts';

/** SQLite's extended result code, such as `SQLITE_FULL`; null when the error is not SQLite's. */
export function sqliteCode(error: unknown): string | null {
  return error instanceof Sqlite.SqliteError ? error.code : null;
}

/**
 * What a failed write means to an operator; an error that is not about the disk, the file or its locks is a bug and
 * comes back as it is.
 */
export function writeFailure(path: string, error: unknown): unknown {
  const code = sqliteCode(error);
  const [said, remedy] = WRITE_FAILURES.find(([prefix]) => code?.startsWith(prefix))?.[1] ?? [null, ''];
  if (said === null) return error;
  return new OperatorError('store-write-failed', `cannot write to ${path}: ${said}`, remedy, error);
}

const WRITE_FAILURES: readonly [string, readonly [string, string]][] = [
  ['SQLITE_FULL', ['the disk is full', 'Free space, or name a database on another disk with --db.']],
  ['SQLITE_READONLY', ['it may only be read', 'Give this user the right to write the file and its folder.']],
  ['SQLITE_IOERR', ['the disk reports an error', 'Check the disk and its free space; see the system log.']],
  ['SQLITE_CANTOPEN', ['its companion files cannot be made', 'Give this user the right to write its folder.']],
  ['SQLITE_BUSY', ['another program holds it locked', 'Close programs that hold a transaction open on it.']],
  ['SQLITE_LOCKED', ['another program holds it locked', 'Close programs that hold a transaction open on it.']],
  ['SQLITE_PROTOCOL', ['another program holds it locked', 'Close programs that hold a transaction open on it.']],
  ['SQLITE_CORRUPT', ['the file is damaged', 'Move it away and replay the captures into a new one.']],
  ['SQLITE_NOTADB', ['the file is damaged', 'Move it away and replay the captures into a new one.']],
];

/** Whether what failed is that the file's content is broken, and not the disk, its rights or its locks. */
export function isDamage(error: unknown): boolean {
  const cause = error instanceof OperatorError ? error.cause : error;
  return /^SQLITE_(CORRUPT|NOTADB)/.test(sqliteCode(cause) ?? '');
}

/** What it means that the database at `path` could not be opened, for writing or for reading only. */
export function openFailure(path: string, error: unknown, purpose: keyof typeof OPEN_REMEDIES): unknown {
  if (error instanceof OperatorError) return error;
  if (sqliteCode(error) === 'SQLITE_NOTADB') return notOurs(path, error);
  if (/^SQLITE_(BUSY|LOCKED)/.test(sqliteCode(error) ?? '')) return storeBusy(path, error);
  const said = reason(error);
  if (said === null) return error;
  return new OperatorError(
    'store-unopenable',
    `cannot open the database ${path}: ${said}`,
    OPEN_REMEDIES[purpose],
    error,
  );
}

/** A process of ours writes to it, or another program holds it locked. */
export function storeBusy(path: string, cause?: unknown): OperatorError {
  const sentence =
    cause === undefined ? `another process is writing to ${path}` : `another program holds ${path} locked`;
  const remedy = 'Wait until it is done, stop it, or name another database with --db.';
  return new OperatorError('store-busy', sentence, remedy, cause);
}

export function notOurs(path: string, cause?: unknown): OperatorError {
  return new OperatorError(
    'store-not-ours',
    `${path} is not a dicomtap database`,
    'Name another file with --db; this one was left as it is.',
    cause,
  );
}

function reason(error: unknown): string | null {
  const code = (error as NodeJS.ErrnoException).code;
  const known = OPEN_FAILURES[code ?? ''];
  if (known !== undefined) return known;
  // better-sqlite3 checks the folder itself, with a TypeError.
  if (error instanceof TypeError && /directory/.test(error.message)) return NO_FOLDER;
  return sqliteCode(error) === null && code === undefined ? null : (error as Error).message;
}

const OPEN_REMEDIES = {
  writing: 'With --db name a database in a folder that this user may write.',
  reading: 'Name a database with --db that this user may read, or copy it to a folder of their own.',
} as const;

const NO_FOLDER = 'the folder does not exist';

const OPEN_FAILURES: Readonly<Record<string, string>> = {
  ENOENT: NO_FOLDER,
  ENOTDIR: 'a part of its path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'the name is too long',
  SQLITE_CANTOPEN: 'the file or its folder cannot be opened',
  SQLITE_READONLY: 'it may only be read',
  SQLITE_READONLY_DIRECTORY: 'its folder may only be read',
  SQLITE_FULL: 'the disk is full',
};
