import Sqlite, { type Database } from 'better-sqlite3';
import { quoted } from './columns.ts';
import type { Lasting, Stored } from './lasting.ts';
import { rowsOf } from './rows.ts';
import { type MetaRow, type Table, tables } from './schema.ts';
import type { SharedTables } from './shared-rows.ts';

/**
 * A run that fills an empty store. All that is stored of a connection came in this run, and nothing more comes
 * after the connection's end: so of those that last it is remembered here what is stored, and nothing is looked for.
 * Indices of the tables with many rows cost more than the rows, for ids are random: they are left out, and made of
 * the sorted whole at the end. A mark in `meta` holds their SQL, so that after a kill the next run makes them.
 */
export class Filling {
  readonly #database: Database;
  readonly #lasting = new Map<string, Lasting>();
  /** Connections of this batch that did last and are over. */
  readonly #over: string[] = [];
  readonly #cacheSize: number;
  #on: boolean;

  /** `on`: the store is empty. */
  constructor(database: Database, on: boolean) {
    this.#database = database;
    this.#on = on;
    this.#cacheSize = database.pragma('cache_size', { simple: true }) as number;
    if (on) database.pragma(`cache_size = -${CACHE_KIBIBYTES}`);
  }

  /** Whether what is stored is known here. */
  get on(): boolean {
    return this.#on;
  }

  /** Whether indices are missing. */
  get bare(): boolean {
    return rowsOf<MetaRow>(this.#database, tables.meta).get(MARK) !== null;
  }

  /** Whether more lasts than can be remembered. */
  get crowded(): boolean {
    let rows = 0;
    for (const known of this.#lasting.values()) rows += known.rows.size;
    return rows > ROWS_MAX;
  }

  /** Told with each connection that is written: of one that is over nothing will come after this batch. */
  connection(id: string, over: boolean): Stored {
    if (!this.#on) return undefined;
    const known = this.#lasting.get(id) ?? null;
    if (over) {
      if (known !== null) this.#over.push(id);
      return known;
    }
    if (known !== null) return known;
    const lasting = { rows: new Map(), findings: new Map() };
    this.#lasting.set(id, lasting);
    return lasting;
  }

  /** Null also for a connection that never came, or is over. */
  lasting(id: string): Lasting | null {
    return this.#lasting.get(id) ?? null;
  }

  /** After a batch. */
  settle(): void {
    for (const id of this.#over) this.#lasting.delete(id);
    this.#over.length = 0;
  }

  /** Leaves the indices out from now on. */
  bareTables(): void {
    const names = MANY_ROWS.map(({ rows }) => `'${rows}'`).join(', ');
    const found = this.#database
      .prepare(`SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name IN (${names}) ORDER BY rowid`)
      .all()
      .filter((index) => !KEPT.has((index as Index).name)) as Index[];
    rowsOf<MetaRow>(this.#database, tables.meta).put({ name: MARK, value: JSON.stringify(found) });
    for (const { name } of found) this.#database.exec(`DROP INDEX ${quoted(name)}`);
    // Without indices hardly a page is written twice: the shorter the write-ahead log, the less there is to read again.
    this.#database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  }

  /** What is stored has to be looked for from now on. */
  stop(): void {
    this.#on = false;
    this.#lasting.clear();
    this.#over.length = 0;
  }

  /** Makes what was left out. True when a record was there twice: then what was folded from its rows is wrong. */
  completeTables(shared: SharedTables): boolean {
    shared.settle();
    const meta = rowsOf<MetaRow>(this.#database, tables.meta);
    const missing = JSON.parse(meta.get(MARK)?.value ?? '[]') as Index[];
    meta.remove(MARK);
    // A table is read and an index written from end to end: pages are of use once, and sorting has memory of its own.
    this.#database.pragma(`cache_size = -${COMPLETING_CACHE_KIBIBYTES}`);
    const twice = missing.map((index) => this.#makeIndex(index));
    this.#database.pragma(`cache_size = ${this.#cacheSize}`);
    if (!twice.includes(true)) return false;
    this.#database.exec(COUNT_REVISIONS);
    shared.countAnew();
    return true;
  }

  /** True when its rows were not unique. */
  #makeIndex({ name, sql }: Index): boolean {
    try {
      this.#database.exec(sql);
      return false;
    } catch (error) {
      if (!(error instanceof Sqlite.SqliteError) || error.code !== 'SQLITE_CONSTRAINT_UNIQUE') throw error;
    }
    const table = MANY_ROWS.find((one) => `${one.name}_id` === name) as Table;
    // Frames seen twice, in two networks, make two connections of one id: the later record stands.
    const last = `SELECT max(rowid) FROM ${table.rows} GROUP BY ${table.key.map(quoted).join(', ')}`;
    this.#database.exec(`DELETE FROM ${table.rows} WHERE rowid NOT IN (${last}); ${sql}`);
    return true;
  }
}

interface Index {
  readonly name: string;
  readonly sql: string;
}

/** Name of the mark. */
const MARK = 'missing_indices';

/** Records come nearly in the order of these, and few are in the last: they cost next to nothing while rows come. */
const KEPT = new Set(['connection_end', 'association_start', 'operation_start', 'finding_connection']);

/** 32 MiB. */
const CHECKPOINT_PAGES = 4096;

/**
 * Mostly the last pages of each table are touched; what a transaction changed is written as it goes on, not all at its
 * end; and keys are sorted the faster, the fewer at a time.
 */
const CACHE_KIBIBYTES = 2048;
/** While indices are made. */
const COMPLETING_CACHE_KIBIBYTES = 256;

/** Rows of connections that last: about 10 MB. */
const ROWS_MAX = 100_000;

/** The unique index of each is named after it, and `_id`. */
const MANY_ROWS: readonly Table[] = [
  tables.connection,
  tables.association,
  tables.operation,
  tables.exposure,
  tables.endpoint_sighting,
  tables.tls_session,
  tables.finding,
];

/** In a store of one run that removed nothing, a record's lines in the log are its revisions. */
const COUNT_REVISIONS = `
UPDATE log SET revision = counted.n
FROM (SELECT seq, row_number() OVER (PARTITION BY kind, record_id ORDER BY seq) AS n FROM log) AS counted
WHERE counted.seq = log.seq AND log.revision <> counted.n;
INSERT OR REPLACE INTO revision (record_id, revision)
SELECT record_id, max(revision) FROM log GROUP BY record_id HAVING max(revision) > 1;
`;
