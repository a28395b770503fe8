import type { Database, Statement } from 'better-sqlite3';
import { type Column, fromSql, toSql } from './columns.ts';
import type { Table } from './schema.ts';

/** Prepared statements of one table, generic over its columns. */
export interface Rows<Row> {
  /** Inserts the row, or updates the stored one if it differs. Null when nothing changed. */
  put(row: Row): 'new' | 'changed' | null;
  /** The same, and returns the row that was there before, or null. */
  replace(row: Row): Row | null;
  /** The row with this key, or null. */
  get(...key: (string | number)[]): Row | null;
  /** True when there was one. */
  remove(...key: (string | number)[]): boolean;
}

export function rowsOf<Row>(database: Database, table: Table): Rows<Row> {
  const { columns } = table;
  const where = table.key.map((name) => `${quoted(name)} = ?`).join(' AND ');
  const insert = database.prepare(insertSql(table));
  const update = database.prepare(updateSql(table));
  const get = database.prepare(`SELECT * FROM ${table.name} WHERE ${where}`);
  const remove = database.prepare(`DELETE FROM ${table.name} WHERE ${where}`);
  const exists = database.prepare(`SELECT 1 FROM ${table.name} WHERE ${where}`);
  const keyAt = table.key.map((name) => columns.findIndex((column) => column.name === name));
  /** Whether the last row was new: then the next one probably is, and need not be looked for first. */
  let expectNew = true;
  const values: (string | number | bigint | null)[] = new Array(columns.length).fill(null);
  const bind = (row: Row): void => {
    const fields = row as Record<string, unknown>;
    for (let i = 0; i < columns.length; i++) values[i] = toSql(columns[i].kind, fields[columns[i].field]);
  };
  const inserted = (): boolean => {
    expectNew = expectNew || exists.get(...keyAt.map((at) => values[at])) === undefined;
    expectNew = expectNew && insert.run(values).changes > 0;
    return expectNew;
  };
  const found = (row: unknown): Row | null => (row === undefined ? null : (decoded(columns, row) as Row));
  return {
    put(row) {
      bind(row);
      if (inserted()) return 'new';
      return update.run(values).changes > 0 ? 'changed' : null;
    },
    replace(row) {
      bind(row);
      if (inserted()) return null;
      const before = found(get.get(...keyAt.map((at) => values[at])));
      update.run(values);
      return before;
    },
    get: (...key) => found(get.get(...key)),
    remove: (...key) => remove.run(...key).changes > 0,
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

function insertSql({ name, columns }: Table): string {
  const names = columns.map((column) => quoted(column.name));
  return `INSERT INTO ${name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`;
}

/** Takes the same values as the insert. `IS NOT` keeps an unchanged row unwritten, and its change count 0. */
function updateSql({ name, key, columns }: Table): string {
  const row = columns.map((column) => `? AS ${quoted(column.name)}`);
  const others = columns.map((column) => column.name).filter((column) => !key.includes(column));
  const same = (column: string, is: string) => `${name}.${quoted(column)} ${is} row.${quoted(column)}`;
  return [
    `UPDATE ${name} SET ${others.map((column) => `${quoted(column)} = row.${quoted(column)}`).join(', ')}`,
    `FROM (SELECT ${row.join(', ')}) AS row`,
    `WHERE ${key.map((column) => same(column, '=')).join(' AND ')}`,
    `AND (${others.map((column) => same(column, 'IS NOT')).join(' OR ')})`,
  ].join(' ');
}

/** Some of our names (`end`, `key`, `references`) are words of SQL. */
export function quoted(name: string): string {
  return `"${name}"`;
}
