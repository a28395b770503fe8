// Proves that docs/outputs.md is the tables and the output of the program. DICOMTAP_GOLDEN=write writes it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { severities } from '../../../src/model/records.ts';
import { settingsJsonSchema } from '../../../src/settings/schema.ts';
import { formats, rendered } from '../../../src/sinks/format.ts';
import { eventTypes } from '../../../src/sinks/formats/tables/audit-events.ts';
import { type FieldRow, mapping } from '../../../src/sinks/formats/tables/mapping.ts';
import { severityTable } from '../../../src/sinks/formats/tables/severities.ts';
import { ownSignatures, signatures } from '../../../src/sinks/formats/tables/signatures.ts';
import { type GivenSink, sinkOf } from '../../../src/sinks/settings.ts';
import { alertMessage } from '../../support/out-messages.ts';
import { root } from '../../support/source-tree.ts';

const path = join(root, 'docs/outputs.md');
const message = alertMessage();
const syslog = { kind: 'syslog', transport: 'tcp', address: 'h:514' } as const;

/** A setting of a sink, as the schema has it. */
interface Told {
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: string;
  readonly properties?: Readonly<Record<string, Told>>;
}

const parts: Readonly<Record<string, string>> = {
  severities: table(
    ['severity', 'syslog', 'ECS `event.severity`, `log.level`', 'CEF', 'LEEF', 'EVE', 'audit EventOutcomeIndicator'],
    severities.map((name) => {
      const { syslog, ecs, level, cef, leef, eve, audit } = severityTable[name];
      return [name, `${syslog}`, `${ecs}, ${level}`, `${cef}`, `${leef}`, `${eve}`, `${audit}`];
    }),
  ),
  fields: table(
    ['field', 'leaves', 'ECS', 'CEF', 'LEEF', 'EVE', 'sd', 'what it is'],
    (mapping as readonly FieldRow[]).map(({ field, leaves, ecs, cef, leef, eve, sd, note }) => [
      `\`${field}\``,
      leaves === 0 ? 'never' : String(leaves),
      ...[ecs, cef, leef, eve, sd].map((name) => (name === null ? '-' : `\`${name}\``)),
      note,
    ]),
  ),
  signatures: table(
    ['detection', 'signature id', 'category'],
    Object.entries({ ...signatures, ...ownSignatures }).map(([slug, { id, category }]) => [slug, String(id), category]),
  ),
  sinks: table(['setting', 'kinds', 'default', 'what it is'], sinkRows()),
  audit: table(
    ['detection or kind', 'EventTypeCode'],
    Object.entries(eventTypes).map(([slug, [code, meaning]]) => [slug, `${code} ${meaning}`]),
  ),
  'example ecs': block(JSON.stringify(JSON.parse(formats.ecs(message, 65_536)), null, 1), 'json'),
  'example eve': block(JSON.stringify(JSON.parse(formats.eve(message, 65_536)), null, 1), 'json'),
  'example cef': block(formats.cef(message, 65_536)),
  'example leef': block(formats.leef(message, 65_536)),
  'example sentence': block(formats.sentence(message, 65_536)),
  'example rfc5424': block(rendered(message, sinkOf('soc', { ...syslog, format: 'sentence' }))),
  'example rfc3164': block(rendered(message, sinkOf('soc', { ...syslog, format: 'sentence', rfc: 3164 }))),
  'example audit': block(
    rendered(message, sinkOf('arr', { kind: 'audit', address: 'h:6514' }))
      .replace('\ufeff', '')
      .replaceAll('><', '>\n<'),
    'xml',
  ),
};

describe('docs/outputs.md', () => {
  const page = readFileSync(path, 'utf8');
  let told = page;
  for (const [name, text] of Object.entries(parts)) {
    it(`has ${name}`, () => {
      const place = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- end -->)`);
      expect(page).toMatch(place);
      told = told.replace(place, (_, begin: string, end: string) => `${begin}\n${text}\n\n${end}`);
      if (process.env['DICOMTAP_GOLDEN'] === 'write') writeFileSync(path, told);
      else expect(told).toBe(page);
    });
  }

  it('has words for every setting of a sink', () => {
    expect(sinkRows().filter(([, , , about]) => about === '')).toEqual([]);
  });

  it.each<GivenSink>([
    syslog,
    { kind: 'file', path: '/a' },
    { kind: 'stdout' },
    { kind: 'http', flavour: 'hec', url: 'https://h.example/' },
    { kind: 'audit', address: 'h:6514' },
  ])('has of $kind the defaults that hold', (given) => {
    const holds = sinkOf('soc', given) as unknown as Record<string, unknown>;
    const rows = sinkRows().filter(
      ([, kinds, standard]) => (kinds === 'all' || kinds.includes(`\`${given.kind}\``)) && standard !== '-',
    );
    for (const [name, , standard] of rows.filter(([setting]) => !setting.includes('.'))) {
      const key = name.replaceAll('`', '').replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
      expect([name, `\`${[holds[key]].flat().join(', ')}\``]).toEqual([name, standard]);
    }
  });

  it('has no other such places', () => {
    const places = Array.from(page.matchAll(/<!-- (?!end)(.*?) -->/g), ([, name]) => name);
    expect(places.sort()).toEqual(Object.keys(parts).sort());
  });
});

/** A row for each setting and each thing that is told of it; a setting that all kinds share has one. */
function sinkRows(): string[][] {
  const schema = JSON.parse(settingsJsonSchema()) as {
    properties: { sinks: { additionalProperties: { oneOf: Told[] } } };
  };
  const kinds = schema.properties.sinks.additionalProperties.oneOf;
  const rows = new Map<string, { readonly of: string[]; readonly cells: readonly string[] }>();
  for (const { properties = {} } of kinds) {
    const { kind, ...settings } = properties;
    for (const [name, { description = '', default: standard }] of settingsOf(settings)) {
      const cells = [`\`${name}\``, standard === undefined ? '-' : `\`${[standard].flat().join(', ')}\``, description];
      const row = rows.get(cells.join('|')) ?? { of: [], cells };
      row.of.push(`${kind?.const}`);
      rows.set(cells.join('|'), row);
    }
  }
  const kindsText = (of: readonly string[]) =>
    of.length === kinds.length ? 'all' : of.map((one) => `\`${one}\``).join(', ');
  const order = [...rows.values()].map(({ cells }) => cells[0]);
  return [...rows.values()]
    .sort((a, b) => order.indexOf(a.cells[0]) - order.indexOf(b.cells[0]))
    .map(({ of, cells: [name, standard, about] }) => [name, kindsText(of), standard, about]);
}

function settingsOf(properties: Readonly<Record<string, Told>>): [string, Told][] {
  return Object.entries(properties).flatMap(([name, told]): [string, Told][] => {
    const inner = Object.entries(told.properties ?? {}).map(([each, so]): [string, Told] => [`${name}.${each}`, so]);
    return [[name, told], ...inner];
  });
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

function block(text: string, language = ''): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
