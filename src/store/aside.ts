import type { Database, Statement } from 'better-sqlite3';
import type { ConnectionRecord } from '../model/records.ts';
import { type DependantKind, dependantKinds } from './dependants.ts';

/**
 * Records of connections of which another run saw as much or more, kept in TEMP tables (as JSON, for all kinds
 * alike) until this run has seen more, or is over. Connections are numbered as they come, so that their records
 * lie together on the disk, in the order in which they are read again.
 */
export class Aside {
  readonly #number: Statement;
  readonly #numberOf: Statement;
  readonly #forget: Statement;
  readonly #put: Statement;
  readonly #next: Statement;
  readonly #records: Statement;
  readonly #drop: Statement;
  /** False until the first record: most runs never put one aside. */
  #used = false;
  /** Records of one connection come together. */
  #lastId = '';
  #lastNumber: number | null = null;

  constructor(database: Database) {
    database.exec(TEMP_TABLES);
    this.#number = database.prepare('INSERT INTO aside_connection (id) VALUES (?)');
    this.#numberOf = database.prepare('SELECT number FROM aside_connection WHERE id = ?').pluck();
    this.#forget = database.prepare('DELETE FROM aside_connection WHERE number = ?');
    this.#put = database.prepare('INSERT OR REPLACE INTO aside (number, kind, id, record) VALUES (?, ?, ?, ?)');
    this.#next = database
      .prepare(`SELECT record FROM aside WHERE number > ? AND kind = ${CONNECTION} ORDER BY number LIMIT 1`)
      .pluck();
    this.#records = database.prepare('SELECT record FROM aside WHERE number = ? AND kind = ? ORDER BY id').pluck();
    this.#drop = database.prepare('DELETE FROM aside WHERE number = ?');
  }

  connection(record: ConnectionRecord): void {
    this.#used = true;
    const number = this.#find(record.id) ?? Number(this.#number.run(record.id).lastInsertRowid);
    this.#lastId = '';
    this.#put.run(number, CONNECTION, record.id, JSON.stringify(record));
  }

  /** `id` is the record's key. Its connection is there already. */
  record(kind: DependantKind, connectionId: string, id: string, record: unknown): void {
    const number = this.#find(connectionId) as number;
    this.#put.run(number, dependantKinds.indexOf(kind), id, JSON.stringify(record));
  }

  has(connectionId: string): boolean {
    return this.#find(connectionId) !== null;
  }

  /** The connections put aside, as they came. Others may be dropped meanwhile. */
  *connections(): Generator<ConnectionRecord> {
    let last = 0;
    for (;;) {
      const record = this.#next.get(last) as string | undefined;
      if (record === undefined) return;
      const connection = JSON.parse(record) as ConnectionRecord;
      last = this.#find(connection.id) as number;
      yield connection;
    }
  }

  records<Row>(connectionId: string, kind: DependantKind): Row[] {
    const number = this.#find(connectionId);
    if (number === null) return [];
    const found = this.#records.all(number, dependantKinds.indexOf(kind));
    return found.map((record) => JSON.parse(record as string) as Row);
  }

  drop(connectionId: string): void {
    const number = this.#find(connectionId);
    if (number === null) return;
    this.#lastId = '';
    this.#drop.run(number);
    this.#forget.run(number);
  }

  /** At the end of the run. */
  remove(database: Database): void {
    database.exec('DROP TABLE temp.aside; DROP TABLE temp.aside_connection');
  }

  /** After a rolled back transaction. */
  forget(): void {
    this.#lastId = '';
  }

  #find(connectionId: string): number | null {
    if (!this.#used) return null;
    if (connectionId === this.#lastId) return this.#lastNumber;
    this.#lastId = connectionId;
    this.#lastNumber = (this.#numberOf.get(connectionId) as number | undefined) ?? null;
    return this.#lastNumber;
  }
}

/** Stands before the dependants, whose kind is their index in `dependantKinds`. */
const CONNECTION = -1;

const TEMP_TABLES = `
PRAGMA temp.cache_size = -8192;
DROP TABLE IF EXISTS temp.aside_connection;
DROP TABLE IF EXISTS temp.aside;
CREATE TEMP TABLE aside_connection (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE) STRICT;
CREATE TEMP TABLE aside (
  number INTEGER, kind INTEGER, id TEXT, record TEXT, PRIMARY KEY (number, kind, id)
) STRICT, WITHOUT ROWID;
`;
