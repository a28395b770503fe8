// Proves that CEF is read back by a strict reader, every field whole, for hostile titles and texts too.
import { describe, expect, it } from 'vitest';
import { severities } from '../../../src/model/records.ts';
import { cef, cefHeader, cefValue } from '../../../src/sinks/formats/cef.ts';
import { type Fields, fieldsOf } from '../../../src/sinks/formats/fields.ts';
import { cefAddresses, cefLabels } from '../../../src/sinks/formats/tables/mapping.ts';
import { parseCef } from '../../support/cef-parser.ts';
import { alertMessage, everyKind, findingMessage, hostile, hostileTexts } from '../../support/out-messages.ts';
import { asText, told } from './mapped.ts';

function expectAll(fields: Fields): void {
  const read = parseCef(cef(fields));
  const header: Record<string, string> = { class: read.class, name: read.name, version: read.version };
  for (const { row, value } of told(fields)) {
    if (row.type === 'time') {
      expect(Number(read.extension[row.cef]), row.field).toBe(Math.floor(Date.parse(String(value))));
    } else if (row.type === 'address' && String(value).includes(':')) {
      const { key, label } = cefAddresses[row.cef];
      expect(read.extension).toMatchObject({ [key]: value, [`${key}Label`]: label });
    } else expect(header[row.cef] ?? read.extension[row.cef], row.field).toBe(asText(value));
  }
  for (const [key, label] of Object.entries(cefLabels)) {
    expect(read.extension[`${key}Label`]).toBe(key in read.extension ? label : undefined);
  }
}

describe.each(everyKind.map((message) => [message.kind, message] as const))('%s', (_, message) => {
  it('has every field under its key', () => expectAll(fieldsOf(message)));
});

it('begins as the format asks for', () => {
  expect(cef(fieldsOf(alertMessage()))).toMatch(
    /^CEF:0\|dicomtap\|dicomtap\|0\.1\.0\|phi-cleartext\|Patient data without encryption\|8\|cat=alert externalId=l/,
  );
  expect(parseCef(cef(fieldsOf(alertMessage()))).extension).toMatchObject({
    DicomtapTime: '2026-03-01T10:00:00.000001Z',
    proto: 'TCP',
    app: 'DICOM',
  });
});

it('has keys of their own for IPv6', () => {
  expectAll(fieldsOf(alertMessage({ clientAddress: '2001:db8::2', serverAddress: '2001:db8::1' })));
});

it('graver is more', () => {
  const grades = severities.map((severity) => parseCef(cef(fieldsOf(findingMessage({ severity })))).severity);
  expect(grades).toEqual([1, 3, 5, 8, 10]);
});

it.each([...hostile, ...hostileTexts.map((text) => [text, text] as const)])('%j comes back', (_, title) => {
  expectAll(
    fieldsOf(
      findingMessage({
        callingAe: title,
        calledAe: title,
        summary: title,
        evidence: { [title]: title },
        detection: title,
      }),
    ),
  );
});

it.each([
  ['a|b\\c', 'a\\|b\\\\c', 'a|b\\\\c'],
  ['a=b', 'a=b', 'a\\=b'],
  ['a\nb\rc', 'a b c', 'a\\nb\\rc'],
])('%j is escaped in header and value as each asks for', (text, header, value) => {
  expect(cefHeader(text)).toBe(header);
  expect(cefValue(text)).toBe(value);
});
