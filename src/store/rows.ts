import type { Database, Statement } from 'better-sqlite3';
import type { RecordBatch } from '../model/records.ts';
import { type Column, fromSql, quoted, type SqlValue, toSql } from './columns.ts';
import { FlatRecord } from './flat-record.ts';
import { KnownParts } from './known-parts.ts';
import type { Stored } from './lasting.ts';
import { NamedParts } from './named-parts.ts';
import { prepared } from './prepared.ts';
import type { Table } from './schema.ts';
import type { SharedRows } from './shared-rows.ts';

/** Statements of one table, generic over its columns. */
export interface Rows<Row> {
  /**
   * Inserts the row, or updates the stored one if it differs. Null when nothing changed. `stored` says what is stored
   * of its connection, where that is known; else the row is looked for.
   */
  put(row: Row, stored?: Stored): 'new' | 'changed' | null;
  /** The same, and returns the row that was there before, or null. */
  replace(row: Row, stored?: Stored): Row | null;
  /** The row with this key, or null. */
  get(...key: (string | number)[]): Row | null;
  /** True when there was one. */
  remove(...key: (string | number)[]): boolean;
}

/** `shared`: where the table's shared columns are kept; a table that has such can be read without. */
export function rowsOf<Row>(database: Database, table: Table, shared: SharedRows | null = null): Rows<Row> {
  const { columns } = table;
  const where = table.key.map((name) => `${quoted(name)} = ?`).join(' AND ');
  const insert = prepared(database, () => insertSql(table));
  const update = prepared(database, () => updateSql(table));
  const get = prepared(database, () => `SELECT * FROM ${table.name} WHERE ${where}`);
  const exists = prepared(database, () => `SELECT 1 FROM ${table.rows} WHERE ${where}`);
  const updateAt = prepared(database, () => updateAtSql(table));
  const getAt = prepared(database, () => `SELECT * FROM ${table.name} WHERE rowid = ?`);
  const keyAt = table.key.map((name) => table.own.findIndex((column) => column.name === name));
  const bindRow = binding<Row>(table);
  const parts = new NamedParts(database, table, shared);
  /** The row at hand, as SQLite takes it. */
  let values: SqlValue[] = [];
  const bind = (row: Row): void => {
    const flat = row instanceof FlatRecord ? row : bindRow(row);
    values = flat.values;
    parts.name(values, flat.part);
  };
  const keyOf = (): SqlValue[] => keyAt.map((at) => values[at]);
  /** Whether the last row was new: then the next one probably is, and need not be looked for first. */
  let expectNew = true;
  const inserted = (): boolean => {
    expectNew = expectNew || exists().get(...keyOf()) === undefined;
    expectNew = expectNew && added() !== null;
    return expectNew;
  };
  const found = (row: unknown): Row | null => (row === undefined ? null : (decoded(columns, row) as Row));
  /** The `rowid` of the row at hand if it is new, else null. */
  const added = (): number | null => {
    const { changes, lastInsertRowid } = insert().run(values);
    if (changes === 0) return null;
    parts.added(values);
    return lastInsertRowid as number;
  };
  /** Inserts the row at hand, or says where it is: its `rowid`, or null where only its key tells. */
  const insertedOrAt = (stored: Stored): 'new' | number | null => {
    if (stored === undefined) return inserted() ? 'new' : null;
    if (stored === null) return added() === null ? null : 'new';
    const name = `${table.name} ${keyOf()}`;
    const at = stored.rows.get(name) ?? null;
    if (at !== null) return at;
    const rowid = added();
    if (rowid !== null) stored.rows.set(name, rowid);
    return rowid === null ? null : 'new';
  };
  const updated = (at: number | null): boolean => {
    const before = parts.before(values, at, keyOf);
    const changed = (at === null ? update().run(values) : updateAt().run(values, at, values)).changes > 0;
    if (changed) parts.replaced(values, before);
    return changed;
  };
  return {
    put(row, stored) {
      bind(row);
      const at = insertedOrAt(stored);
      if (at === 'new') return 'new';
      return updated(at) ? 'changed' : null;
    },
    replace(row, stored) {
      bind(row);
      const at = insertedOrAt(stored);
      if (at === 'new') return null;
      const before = found(at === null ? get().get(...keyOf()) : getAt().get(at));
      updated(at);
      return before;
    },
    get: (...key) => found(get().get(...key)),
    remove: (...key) => parts.remove(key),
  };
}

/**
 * Writes a record into a list of values, the same each time, one an own column. Records are made with their fields in
 * the order of the columns: then they are walked, which is many times faster than to look up each field by its name.
 */
function binding<Row>({ columns, own, shared }: Table): (row: Row) => FlatRecord {
  const values: SqlValue[] = new Array(own.length + Number(shared.length > 0)).fill(null);
  const fields = columns.map(({ field }) => field);
  const kinds = columns.map(({ kind }) => kind);
  const ownAt = columns.map((column) => own.indexOf(column));
  const sharedAt = columns.map((column) => shared.indexOf(column));
  const parts = new KnownParts(shared);
  const bind = (at: number, value: unknown): void => {
    if (sharedAt[at] >= 0) parts.meet(sharedAt[at], value);
    else values[ownAt[at]] = typeof value === 'string' || value === null ? value : toSql(kinds[at], value);
  };
  const walked = (record: Record<string, unknown>): boolean => {
    let at = 0;
    for (const field in record) {
      if (field !== fields[at]) return false;
      bind(at, record[field]);
      at++;
    }
    return at === fields.length;
  };
  return (row) => {
    const record = row as Record<string, unknown>;
    if (parts.full) parts.forget();
    parts.begin();
    if (!walked(record)) for (let i = 0; i < fields.length; i++) bind(i, record[fields[i]]);
    return new FlatRecord(values, shared.length > 0 ? parts.part() : null);
  };
}

/** A row as SQLite gave it, as the record it keeps. */
export function decoded(columns: readonly Column[], row: unknown): Record<string, unknown> {
  const values = row as Record<string, unknown>;
  const record: Record<string, unknown> = {};
  for (const { field, name, kind } of columns) record[field] = fromSql(kind, values[name]);
  return record;
}

/** All rows of a statement that selects every column of `table`. */
export function decodedAll<Row>(table: Table, statement: Statement, ...parameters: unknown[]): Row[] {
  return statement.all(...parameters).map((row) => decoded(table.columns, row) as Row);
}

function insertSql(table: Table): string {
  const names = columnsOf(table);
  return `INSERT INTO ${table.rows} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`;
}

/** Takes the values of the insert, the `rowid`, and the values again. */
function updateAtSql(table: Table): string {
  const set = columnsOf(table).map((column) => `${column} = ?`);
  const differs = columnsOf(table).map((column) => `${column} IS NOT ?`);
  return `UPDATE ${table.rows} SET ${set.join(', ')} WHERE rowid = ? AND (${differs.join(' OR ')})`;
}

/** Takes the same values as the insert. `IS NOT` keeps an unchanged row unwritten, and its change count 0. */
function updateSql(table: Table): string {
  const row = columnsOf(table).map((column) => `? AS ${column}`);
  const key = table.key.map(quoted);
  const others = columnsOf(table).filter((column) => !key.includes(column));
  const same = (column: string, is: string) => `${table.rows}.${column} ${is} row.${column}`;
  return [
    `UPDATE ${table.rows} SET ${others.map((column) => `${column} = row.${column}`).join(', ')}`,
    `FROM (SELECT ${row.join(', ')}) AS row`,
    `WHERE ${key.map((column) => same(column, '=')).join(' AND ')}`,
    `AND (${others.map((column) => same(column, 'IS NOT')).join(' OR ')})`,
  ].join(' ');
}

function columnsOf({ own, shared }: Table): string[] {
  return [...own.map(({ name }) => quoted(name)), ...(shared.length > 0 ? ['shared'] : [])];
}

/** Records of a batch that are rows of their own: sightings of endpoints are folded. */
export function recordCount({ endpoints, ...others }: RecordBatch): number {
  return Object.values(others).reduce((sum, records) => sum + records.length, 0);
}
