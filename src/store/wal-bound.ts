import { statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { OperatorError } from '../model/errors.ts';
import { diskUse } from './disk-use.ts';
import { type Keeping, walBytesMax } from './keeping.ts';

/**
 * Keeps the write-ahead log bounded. A reader that stays in one transaction keeps it from being used again: past a
 * quarter of the bound that is said once, past the bound nothing is written until the reader is done.
 */
export class WalBound {
  readonly #database: Database;
  readonly #path: string;
  #bytesMax = 0;

  constructor(database: Database, path: string, keeping: Keeping) {
    this.#database = database;
    this.#path = path;
    this.keep(keeping);
  }

  keep(keeping: Keeping): void {
    // Of a small disk too it takes no more than its part.
    const { bytes, freeBytes } = diskUse(this.#database, this.#path);
    this.#bytesMax = walBytesMax(Math.min(keeping.bytesMax, bytes + freeBytes));
    const pages = Math.max(PAGES_MIN, Math.floor(this.#bytesMax / 16 / PAGE_BYTES));
    this.#database.pragma(`wal_autocheckpoint = ${pages}`);
    this.#database.pragma(`journal_size_limit = ${Math.floor(this.#bytesMax / 4)}`);
  }

  /**
   * Whether a reader holds it; the log is made short where it can be. Throws OperatorError `store-write-failed` past
   * the bound.
   */
  check(): boolean {
    if (this.#bytes() <= this.#bytesMax / 4) return false;
    const patience = this.#database.pragma('busy_timeout', { simple: true }) as number;
    this.#database.pragma('busy_timeout = 0');
    try {
      this.#database.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      this.#database.pragma(`busy_timeout = ${patience}`);
    }
    const bytes = this.#bytes();
    if (bytes <= this.#bytesMax / 4) return false;
    if (bytes <= this.#bytesMax) return true;
    throw new OperatorError(
      'store-write-failed',
      `cannot write to ${this.#path}: a program has been reading it for so long that its write-ahead log takes ${megabytes(bytes)} MB`,
      'Close programs that have the database open.',
    );
  }

  #bytes(): number {
    return statSync(`${this.#path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

const PAGE_BYTES = 8192;
const PAGES_MIN = 16;
