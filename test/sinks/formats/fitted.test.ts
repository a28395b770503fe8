// Proves that a message larger than its sink takes is shortened at a field, says so, and is cut nowhere else.
import { describe, expect, it } from 'vitest';
import { formats, rendered } from '../../../src/sinks/format.ts';
import { fieldsOf } from '../../../src/sinks/formats/fields.ts';
import { fitted } from '../../../src/sinks/formats/fitted.ts';
import { sinkOf } from '../../../src/sinks/settings.ts';
import { parseCef } from '../../support/cef-parser.ts';
import { parseLeef } from '../../support/leef-parser.ts';
import { alertMessage, associationMessage, everyKind, hostile } from '../../support/out-messages.ts';
import { parse3164, parse5424 } from '../../support/syslog-parser.ts';
import { parseXml } from '../../support/xml-parser.ts';

/** What is large: many attributes, and a sentence of characters of one to four bytes. */
const large = alertMessage({
  summary: `${'Grüße 山田 𝒳 '.repeat(60)}end`,
  callingAe: hostile.find(([name]) => name === 'sixteen controls')?.[1] ?? '',
  calledAe: '\\\\'.repeat(16),
  evidence: {
    attributes: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`Attribute${i}`, i])),
    objects: 17,
    next: 'Do it.',
  },
});
const sizes = [480, 600, 800, 1000, 1400, 2000, 3000, 5000, 8000, 65_536];
const names = ['ecs', 'cef', 'leef', 'eve', 'sentence'] as const;
const readers = {
  ecs: (text: string) => JSON.parse(text) as unknown,
  eve: (text: string) => JSON.parse(text) as unknown,
  cef: parseCef,
  leef: parseLeef,
  sentence: (text: string) => text,
};

const json = (fields: object): string => JSON.stringify(fields);

describe('fields leave', () => {
  const fields = fieldsOf(large);
  const whole = json(fields);

  it('not at all while the text fits', () => {
    expect(fitted(fields, Buffer.byteLength(whole), json)).toBe(whole);
  });

  it('the largest member of the evidence first', () => {
    const shorter = JSON.parse(fitted(fields, Buffer.byteLength(whole) - 1, json)) as Record<string, unknown>;
    expect(shorter).toEqual({ ...fields, evidence: { objects: 17 }, truncated: true });
  });

  it('in the order of the table, and never id, revision, kind, time and severity', () => {
    const least = JSON.parse(fitted(fields, 1, json)) as Record<string, unknown>;
    const { kind, id, revision, time, severity } = fields;
    expect(least).toEqual({ kind, id, revision, time, severity, truncated: true });
  });

  it('and those that are left are whole', () => {
    for (const size of sizes) {
      const left = JSON.parse(fitted(fields, size, json)) as Record<string, unknown>;
      for (const [field, value] of Object.entries(left)) {
        if (field === 'truncated') expect(value).toBe(true);
        else if (field !== 'evidence') expect(value).toEqual((fields as unknown as Record<string, unknown>)[field]);
      }
    }
  });
});

describe.each(names)('%s', (format) => {
  it('is within every size, can be read, and says that it is shorter', () => {
    for (const message of [large, associationMessage({ implementation: null } as never), ...everyKind]) {
      const whole = formats[format](message, 65_536);
      for (const size of sizes) {
        const text = formats[format](message, size);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(size);
        expect(text).toContain(message.id);
        readers[format](text);
        if (Buffer.byteLength(whole) <= size) expect(text).toBe(whole);
        else expect(text).toMatch(/truncated/i);
      }
    }
  });

  it.each([5424, 3164] as const)('is so within RFC %d', (rfc) => {
    for (const size of [1024, 1500, 2000, 8000]) {
      const given = { kind: 'syslog', transport: 'tcp', address: 'h:514', format, rfc } as const;
      const text = rendered(large, sinkOf('soc', { ...given, message_bytes_max: size }));
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(size);
      readers[format]((rfc === 5424 ? parse5424(text) : parse3164(text)).message);
    }
  });
});

it('the audit trail is shortened in its details, and stays well-formed', () => {
  for (const size of [4096, 5000, 6000]) {
    const sink = sinkOf('arr', { kind: 'audit', address: 'h:6514', message_bytes_max: size });
    const text = rendered(large, sink);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(size);
    parseXml(parse5424(text).message);
  }
});
