// Proves a table of codes reads what RFC 1951 says, and refuses more codes than there can be before it enters any.
import { describe, expect, test } from 'vitest';
import { CodeTable } from '../../../src/protocols/dicom/code-table.ts';

function filled(lengths: readonly number[], lenient = true): CodeTable | null {
  const table = new CodeTable(286);
  return table.fill(Uint8Array.from(lengths), 0, lengths.length, lenient) ? table : null;
}

test('the example of RFC 1951 section 3.2.2', () => {
  const table = filled([3, 3, 3, 3, 3, 2, 4, 4]);
  // Codes as they come, first bit first.
  const codes = ['010', '011', '100', '101', '110', '00', '1110', '1111'];
  codes.forEach((code, symbol) => {
    const window = Number.parseInt([...code].reverse().join(''), 2);
    expect([table?.read(window), table?.bits]).toEqual([symbol, code.length]);
  });
});

test('codes of every length up to fifteen bits', () => {
  const table = filled([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15]);
  for (let symbol = 0; symbol < 15; symbol++) {
    expect([table?.read((1 << symbol) - 1), table?.bits]).toEqual([symbol, symbol + 1]);
  }
  expect([table?.read(0x7fff), table?.bits]).toEqual([15, 15]);
});

describe('of zlib', () => {
  test.each([
    ['more codes than there can be', [1, 1, 1], true, false],
    ['286 codes of one bit and one of fifteen', [15, ...Array.from({ length: 285 }, () => 1)], true, false],
    ['fewer codes than there can be', [2, 2, 2], true, false],
    ['one code of one bit', [0, 1], true, true],
    ['one code of one bit, of a table that must be whole', [0, 1], false, false],
    ['one code of two bits', [0, 2], true, false],
    ['none', [0, 0], true, true],
    ['all there can be', [2, 2, 2, 2], false, true],
  ])('%s', (_, lengths, lenient, taken) => {
    expect(filled(lengths, lenient) !== null).toBe(taken);
  });
});

test('what is no code is none', () => {
  expect(filled([0, 1])?.read(1)).toBe(-1);
  expect(filled([0, 0])?.read(0)).toBe(-1);
});
