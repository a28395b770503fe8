// Proves: a title written in a policy file equals the one on the wire, whichever way it is written.
import { describe, expect, it } from 'vitest';
import { aeTitle } from '../../src/bytes/text.ts';
import { normaliseTitle, titleBytes } from '../../src/policy/titles.ts';

describe('normaliseTitle', () => {
  it.each([
    ['CT01', 'CT01'],
    ['  CT01 ', 'CT01'],
    ['CT 01', 'CT 01'],
    ['ct01', 'ct01'],
    ['MÜLLER', 'M\\xC3\\x9CLLER'],
    ['M\\xDCLLER', 'M\\xDCLLER'],
    ['M\\xdcLLER', 'M\\xDCLLER'],
    ['A\\B', 'A\\\\B'],
    ['A\\\\B', 'A\\\\B'],
    ['A\\x41', 'AA'],
    ['   ', ''],
    ['A\tB', 'A\\x09B'],
  ])('%j is %j', (text, expected) => {
    expect(normaliseTitle(text)).toBe(expected);
  });

  it('reads back every title as this program prints it', () => {
    for (let byte = 0; byte < 256; byte++) {
      const printed = aeTitle(Uint8Array.of(0x41, byte, 0x42, 0x5c, byte, 0x43));
      expect(normaliseTitle(printed)).toBe(printed);
    }
  });
});

describe('titleBytes', () => {
  it.each([
    ['SIXTEEN_BYTES_XX', 16],
    ['\\xDC\\xDC', 2],
    ['ÜÜ', 4],
    [' A ', 1],
  ])('%j has %i bytes', (text, bytes) => {
    expect(titleBytes(text)).toHaveLength(bytes);
  });
});
