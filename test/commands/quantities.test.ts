// Proves that numbers read well.
import { describe, expect, it } from 'vitest';
import { counted, readableBytes } from '../../src/commands/quantities.ts';

describe('quantities', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [12_345, '12.3 kB'],
    [999_500, '1 MB'],
    [1_240_000_000, '1.24 GB'],
    [40e12, '40 TB'],
  ])('%d bytes are %s', (bytes, text) => {
    // Proves three digits, also where rounding carries into the next unit.
    expect(readableBytes(bytes)).toBe(text);
  });

  it.each([
    [1, 'packet', '1 packet'],
    [0, 'packet', '0 packets'],
    [12_345, 'packet', '12,345 packets'],
    [2, 'study', '2 studies'],
    ['10000+', 'patient', '10000+ patients'],
  ] as const)('%s %s', (count, word, text) => {
    // Proves plurals, and that bounded counts stay as they are.
    expect(counted(count, word)).toBe(text);
  });
});
