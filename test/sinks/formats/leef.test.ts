// Proves that LEEF is read back by a strict reader, every field whole but for the signs it cannot hold, for hostile
// titles and texts too.
import { describe, expect, it } from 'vitest';
import { severities } from '../../../src/model/records.ts';
import { type Fields, fieldsOf } from '../../../src/sinks/formats/fields.ts';
import { leef, leefHeader, leefValue } from '../../../src/sinks/formats/leef.ts';
import { parseLeef } from '../../support/leef-parser.ts';
import { alertMessage, everyKind, findingMessage, hostile, hostileTexts } from '../../support/out-messages.ts';
import { asText, leefShown, told } from './mapped.ts';

function expectAll(fields: Fields): void {
  const read = parseLeef(leef(fields));
  for (const { row, value } of told(fields)) {
    if (row.field === 'version') expect(read.version).toBe(value);
    else if (row.field === 'time')
      expect(read.attributes).toMatchObject({ time: value, devTime: `${String(value).slice(0, 23)}+0000` });
    else expect(read.attributes[row.leef], row.field).toBe(leefShown(asText(value)));
  }
}

describe.each(everyKind.map((message) => [message.kind, message] as const))('%s', (_, message) => {
  it('has every field under its key', () => expectAll(fieldsOf(message)));
});

it('begins as the format asks for', () => {
  expect(leef(fieldsOf(alertMessage()))).toMatch(
    /^LEEF:2\.0\|dicomtap\|dicomtap\|0\.1\.0\|phi-cleartext\|\^\|cat=alert\^id=l/,
  );
  expect(parseLeef(leef(fieldsOf(alertMessage()))).attributes).toMatchObject({
    devTime: '2026-03-01T10:00:00.000+0000',
    devTimeFormat: "yyyy-MM-dd'T'HH:mm:ss.SSSZ",
    proto: 'TCP',
    sev: '8',
  });
});

it('graver is more', () => {
  const grades = severities.map(
    (severity) => parseLeef(leef(fieldsOf(findingMessage({ severity })))).attributes['sev'],
  );
  expect(grades).toEqual(['1', '3', '5', '8', '10']);
});

it.each([...hostile, ...hostileTexts.map((text) => [text, text] as const)])('%j comes back', (_, title) => {
  expectAll(
    fieldsOf(findingMessage({ callingAe: title, calledAe: title, summary: title, evidence: { [title]: title } })),
  );
});

it('what would end a value or a field of the header is written otherwise', () => {
  expect(leefValue('a^b\tc\nd\re=f|g')).toBe('a\\x5Eb\\x09c\\x0Ad\\x0De\\x3Df|g');
  expect(leefValue('"a" \'b\'')).toBe("\\x22a\" 'b'");
  expect(leefValue('1:wCb3OG7yAFWelaUydu0D+125CLM=')).toBe('1:wCb3OG7yAFWelaUydu0D+125CLM=');
  expect(leefHeader('a|b^c')).toBe('a/b/c');
});

it('two titles that differ never look alike', () => {
  const written = hostile.map(([, title]) => leefValue(title));
  expect(new Set(written).size).toBe(new Set(hostile.map(([, title]) => title)).size);
});
