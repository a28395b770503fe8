import type { Database, Statement } from 'better-sqlite3';

/** Tables whose changes sinks may want. Operations change with their association, connections with what they carry. */
export type LoggedKind = 'association' | 'tls_session' | 'finding' | 'alert' | 'endpoint' | 'health';

/** What happened to a record: it came, it changed, or it left the store. */
export type Change = 'new' | 'changed' | 'removed';

/**
 * Appends to the log, in the transaction that changes the record. Revisions are counted apart from the log, which
 * may be trimmed, and only of records that changed at all: most never do.
 */
export class Log {
  readonly #append: Statement;
  readonly #appendMany: Statement;
  /** Values of lines that are not written yet: many together cost a third. */
  readonly #pending: (string | number)[] = [];
  readonly #revision: Statement;
  readonly #revise: Statement;
  /** False while no record can have been there before, and left: then one that comes has no revision yet. */
  #mayReturn: boolean;

  constructor(database: Database) {
    const append = 'INSERT INTO log (kind, record_id, revision, removed) VALUES (?, ?, ?, ?)';
    this.#append = database.prepare(append);
    this.#appendMany = database.prepare(append + ', (?, ?, ?, ?)'.repeat(MANY - 1));
    this.#revision = database.prepare('SELECT revision FROM revision WHERE record_id = ?').pluck();
    this.#mayReturn = database.prepare('SELECT 1 FROM revision LIMIT 1').get() !== undefined;
    this.#revise = database.prepare('INSERT OR REPLACE INTO revision (record_id, revision) VALUES (?, ?)');
  }

  add(kind: LoggedKind, id: string, change: Change): void {
    if (change === 'removed') this.#mayReturn = true;
    const known = change !== 'new' || this.#mayReturn;
    const last = known ? (this.#revision.get(id) as number | undefined) : undefined;
    const revision = 1 + (last ?? (change === 'new' ? 0 : 1));
    if (revision > 1) this.#revise.run(id, revision);
    this.#pending.push(kind, id, revision, change === 'removed' ? 1 : 0);
    if (this.#pending.length < MANY * COLUMNS) return;
    this.#appendMany.run(this.#pending);
    this.#pending.length = 0;
  }

  /** At the end of a transaction. */
  settle(): void {
    for (let at = 0; at < this.#pending.length; at += COLUMNS) {
      this.#append.run(this.#pending.slice(at, at + COLUMNS));
    }
    this.#pending.length = 0;
  }

  /** After a rolled back transaction. */
  forget(): void {
    this.#pending.length = 0;
  }
}

const COLUMNS = 4;
/** Lines written together. */
const MANY = 64;
