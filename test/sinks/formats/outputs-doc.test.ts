// Proves that docs/outputs.md is the tables and the output of the program. DICOMTAP_GOLDEN=write writes it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { severities } from '../../../src/model/records.ts';
import { formats, rendered } from '../../../src/sinks/format.ts';
import { eventTypes } from '../../../src/sinks/formats/tables/audit-events.ts';
import { type FieldRow, mapping } from '../../../src/sinks/formats/tables/mapping.ts';
import { severityTable } from '../../../src/sinks/formats/tables/severities.ts';
import { ownSignatures, signatures } from '../../../src/sinks/formats/tables/signatures.ts';
import { sinkOf } from '../../../src/sinks/settings.ts';
import { alertMessage } from '../../support/out-messages.ts';
import { root } from '../../support/source-tree.ts';

const path = join(root, 'docs/outputs.md');
const message = alertMessage();
const syslog = { kind: 'syslog', transport: 'tcp', address: 'h:514' } as const;

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

  it('has no other such places', () => {
    const places = Array.from(page.matchAll(/<!-- (?!end)(.*?) -->/g), ([, name]) => name);
    expect(places.sort()).toEqual(Object.keys(parts).sort());
  });
});

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

function block(text: string, language = ''): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
