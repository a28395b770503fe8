import type { Database, Statement } from 'better-sqlite3';
import { type Column, fromSql, toSql } from './columns.ts';
import type { Table } from './schema.ts';

/** Prepared statements of one table, generic over its columns. */
export interface Rows<Row> {
  /** Inserts the row, or updates the stored one where it differs. True when anything changed. */
  put(row: Row): boolean;
  /** The row with this key, or null. */
  get(...key: (string | number)[]): Row | null;
  /** True when there was one. */
  remove(...key: (string | number)[]): boolean;
}

export function rowsOf<Row>(database: Database, table: Table): Rows<Row> {
  const { columns } = table;
  const where = table.key.map((name) => `${quoted(name)} = ?`).join(' AND ');
  const put = database.prepare(upsert(table));
  const get = database.prepare(`SELECT * FROM ${table.name} WHERE ${where}`);
  const remove = database.prepare(`DELETE FROM ${table.name} WHERE ${where}`);
  const values: (string | number | null)[] = new Array(columns.length).fill(null);
  return {
    put(row) {
      const fields = row as Record<string, unknown>;
      for (let i = 0; i < columns.length; i++) values[i] = toSql(columns[i].kind, fields[columns[i].field]);
      return put.run(values).changes > 0;
    },
    get(...key) {
      const row = get.get(...key);
      return row === undefined ? null : (decoded(columns, row) as Row);
    },
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

/** `IS NOT` in the update keeps an unchanged row unwritten, and its change count 0. */
function upsert(table: Table): string {
  const names = table.columns.map((column) => quoted(column.name));
  const others = names.filter((name) => !table.key.some((key) => quoted(key) === name));
  const own = (name: string) => `${table.name}.${name}`;
  return [
    `INSERT INTO ${table.name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    `ON CONFLICT (${table.key.map(quoted).join(', ')}) DO UPDATE SET`,
    others.map((name) => `${name} = excluded.${name}`).join(', '),
    `WHERE ${others.map((name) => `${own(name)} IS NOT excluded.${name}`).join(' OR ')}`,
  ].join(' ');
}

/** Some of our names (`end`, `key`, `references`) are words of SQL. */
export function quoted(name: string): string {
  return `"${name}"`;
}
