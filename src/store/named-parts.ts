import type { Database, Statement } from 'better-sqlite3';
import { quoted, type SqlValue } from './columns.ts';
import type { Part } from './flat-record.ts';
import { preparedForOne } from './prepared.ts';
import type { Table } from './schema.ts';
import type { SharedRows } from './shared-rows.ts';

type Key = readonly SqlValue[];

/**
 * Which rows of the shared table the records of a table name, in the place after their own values. Of most tables:
 * none.
 */
export class NamedParts {
  readonly #shared: SharedRows | null;
  readonly #place: number;
  readonly #removed: () => Statement;
  readonly #named: () => Statement;
  readonly #namedAt: () => Statement;

  constructor(database: Database, { rows, key, own, shared: columns }: Table, shared: SharedRows | null) {
    this.#shared = columns.length > 0 ? shared : null;
    this.#place = own.length;
    const where = key.map((name) => `${quoted(name)} = ?`).join(' AND ');
    const named = columns.length > 0 ? 'shared' : '0';
    this.#removed = preparedForOne(database, () => `DELETE FROM ${rows} WHERE ${where} RETURNING ${named}`);
    this.#named = preparedForOne(database, () => `SELECT shared FROM ${rows} WHERE ${where}`);
    this.#namedAt = preparedForOne(database, () => `SELECT shared FROM ${rows} WHERE rowid = ?`);
  }

  /** Has a record name its part. */
  name(values: SqlValue[], part: Part | null): void {
    if (part === null) return;
    if (this.#shared === null) throw new Error('nowhere to keep what records share');
    values[this.#place] = this.#shared.idOf(part);
  }

  /** The record is a row now. */
  added(values: Key): void {
    this.#shared?.taken(values[this.#place] as number);
  }

  /**
   * What the stored record names, `at` its `rowid` or where its key is; where that is equal, the record at hand names
   * it too.
   */
  before(values: SqlValue[], at: number | null, keyOf: () => Key): number {
    if (this.#shared === null) return 0;
    const before = (at === null ? this.#named().get(...keyOf()) : this.#namedAt().get(at)) as number;
    if (this.#shared.isSame(before, values[this.#place] as number)) values[this.#place] = before;
    return before;
  }

  /** The record took the place of one that named `before`. */
  replaced(values: Key, before: number): void {
    const now = values[this.#place] as number;
    if (this.#shared === null || now === before) return;
    this.#shared.taken(now);
    this.#shared.left(before);
  }

  /** Removes the record with this key: true when there was one. */
  remove(key: Key): boolean {
    const named = this.#removed().all(...key) as number[];
    for (const id of named) this.#shared?.left(id);
    return named.length > 0;
  }
}
