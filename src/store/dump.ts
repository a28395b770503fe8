import type { Database } from 'better-sqlite3';
import { quoted } from './columns.ts';
import { type TableName, tables } from './schema.ts';

/** The tables that tell what was seen, and not when or how often this program ran: equal for equal traffic. */
export const trafficTables: readonly TableName[] = [
  'connection',
  'association',
  'operation',
  'exposure',
  'endpoint',
  'endpoint_group',
  'endpoint_sighting',
  'tls_session',
  'finding',
  'alert',
];

/** Rows of the tables as lines of text, in the order of their keys: two stores hold the same when these are equal. */
export function* dump(database: Database, names: readonly TableName[] = trafficTables): Generator<string> {
  for (const name of names) {
    const { key } = tables[name];
    const rows = database.prepare(`SELECT * FROM ${name} ORDER BY ${key.map(quoted).join(', ')}`);
    for (const row of rows.iterate()) yield `${name} ${JSON.stringify(row)}`;
  }
}
