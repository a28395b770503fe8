import type { Database, Statement } from 'better-sqlite3';

/** Tables whose changes sinks may want. Operations change with their association, connections with what they carry. */
export type LoggedKind = 'association' | 'tls_session' | 'finding' | 'alert' | 'endpoint';

/** Appends to the log, in the transaction that changes the record. */
export class Log {
  readonly #append: Statement;

  constructor(database: Database) {
    this.#append = database.prepare(
      `INSERT INTO log (kind, record_id, revision, removed)
       VALUES (?, ?, 1 + coalesce((SELECT max(revision) FROM log WHERE record_id = ?), 0), ?)`,
    );
  }

  written(kind: LoggedKind, id: string): void {
    this.#append.run(kind, id, id, 0);
  }

  removed(kind: LoggedKind, id: string): void {
    this.#append.run(kind, id, id, 1);
  }
}
