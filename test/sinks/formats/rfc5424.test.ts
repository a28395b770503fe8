// Proves that envelopes of RFC 5424 are read back by a strict reader, structured data whole, for hostile values too.
import { describe, expect, it } from 'vitest';
import { severities } from '../../../src/model/records.ts';
import { rendered } from '../../../src/sinks/format.ts';
import { fieldsOf } from '../../../src/sinks/formats/fields.ts';
import { parameterValue, rfc5424, structuredData } from '../../../src/sinks/formats/rfc5424.ts';
import { sinkOf } from '../../../src/sinks/settings.ts';
import { alertMessage, everyKind, findingMessage, hostile, hostileTexts } from '../../support/out-messages.ts';
import { parse5424 } from '../../support/syslog-parser.ts';
import { asText, told } from './mapped.ts';

const given = { kind: 'syslog', transport: 'tcp', address: 'h:514', pen: 64_999 } as const;
const sink = sinkOf('soc', { ...given, message_bytes_max: 65_536 });
const header = {
  facility: 20,
  severity: 3,
  time: 1_772_353_800_000_001,
  host: 'h',
  app: 'a',
  process: 7,
  messageId: 'm',
};

describe.each(everyKind.map((message) => [message.kind, message] as const))('%s', (kind, message) => {
  const read = parse5424(rendered(message, sink));

  it('has header and every field that has a parameter', () => {
    expect(read).toMatchObject({
      facility: 20,
      host: 'tap.hospital.example',
      app: 'dicomtap',
      process: '4711',
      messageId: kind,
    });
    const expected = told(fieldsOf(message)).flatMap(({ row, value }) =>
      row.sd === null ? [] : [[row.sd, asText(value)]],
    );
    expect(read.data).toEqual({
      'dicomtap@64999': Object.fromEntries(expected),
      origin: { software: 'dicomtap', swVersion: '0.1.0' },
    });
    expect(read.time).toBe(read.data['dicomtap@64999']['time']);
  });
});

it('graver is less', () => {
  const grades = severities.map((severity) => parse5424(rendered(findingMessage({ severity }), sink)).severity);
  expect(grades).toEqual([6, 5, 4, 3, 2]);
});

it.each([...hostile, ...hostileTexts.map((text) => [text, text] as const)])('%j comes back', (_, title) => {
  const fields = fieldsOf(findingMessage({ callingAe: title, calledAe: title }));
  const read = parse5424(rfc5424(header, structuredData(fields, 1), 'message'));
  expect(read.data['dicomtap@1']).toMatchObject({ callingAe: fields.callingAe, calledAe: fields.calledAe });
  expect(read.message).toBe('message');
});

it('values escape quote, backslash and closing bracket, and nothing else', () => {
  expect(parameterValue('a"b\\c]d[e=f')).toBe('a\\"b\\\\c\\]d[e=f');
});

it('words and names that could not be are made such that can', () => {
  const odd = { ...header, host: 'a b', app: 'ü'.repeat(60), messageId: '' };
  const read = parse5424(rfc5424(odd, [{ id: 'x y]', parameters: [['a="]', 'v']] }], ''));
  expect(read).toMatchObject({ host: 'a_b', app: '_'.repeat(48), messageId: null, data: { x_y_: { a___: 'v' } } });
});

it('a mark stands before a sentence that is not ASCII, and before nothing else', () => {
  const message = alertMessage({ summary: 'Tolerated: Grüße.' });
  const formats = ['sentence', 'ecs', 'eve', 'cef', 'leef'] as const;
  const marked = formats.map((format) => parse5424(rendered(message, sinkOf('soc', { ...given, format }))).marked);
  expect(marked).toEqual([true, false, false, false, false]);
  expect(parse5424(rendered(alertMessage(), sink)).marked).toBe(false);
  expect(rfc5424(header, [], 'x', true)).toBe('<163>1 2026-03-01T08:30:00.000001Z h a 7 m - \ufeffx');
});
