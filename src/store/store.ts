import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { OperatorError } from '../model/errors.ts';
import { notOurs, openFailure, writeFailure } from './failures.ts';
import { lockForWriting, type WriterLock } from './lock.ts';
import { applicationId, migrate, schemaVersion } from './migrations.ts';
import type { NewRun } from './runs.ts';
import { Writer, type WriterOptions } from './writer.ts';

/** A store opened for writing, by this process alone. */
export interface Store {
  readonly path: string;
  readonly database: Database;
  /** Throws `store-key-mismatch` when the store was filled under another hash key. */
  begin(run: NewRun): Writer;
  readonly options: StoreOptions;
  /** Lets go of the file, which another thread has open by `openLent`; the lock stays until `close`. */
  lend(): void;
  /** Leaves one file. */
  close(): void;
}

export interface StoreOptions extends WriterOptions {
  /** `full` survives a power cut after every batch (live); `normal` a crash of the program (replay). */
  readonly synchronous?: 'normal' | 'full';
  /** How long another program's lock is waited for. */
  readonly busyMs?: number;
}

/**
 * Opens the store at `path` for writing, or makes it. Throws OperatorError: store-unopenable, -newer, -not-ours, -busy.
 */
export function openStore(path: string, options: StoreOptions = {}): Store {
  let lock: WriterLock | null = null;
  let database: Database | null = null;
  try {
    refuseFolder(path);
    // Temporary files of SQLite hold the same kind of data as the store: they belong in its folder.
    const environment: { SQLITE_TMPDIR?: string } = process.env;
    environment.SQLITE_TMPDIR ??= dirname(resolve(path));
    lock = lockForWriting(path);
    database = openDatabase(path, options);
    return opened(path, database, lock, options);
  } catch (error) {
    database?.close();
    lock?.release();
    throw openFailure(path, error, 'writing');
  }
}

/** Opens an existing store for queries only; a live run may be writing to it. Throws as `openStore`. */
export function openForReading(path: string): Database {
  let database: Database | null = null;
  try {
    refuseFolder(path);
    if (!existsSync(path)) throw missing(path);
    database = new Sqlite(path, { readonly: true, fileMustExist: true });
    if (!isOurs(database, path)) throw notOurs(path);
    return database;
  } catch (error) {
    database?.close();
    throw openFailure(path, error, 'reading');
  }
}

/** The store beside the thread that writes it. */
export interface Beside {
  readonly database: Database;
  /** False once the file was moved away, as a damaged one is: to be closed then, and opened anew. */
  current(): boolean;
  close(): void;
}

/**
 * Opens the store of a live run in another thread of its process, or a second time in the same: to read the log, and
 * to save what sinks know. Transactions must be short, for the writer waits; and no statement be left half read, for
 * it keeps the write-ahead log from being used again. A write may throw SQLITE_BUSY after five seconds: to be tried
 * again later. Throws as `openForReading`, also while the store is not there yet.
 */
export function openBeside(path: string): Beside {
  let database: Database | null = null;
  try {
    refuseFolder(path);
    if (!existsSync(path)) throw missing(path);
    const opened = new Sqlite(path, { fileMustExist: true, timeout: BUSY_MS });
    database = opened;
    if (!isOurs(opened, path)) throw missing(path);
    // A cursor that a power cut sets back costs a message said twice, with the same id.
    opened.pragma('synchronous = normal');
    opened.pragma('wal_autocheckpoint = 0');
    const { ino } = statSync(path);
    const current = (): boolean => statSync(path, { throwIfNoEntry: false })?.ino === ino;
    return { database: opened, current, close: () => opened.close() };
  } catch (error) {
    database?.close();
    throw openFailure(path, error, 'writing');
  }
}

/** Opens a store whose lock another thread of this process holds. Throws as `openStore`. */
export function openLent(path: string, options: StoreOptions): Store {
  try {
    return opened(path, openDatabase(path, options), { release: () => {} }, options);
  } catch (error) {
    throw openFailure(path, error, 'writing');
  }
}

function opened(path: string, database: Database, lock: WriterLock, options: StoreOptions): Store {
  return {
    path,
    database,
    options,
    lend: () => database.close(),
    begin: (run) => {
      try {
        return new Writer(database, path, run, options);
      } catch (error) {
        throw writeFailure(path, error);
      }
    },
    close: () => {
      try {
        if (database.open) leaveOneFile(database);
      } finally {
        database.close();
        lock.release();
      }
    },
  };
}

function openDatabase(path: string, options: StoreOptions): Database {
  // SQLite gives its companion files the mode of this one.
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  const database = new Sqlite(path, { timeout: options.busyMs ?? BUSY_MS });
  try {
    const synchronous = options.synchronous ?? 'normal';
    if (!isOurs(database, path)) {
      // An empty file has nothing to lose: unless a power cut is to be survived, the disk is not waited for yet.
      if (synchronous === 'normal') database.pragma('synchronous = off');
      // Before the first table, or they have no effect.
      database.pragma(`page_size = ${PAGE_BYTES}`);
      database.pragma('auto_vacuum = INCREMENTAL');
    }
    database.pragma('journal_mode = WAL');
    migrate(database);
    database.pragma(`synchronous = ${synchronous}`);
    database.pragma(`cache_size = -${CACHE_KIBIBYTES}`);
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES[synchronous]}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Most rows fill a tenth of it. */
const PAGE_BYTES = 8192;
/** How long a reader's lock is waited for. */
const BUSY_MS = 5000;
const CACHE_KIBIBYTES = 8 * 1024;
/**
 * When the write-ahead log goes into the database: 256 MiB in replay, 16 MiB live. Ids are random, so each
 * transaction touches most pages of an index; in the log many copies of a page become one write.
 */
const CHECKPOINT_PAGES = { normal: 32_768, full: 2048 } as const;

/** True for a store of ours, false for an empty file; anything else throws. */
function isOurs(database: Database, path: string): boolean {
  const id = database.pragma('application_id', { simple: true }) as number;
  const version = database.pragma('user_version', { simple: true }) as number;
  const empty = database.prepare('SELECT count(*) AS n FROM sqlite_schema').pluck().get() === 0;
  if (id === 0 && version === 0 && empty) return false;
  if (id !== applicationId) throw notOurs(path);
  if (version > schemaVersion) throw newer(path, version);
  return true;
}

/**
 * A reader that holds the database open keeps the write-ahead log alive: then it is emptied, and the last reader
 * removes it.
 */
function leaveOneFile(database: Database): void {
  database.pragma('busy_timeout = 200');
  const left = attempt(() => database.pragma('journal_mode = DELETE', { simple: true }) === 'delete');
  if (!left) attempt(() => database.pragma('wal_checkpoint(TRUNCATE)'));
}

/** What SQLite refuses is left as it is. */
function attempt<Result>(work: () => Result): Result | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof Sqlite.SqliteError) return null;
    throw error;
  }
}

function refuseFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new OperatorError(
      'store-unopenable',
      `cannot open the database ${path}: it is a folder`,
      'Name a file with --db.',
    );
  }
}

function missing(path: string): OperatorError {
  return new OperatorError(
    'store-unopenable',
    `there is no database ${path}`,
    'Name one with --db, or make one: dicomtap live listens, dicomtap replay PATH... reads captures.',
  );
}

function newer(path: string, version: number): OperatorError {
  return new OperatorError(
    'store-newer',
    `${path} has schema ${version}, written by a newer dicomtap; this one knows schema ${schemaVersion}`,
    'Use that version of dicomtap, or name another database with --db.',
  );
}
