import type { Database, Statement } from 'better-sqlite3';
import type { ConnectionRecord } from '../model/records.ts';
import type { DependantKind } from './dependants.ts';

/**
 * Records of connections of which another run saw as much or more, kept in a TEMP table (as JSON, for all kinds
 * alike) until this run has seen more, or is over.
 */
export class Aside {
  readonly #put: Statement;
  readonly #connection: Statement;
  readonly #next: Statement;
  readonly #records: Statement;
  readonly #drop: Statement;
  /** False until the first record: most runs never put one aside. */
  #used = false;

  constructor(database: Database) {
    database.exec(
      `DROP TABLE IF EXISTS temp.aside; CREATE TEMP TABLE aside (
         connection_id TEXT, kind TEXT, id TEXT, record TEXT, PRIMARY KEY (connection_id, kind, id)
       ) STRICT, WITHOUT ROWID`,
    );
    this.#put = database.prepare('INSERT OR REPLACE INTO aside (connection_id, kind, id, record) VALUES (?, ?, ?, ?)');
    this.#connection = database.prepare("SELECT 1 FROM aside WHERE connection_id = ? AND kind = 'connection'").pluck();
    this.#next = database
      .prepare(
        "SELECT record FROM aside WHERE kind = 'connection' AND connection_id > ? ORDER BY connection_id LIMIT 1",
      )
      .pluck();
    this.#records = database
      .prepare('SELECT record FROM aside WHERE connection_id = ? AND kind = ? ORDER BY id')
      .pluck();
    this.#drop = database.prepare('DELETE FROM aside WHERE connection_id = ?');
  }

  put(kind: DependantKind | 'connection', connectionId: string, id: string, record: unknown): void {
    this.#used = true;
    this.#put.run(connectionId, kind, id, JSON.stringify(record));
  }

  has(connectionId: string): boolean {
    return this.#used && this.#connection.get(connectionId) !== undefined;
  }

  /** The connection put aside whose id comes next after `id`; null after the last. */
  next(id: string): ConnectionRecord | null {
    const record = this.#next.get(id) as string | undefined;
    return record === undefined ? null : (JSON.parse(record) as ConnectionRecord);
  }

  records<Row>(connectionId: string, kind: DependantKind): Row[] {
    return this.#records.all(connectionId, kind).map((record) => JSON.parse(record as string) as Row);
  }

  drop(connectionId: string): void {
    this.#drop.run(connectionId);
  }
}
