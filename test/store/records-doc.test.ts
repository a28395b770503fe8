// Proves that docs/records.md, the schema in SQLite and the record descriptors are equal.
import { readFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../src/store/migrations.ts';
import { type Table, tables } from '../../src/store/schema.ts';
import { views } from '../../src/store/views.ts';

const page = readFileSync(new URL('../../docs/records.md', import.meta.url), 'utf8');
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section): [string, string] => [section.slice(0, section.indexOf('\n')), section]),
);
const database = new Sqlite(':memory:');
migrate(database);

const sqlTypes = { text: 'TEXT', json: 'TEXT', count: 'ANY' } as const;

describe.each(Object.entries(tables) as [string, Table][])('%s', (name, table) => {
  it('is in SQLite as described', () => {
    const columns = database.pragma(`table_info(${name})`) as {
      name: string;
      type: string;
      notnull: number;
      pk: number;
    }[];
    expect(columns.map((column) => [column.name, column.type])).toEqual(
      table.columns.map((column) => [column.name, sqlTypes[column.kind as keyof typeof sqlTypes] ?? 'INTEGER']),
    );
    const nullable = columns.filter((column) => column.notnull === 0 && column.pk === 0).map((column) => column.name);
    expect(nullable).toEqual(table.columns.filter((column) => column.nullable).map((column) => column.name));
    const primary = columns.filter((column) => column.pk > 0).sort((a, b) => a.pk - b.pk);
    const unique = database.pragma(`index_info(${name}_id)`) as { name: string }[];
    expect([...primary, ...unique].map((column) => column.name)).toEqual(table.key);
  });

  it('is documented as described', () => {
    const section = sections.get(name) ?? '';
    expect(section).toContain(`One row per ${table.about}.`);
    expect(rows(section)).toEqual(
      table.columns.map(
        ({ name, kind, nullable, note }) => `| \`${name}\` | ${kind}${nullable ? '?' : ''} | ${note} |`,
      ),
    );
  });
});

it('every table and view of SQLite is one of ours, and documented', () => {
  const named = (type: string) =>
    database
      .prepare("SELECT name FROM sqlite_schema WHERE type = ? AND name NOT LIKE 'sqlite_%' ORDER BY name")
      .pluck()
      .all(type);
  expect(named('table')).toEqual(Object.keys(tables).sort());
  expect(named('view')).toEqual(Object.keys(views).sort());
  expect([...sections.keys()]).toEqual([...Object.keys(tables), 'Views']);
});

it('every view is documented with its columns, and can be asked', () => {
  const described = Object.entries(views).map(([name, about]) => {
    const columns = (database.pragma(`table_info(${name})`) as { name: string }[]).map(
      (column) => `\`${column.name}\``,
    );
    expect(database.prepare(`SELECT * FROM ${name}`).all()).toEqual([]);
    return `| \`${name}\` | ${about} | ${columns.join(', ')} |`;
  });
  expect(rows(sections.get('Views') ?? '')).toEqual(described);
});

function rows(section: string): string[] {
  return section.split('\n').filter((line) => line.startsWith('| `'));
}
