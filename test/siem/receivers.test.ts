// Proves that rsyslog and syslog-ng, with the configurations in siem/, receive every format as one event a message with
// its fields whole, whatever an AE title holds (log injection).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rendered } from '../../src/sinks/format.ts';
import { fieldsOf } from '../../src/sinks/formats/fields.ts';
import type { OutMessage } from '../../src/sinks/message.ts';
import { sinkOf } from '../../src/sinks/settings.ts';
import { asText, at, leefShown, told } from '../sinks/formats/mapped.ts';
import { alertMessage, everyKind, hostile, hostileTexts } from '../support/out-messages.ts';
import { Receiver } from '../support/receivers.ts';

const formats = ['ecs', 'eve', 'cef', 'leef', 'sentence'] as const;
type Format = (typeof formats)[number];

const messages: readonly OutMessage[] = [
  ...everyKind,
  ...hostile.map(([, title], i) => alertMessage({ callingAe: title, calledAe: title }, { id: `hostile-${i}` })),
  ...hostileTexts.map((text, i) =>
    alertMessage({ callingAe: text, summary: text, evidence: { [text]: text } }, { id: `text-${i}` }),
  ),
];

function sent(format: Format, rfc: 5424 | 3164 = 5424): string[] {
  const sink = sinkOf('soc', {
    kind: 'syslog',
    transport: 'tcp',
    address: 'h:1',
    format,
    rfc,
    message_bytes_max: 65_536,
  });
  return messages.map((message) => rendered(message, sink));
}

/** The parameters of structured data that a message has. */
function parameters(message: OutMessage): Record<string, string> {
  const pairs = told(fieldsOf(message)).flatMap(({ row, value }) => (row.sd === null ? [] : [[row.sd, asText(value)]]));
  return Object.fromEntries(pairs) as Record<string, string>;
}

describe.each([
  ['rsyslog', Receiver.rsyslog, 'rfc5424-sd'],
  ['syslog-ng', Receiver.syslogNg, '_SDATA'],
] as const)('%s', (name, start, place) => {
  let receiver: Receiver;
  const got = new Map<Format, Record<string, unknown>[]>();

  beforeAll(async () => {
    receiver = await start.call(Receiver);
    for (const format of formats) got.set(format, await receiver.received(sent(format)));
  });

  afterAll(() => receiver?.stop());

  const events = (format: Format) => got.get(format) ?? [];

  it.each(formats)('%s: one event a message, in order, with the fields of its structured data', (format) => {
    expect(events(format).length).toBe(messages.length);
    for (const [i, message] of messages.entries()) {
      const data = events(format)[i][place] as Record<string, Record<string, unknown>>;
      const found = Object.entries(data['dicomtap@32473']).map(([key, value]) => [key, String(value)]);
      expect(Object.fromEntries(found)).toEqual(parameters(message));
    }
  });

  it.each(['ecs', 'eve'] as const)('%s: the fields of the body', (format) => {
    for (const [i, message] of messages.entries()) {
      const body = events(format)[i]['body'];
      for (const { row, value } of told(fieldsOf(message))) {
        if (row.type === 'list' || row.type === 'object' || row.type === 'time') continue;
        if (format === 'eve' && row.field === 'title') continue;
        // syslog-ng has names with a dot within as a level more, and all values as text.
        expect(String(at(body, row[format])), `${row.field} of ${message.id}`).toBe(String(value));
      }
    }
  });

  it('cef: header, and in rsyslog the fields of the extension', () => {
    for (const [i, message] of messages.entries()) {
      const fields = fieldsOf(message);
      const cef = events('cef')[i]['cef'] as Record<string, unknown>;
      const extension = (cef['Extensions'] ?? {}) as Record<string, string>;
      expect(cef[name === 'rsyslog' ? 'SignatureID' : 'class']).toBe(fields.detection ?? fields.kind);
      if (name !== 'rsyslog') continue;
      for (const { row, value } of told(fields)) {
        if (row.type === 'time' || ['title', 'version', 'detection'].includes(row.field)) continue;
        expect(extension[row.cef], `${row.field} of ${message.id}`).toBe(asText(value));
      }
    }
  });

  it('leef: header, and in syslog-ng the pairs', () => {
    for (const [i, message] of messages.entries()) {
      const fields = fieldsOf(message);
      const leef = events('leef')[i]['leef'] as Record<string, unknown>;
      expect(leef['event']).toBe(fields.detection ?? fields.kind);
      if (name === 'rsyslog') {
        expect(leef['attributes']).toMatch(/^cat=[a-z]+\^id=/);
        continue;
      }
      const pairs = leef['pair'] as Record<string, string>;
      for (const { row, value } of told(fields)) {
        if (row.type === 'time' || row.field === 'version') continue;
        expect(pairs[row.leef], `${row.field} of ${message.id}`).toBe(leefShown(asText(value)));
      }
    }
  });

  it('sentence: the line as it was written', () => {
    const sink = sinkOf('soc', { kind: 'stdout', format: 'sentence' });
    for (const [i, message] of messages.entries()) {
      expect(String(events('sentence')[i]['message']).replace('\ufeff', '')).toBe(rendered(message, sink));
    }
  });

  it('RFC 3164, a line a message: the same of bodies', async () => {
    const before = { ecs: events('ecs'), leef: events('leef'), cef: events('cef') };
    for (const format of ['ecs', 'leef', 'cef'] as const) {
      const place = format === 'ecs' ? 'body' : format;
      const lines = await receiver.receivedLines(sent(format, 3164));
      expect(lines.map((line) => line[place])).toEqual(before[format].map((event) => event[place]));
    }
  });
});
