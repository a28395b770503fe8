import type { Database, Statement } from 'better-sqlite3';
import { quoted } from './columns.ts';
import type { Part } from './flat-record.ts';
import { prepared } from './prepared.ts';
import { type Table, tables } from './schema.ts';
import { type DividedTable, dividedTables, ownTable, sharedTable } from './tables/shared.ts';

/**
 * The rows of `NAME_shared`: what many records have alike, once, with the number of records that name it, and gone with
 * the last of them. What is not remembered is kept anew: one part may have several rows, and they are equal.
 */
export class SharedRows {
  readonly #database: Database;
  readonly #insert: () => Statement;
  readonly #count: () => Statement;
  readonly #removeUnused: () => Statement;
  readonly #same: () => Statement;
  readonly #ids = new Map<Part, number>();
  readonly #parts = new Map<number, Part>();
  /** Rows of which more or fewer records than before this transaction are. */
  readonly #changes = new Map<number, number>();
  readonly #name: DividedTable;

  constructor(database: Database, name: DividedTable) {
    this.#database = database;
    this.#name = name;
    const table = sharedTable(name);
    const columns = (tables[name] as Table).shared.map((column) => quoted(column.name));
    const places = columns.map(() => '?').join(', ');
    const equal = columns.map((column) => `a.${column} IS b.${column}`).join(' AND ');
    const both = `${table} AS a, ${table} AS b WHERE a.id = ? AND b.id = ?`;
    this.#insert = prepared(database, () => `INSERT INTO ${table} (uses, ${columns.join(', ')}) VALUES (0, ${places})`);
    this.#count = prepared(database, () => `UPDATE ${table} SET uses = uses + ? WHERE id = ?`);
    this.#removeUnused = prepared(database, () => `DELETE FROM ${table} WHERE id = ? AND uses = 0`);
    this.#same = prepared(database, () => `SELECT 1 FROM ${both} AND ${equal}`);
  }

  /** The row of a part, which is there now. */
  idOf(part: Part): number {
    return this.#ids.get(part) ?? this.#added(part);
  }

  isSame(a: number, b: number): boolean {
    if (a === b) return true;
    const [one, other] = [this.#parts.get(a), this.#parts.get(b)];
    if (one === undefined || other === undefined) return this.#same().get(a, b) !== undefined;
    return one.values.every((value, at) => value === other.values[at]);
  }

  /** A record came that names the row. */
  taken(id: number): void {
    this.#changes.set(id, (this.#changes.get(id) ?? 0) + 1);
  }

  /** A record that named it went, or names another. */
  left(id: number): void {
    this.#changes.set(id, (this.#changes.get(id) ?? 0) - 1);
  }

  /** At the end of a transaction. */
  settle(): void {
    for (const [id, change] of this.#changes) {
      if (change !== 0) this.#count().run(change, id);
      if (change <= 0 && this.#removeUnused().run(id).changes > 0) this.#drop(id);
    }
    this.#changes.clear();
    if (this.#ids.size > PARTS_MAX) this.#forgetParts();
  }

  /** After a rolled back transaction. */
  forget(): void {
    this.#changes.clear();
    this.#forgetParts();
  }

  /** After records were removed past this: settled before. */
  countAnew(): void {
    const table = sharedTable(this.#name);
    this.#database.exec(`
      UPDATE ${table} SET uses = 0;
      UPDATE ${table} SET uses = counted.n
      FROM (SELECT shared, count(*) AS n FROM ${ownTable(this.#name)} GROUP BY shared) AS counted WHERE counted.shared = id;
      DELETE FROM ${table} WHERE uses = 0;
    `);
    this.#forgetParts();
  }

  #added(part: Part): number {
    const id = this.#insert().run(part.values).lastInsertRowid as number;
    this.#ids.set(part, id);
    this.#parts.set(id, part);
    this.#changes.set(id, 0);
    return id;
  }

  #drop(id: number): void {
    const part = this.#parts.get(id);
    if (part !== undefined) this.#ids.delete(part);
    this.#parts.delete(id);
  }

  #forgetParts(): void {
    this.#ids.clear();
    this.#parts.clear();
  }
}

/** Of all divided tables. */
export class SharedTables {
  readonly #rows: Readonly<Record<DividedTable, SharedRows>>;

  constructor(database: Database) {
    const made = dividedTables.map((name) => [name, new SharedRows(database, name)]);
    this.#rows = Object.fromEntries(made) as Record<DividedTable, SharedRows>;
  }

  of(name: DividedTable): SharedRows {
    return this.#rows[name];
  }

  settle(): void {
    for (const name of dividedTables) this.#rows[name].settle();
  }

  forget(): void {
    for (const name of dividedTables) this.#rows[name].forget();
  }

  countAnew(): void {
    for (const name of dividedTables) this.#rows[name].countAnew();
  }
}

/** Remembered of each table. */
const PARTS_MAX = 1000;
