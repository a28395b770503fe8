import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { sqliteCode, storeBusy } from './failures.ts';

/** Held by the one process that writes to a store. */
export interface WriterLock {
  release(): void;
}

/**
 * Takes the writer's lock of the store at `path`, or fails at once with `store-busy`. The lock is SQLite's own
 * exclusive lock on an empty file beside the store: the operating system drops it with the process, however that
 * ends, so nothing stale can be left. The file itself goes at release.
 *
 * Throws errors of the file system as they are (folder missing, read-only).
 */
export function lockForWriting(path: string): WriterLock {
  const file = `${path}.lock`;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    ensureFile(file);
    const before = inode(file);
    const database = new Sqlite(file, { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if (sqliteCode(error)?.startsWith('SQLITE_BUSY')) throw storeBusy(path);
      throw error;
    }
    // Its former holder may have removed the file between our opening and our locking it: then ours is nobody's.
    if (before !== null && inode(file) === before) return { release: () => release(file, database) };
    database.close();
  }
  throw storeBusy(path);
}

const ATTEMPTS_MAX = 5;

function release(file: string, database: Sqlite.Database): void {
  rmSync(file, { force: true });
  database.close();
}

/** Never opens a file that exists: closing it would drop the locks this process holds on it (POSIX). */
function ensureFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function inode(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? null;
}
