import type { Database } from 'better-sqlite3';
import { OperatorError } from '../model/errors.ts';
import type { CaptureRecord, RecordBatch } from '../model/records.ts';
import { diskUse } from './disk-use.ts';
import { sqliteCode, writeFailure } from './failures.ts';
import { HealthRows, type NewHealth } from './health-rows.ts';
import { prepareHistory } from './history.ts';
import type { Keeping } from './keeping.ts';
import { type Clock, Retention } from './retention.ts';
import type { NewRun } from './runs.ts';
import { openStore, type Store } from './store.ts';
import { WalBound } from './wal-bound.ts';
import { type Ending, Writer } from './writer.ts';

/** What goes into the store in its place among others. */
export type LiveEntry =
  | { readonly kind: 'batch'; readonly batch: RecordBatch }
  | { readonly kind: 'capture'; readonly record: Omit<CaptureRecord, 'runId'> }
  | { readonly kind: 'health'; readonly record: NewHealth };

/** The run of a live sensor; `id` once it has one. */
export interface LiveRun {
  readonly run: NewRun;
  id: number | null;
}

/**
 * The store of a live run while it is open. What fails is thrown, an OperatorError where the disk, the file or its
 * locks did.
 */
export class LiveSession {
  readonly database: Database;
  readonly retention: Retention;
  /** Whether the run was not in the store, and was begun. */
  readonly begun: boolean;
  readonly #store: Store;
  readonly #writer: Writer;
  readonly #wal: WalBound;
  readonly #health: HealthRows;

  constructor(path: string, run: LiveRun, keeping: Keeping, clock: Clock) {
    this.#store = openStore(path, { synchronous: 'full', busyMs: BUSY_MS });
    const { database } = this.#store;
    this.database = database;
    try {
      // A live run asks the past at every association.
      prepareHistory(database);
      const id = run.id !== null && hasRun(this.#store, run.id, run.run.begin) ? run.id : null;
      this.begun = id === null;
      const options = { live: true, recordsPerCommit: Number.POSITIVE_INFINITY, ...(id === null ? {} : { runId: id }) };
      this.#writer = new Writer(database, path, run.run, options);
      run.id = this.#writer.runId;
      this.#wal = new WalBound(database, path, keeping);
      this.#health = new HealthRows(database);
      this.retention = new Retention(this.#writer, database, path, keeping, clock);
    } catch (error) {
      this.#store.close();
      throw writeFailure(path, error);
    }
  }

  keep(keeping: Keeping): void {
    this.#wal.keep(keeping);
    this.retention.keep(keeping);
  }

  /** Writes these in one transaction; when it returns they are committed. How many of their records were refused. */
  write(batches: readonly RecordBatch[]): number {
    const before = this.#writer.refused;
    try {
      this.retention.mark();
      for (const batch of batches) this.#writer.write(batch);
      this.#writer.commit();
      return this.#writer.refused - before;
    } catch (error) {
      this.#writer.refused = before;
      throw error;
    }
  }

  capture(record: Omit<CaptureRecord, 'runId'>): void {
    this.#writer.capture(record);
  }

  health(record: NewHealth): void {
    this.#writer.alter((log) => this.#health.put(record, this.#writer.runId, log));
  }

  /** Whether a reader holds the write-ahead log. Throws when that is too long. */
  check(): boolean {
    try {
      return this.#wal.check();
    } catch (error) {
      throw writeFailure(this.#store.path, error);
    }
  }

  /** Removes what is due; true when there is more at once. */
  keepHouse(): boolean {
    try {
      return this.retention.step();
    } catch (error) {
      throw writeFailure(this.#store.path, error);
    }
  }

  /**
   * On a full disk: what of the write-ahead log can be given back is, and what may go goes, as far as there is room for
   * that.
   */
  relieve(): void {
    try {
      this.database.pragma('wal_checkpoint(TRUNCATE)');
      for (let n = 0; n < RELIEF_STEPS && this.retention.step(); n++);
    } catch (error) {
      if (sqliteCode(error) === null && !(error instanceof OperatorError)) throw error;
    }
  }

  get bytes(): number {
    return diskUse(this.#store.database, this.#store.path).bytes;
  }

  finish(ending: Ending): void {
    this.#writer.finish(ending);
    this.#store.close();
  }

  /** Whatever state it is in. */
  abandon(): void {
    try {
      this.#store.close();
    } catch {
      // It failed before: that was told.
    }
  }
}

/** Some tenths of a second. */
const RELIEF_STEPS = 20;

/** Another program's lock is waited for here; then it is tried again. */
const BUSY_MS = 1000;

function hasRun({ database }: Store, id: number, begin: number): boolean {
  return database.prepare('SELECT 1 FROM run WHERE id = ? AND "begin" = ?').get(id, begin) !== undefined;
}
