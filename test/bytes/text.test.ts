// Proves B34: wire bytes as text are safe everywhere, bounded, and never look like other bytes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aeTitle, escapeBytes, uid } from '../../src/bytes/text.ts';
import { ascii, hex } from '../support/bytes.ts';

describe('escaped bytes', () => {
  it.each([
    ['plain AE_1', 'plain AE_1'],
    ['\r\n\x1b[0m', '\\x0D\\x0A\\x1B[0m'],
    ['|"]\\', '|"]\\\\'],
    ['\x7f\x80\xff\0', '\\x7F\\x80\\xFF\\x00'],
    ['\\x41', '\\\\x41'],
  ])('%j', (bytes, text) => {
    expect(escapeBytes(ascii(bytes))).toBe(text);
  });

  it('are printable ASCII, and different for different bytes', () => {
    const anyBytes = fc.uint8Array({ maxLength: 12 });
    fc.assert(
      fc.property(anyBytes, anyBytes, (one, two) => {
        expect(escapeBytes(one)).toMatch(/^[\x20-\x7e]*$/);
        expect(escapeBytes(one) === escapeBytes(two)).toBe(Buffer.compare(one, two) === 0);
      }),
    );
  });

  it('stay within their bound and say that they were cut, as no escaped byte does', () => {
    expect(escapeBytes(ascii('abcdef'), 1, 6, 3)).toBe('bcd\\...');
    expect(escapeBytes(ascii('abcd'), 1, 4, 3)).toBe('bcd');
    expect(escapeBytes(ascii('\\...'))).toBe('\\\\...');
    expect(escapeBytes(new Uint8Array(5000)).length).toBe(4 * 1024 + 4);
  });
});

describe('AE titles', () => {
  it.each([
    ['PACS            ', 'PACS'],
    ['   PACS A  \0\0', 'PACS A'],
    ['PACS\0   ', 'PACS'],
    ['\0PACS', '\\x00PACS'],
    ['pacs', 'pacs'],
    ['                ', ''],
    ['\0\0\0', ''],
    ['', ''],
  ])('%j is %j', (bytes, title) => {
    expect(aeTitle(ascii(bytes))).toBe(title);
  });

  it('looks at the bytes it is told', () => {
    expect(aeTitle(ascii('XX AE XX'), 2, 6)).toBe('AE');
  });
});

it.each([
  ['312e32', '1.2'],
  ['312e3200', '1.2'],
  ['312e3220', '1.2'],
  ['310a', '1\\x0A'],
  ['', ''],
])('UID %s is %j', (bytes, text) => {
  // Proves that padding does not count and that other bytes show.
  expect(uid(hex(bytes))).toBe(text);
});
