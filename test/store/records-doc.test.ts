// Proves that docs/records.md, the schema in SQLite and the record descriptors are equal.
import { readFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Column } from '../../src/store/columns.ts';
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

/** Of each kind of which records share columns, which. */
const documentedParts = rows(sections.get('Own and shared columns') ?? '').map((row) => {
  const [name, ...columns] = [...row.matchAll(/`(\w+)`/g)].map((found) => found[1]);
  return [name, columns];
});

const sqlTypes = { text: 'TEXT', json: 'TEXT', count: 'ANY' } as const;

describe.each(Object.entries(tables) as [string, Table][])('%s', (name, table) => {
  it('is in SQLite as described', () => {
    const types = (list: readonly Column[]) =>
      list.map((column) => [column.name, sqlTypes[column.kind as keyof typeof sqlTypes] ?? 'INTEGER']);
    const divided = table.shared.length > 0;
    const own = columnsOf(table.rows);
    const shared = divided ? columnsOf(`${name}_shared`) : [];
    expect(columnsOf(name).map((column) => column.name)).toEqual(table.columns.map((column) => column.name));
    expect(own.map((column) => [column.name, column.type])).toEqual([
      ...types(table.own),
      ...(divided ? [['shared', 'INTEGER']] : []),
    ]);
    expect(shared.slice(2).map((column) => [column.name, column.type])).toEqual(types(table.shared));
    const columns = [...own, ...shared];
    const nullable = columns.filter((column) => column.notnull === 0 && column.pk === 0).map((column) => column.name);
    const described = [...table.own, ...table.shared];
    expect(nullable).toEqual(described.filter((column) => column.nullable).map((column) => column.name));
    const primary = own.filter((column) => column.pk > 0).sort((a, b) => a.pk - b.pk);
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
  const divided = (Object.values(tables) as Table[]).filter(({ shared }) => shared.length > 0);
  const whole = Object.keys(tables).filter((name) => !divided.some((table) => table.name === name));
  const parts = divided.flatMap(({ name }) => [`${name}_own`, `${name}_shared`]);
  expect(named('table')).toEqual([...whole, ...parts].sort());
  expect(named('view')).toEqual([...Object.keys(views), ...divided.map(({ name }) => name)].sort());
  expect(documentedParts).toEqual(divided.map(({ name, shared }) => [name, shared.map((column) => column.name)]));
  expect([...sections.keys()]).toEqual([...Object.keys(tables), 'Own and shared columns', 'Views']);
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

function columnsOf(name: string): { name: string; type: string; notnull: number; pk: number }[] {
  return database.pragma(`table_info(${name})`) as ReturnType<typeof columnsOf>;
}

function rows(section: string): string[] {
  return section.split('\n').filter((line) => line.startsWith('| `'));
}
