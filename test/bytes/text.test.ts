// Proves that text from the wire is printable, bounded, and never the same for different bytes; and what padding is.
import { describe, expect, it } from 'vitest';
import { aeTitle, escapeBytes, uid } from '../../src/bytes/text.ts';
import { ascii, concat, hex } from '../support/bytes.ts';

describe('escapeBytes', () => {
  it.each([
    ['plain text', ascii('PACS 1~'), 'PACS 1~'],
    ['line ends and escapes', hex('0d 0a 1b 5b'), '\\x0D\\x0A\\x1B['],
    ['NUL, DEL and bytes past ASCII', hex('00 7f 80 ff'), '\\x00\\x7F\\x80\\xFF'],
    ['a backslash', ascii('a\\x0A'), 'a\\\\x0A'],
    ['nothing', new Uint8Array(0), ''],
  ])('%s', (_, bytes, text) => {
    expect(escapeBytes(bytes)).toBe(text);
  });

  it('is different for every two bytes, and for each pair of them', () => {
    const alphabet = [0x00, 0x0a, 0x30, 0x41, 0x5c, 0x78, 0xff];
    const texts = new Set<string>();
    for (const a of alphabet)
      for (const b of alphabet) for (const c of alphabet) texts.add(escapeBytes(Uint8Array.of(a, b, c)));
    expect(texts.size).toBe(alphabet.length ** 3);
  });

  it('shows a part, and at most so many bytes', () => {
    expect(escapeBytes(ascii('abcdef'), 1, 4)).toBe('bcd');
    expect(escapeBytes(ascii('abcdef'), 0, 6, 4)).toBe('abcd\\...');
    expect(escapeBytes(ascii('abcd'), 0, 4, 4)).toBe('abcd');
    expect(escapeBytes(new Uint8Array(5000)).length).toBe(4 * 1024 + 4);
  });
});

describe('aeTitle', () => {
  it.each([
    ['spaces before and after', ascii('  STORE SCP     '), 'STORE SCP'],
    ['NULs after', concat(ascii('STORE'), new Uint8Array(11)), 'STORE'],
    ['spaces and NULs after', hex('41 20 00 20 00'), 'A'],
    ['a NUL before, which counts', hex('00 41'), '\\x00A'],
    ['only spaces', ascii('                '), ''],
    ['upper and lower case', ascii('Pacs'), 'Pacs'],
    ['UTF-8', hex('c3 9c'), '\\xC3\\x9C'],
  ])('%s', (_, bytes, title) => {
    expect(aeTitle(bytes)).toBe(title);
  });

  it('is a part of what lies around it', () => {
    expect(aeTitle(ascii('xx A B xx'), 2, 7)).toBe('A B');
  });
});

describe('uid', () => {
  it.each([
    ['no padding', ascii('1.2.840'), '1.2.840'],
    ['a NUL', hex('31 2e 32 00'), '1.2'],
    ['a space', hex('31 2e 32 20'), '1.2'],
    ['a space before, which counts', hex('20 31'), ' 1'],
    ['what is no UID', hex('31 00 32'), '1\\x002'],
  ])('%s', (_, bytes, text) => {
    expect(uid(bytes)).toBe(text);
  });

  it('is bounded', () => {
    expect(uid(ascii('1'.repeat(200)))).toBe(`${'1'.repeat(128)}\\...`);
  });
});
