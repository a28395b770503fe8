// Proves that the bounded reader gives right numbers and never sees past its end.
import { describe, expect, it } from 'vitest';
import { Malformed } from '../../src/bytes/malformed.ts';
import { Reader, u16be, u16le, u32be, u32le } from '../../src/bytes/reader.ts';
import { counting, hex } from '../support/bytes.ts';

const bytes = hex('ff fe fd fc fb fa f9 f8');

describe('numbers', () => {
  it('of 16 and 32 bits are unsigned in both orders', () => {
    expect([u16be(bytes, 1), u16le(bytes, 1)]).toEqual([0xfefd, 0xfdfe]);
    expect([u32be(bytes, 0), u32le(bytes, 0)]).toEqual([0xfffefdfc, 0xfcfdfeff]);
    const reader = new Reader(bytes);
    expect([reader.u8('a'), reader.u16be('b'), reader.u24be('c')]).toEqual([0xff, 0xfefd, 0xfcfbfa]);
    expect([new Reader(bytes).u32be('d'), new Reader(bytes).u32le('e'), new Reader(bytes).u16le('f')]).toEqual([
      0xfffefdfc, 0xfcfdfeff, 0xfeff,
    ]);
  });
});

describe('bounds', () => {
  const reads: [string, (reader: Reader) => unknown, number][] = [
    ['u8', (reader) => reader.u8('field'), 1],
    ['u16be', (reader) => reader.u16be('field'), 2],
    ['u16le', (reader) => reader.u16le('field'), 2],
    ['u24be', (reader) => reader.u24be('field'), 3],
    ['u32be', (reader) => reader.u32be('field'), 4],
    ['u32le', (reader) => reader.u32le('field'), 4],
    ['skip', (reader) => reader.skip(5, 'field'), 5],
    ['view', (reader) => reader.view(5, 'field'), 5],
    ['sub', (reader) => reader.sub(5, 'field'), 5],
  ];
  it.each(reads)('%s takes its last byte, and names field and offset one short', (_, read, length) => {
    const fits = new Reader(counting(20), 3, 3 + length);
    read(fits);
    expect([fits.left, fits.offset]).toEqual([0, length]);
    const short = new Reader(counting(20), 3, 3 + length - 1);
    expect(thrown(() => read(short))).toEqual(new Malformed('field', 0, `needs ${length} bytes, ${length - 1} left`));
    expect(short.offset).toBe(0);
  });

  it('a sub-reader ends with its item and counts offsets from the first reader', () => {
    const item = new Reader(counting(10), 2).sub(5, 'item');
    expect(item.u32be('a')).toBe(0x02030405);
    expect(thrown(() => item.u16be('b'))).toEqual(new Malformed('b', 4, 'needs 2 bytes, 1 left'));
    const outer = new Reader(counting(10), 2);
    outer.skip(3, 'x');
    expect(thrown(() => outer.sub(2, 'item').u32be('c'))).toMatchObject({ offset: 3 });
  });

  it('a length below zero, or none, is refused: it may come from a subtraction of wire lengths', () => {
    for (const length of [-1, Number.NaN]) {
      const reader = new Reader(counting(10), 4);
      for (const read of [
        () => reader.skip(length, 'f'),
        () => reader.view(length, 'f'),
        () => reader.sub(length, 'f'),
      ])
        expect(thrown(read)).toBeInstanceOf(Malformed);
      expect(reader.at).toBe(4);
    }
  });

  it('views are no copies', () => {
    const whole = counting(4);
    expect(new Reader(whole).view(2, 'v').buffer).toBe(whole.buffer);
  });
});

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
