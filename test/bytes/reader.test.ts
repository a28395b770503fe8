// Proves that a reader takes numbers in either order, stays within its bounds, and says what was short and where.
import { describe, expect, it } from 'vitest';
import { Malformed } from '../../src/bytes/malformed.ts';
import { Reader, u16be, u16le, u32be, u32le } from '../../src/bytes/reader.ts';
import { hex } from '../support/bytes.ts';

const bytes = hex('01 0203 040506 ff08090a 0c0b ff0f0e0d aabbcc');

function broken(read: () => unknown): unknown {
  try {
    read();
  } catch (error) {
    return error;
  }
  return null;
}

describe('Reader', () => {
  it('takes numbers one after another', () => {
    const reader = new Reader(bytes);
    expect(reader.u8('a')).toBe(0x01);
    expect(reader.u16be('b')).toBe(0x0203);
    expect(reader.u24be('c')).toBe(0x040506);
    expect(reader.u32be('d')).toBe(0xff08090a);
    expect(reader.u16le('e')).toBe(0x0b0c);
    expect(reader.u32le('f')).toBe(0x0d0e0fff);
    expect([reader.offset, reader.left]).toEqual([16, 3]);
    expect(reader.view(2, 'g')).toEqual(hex('aabb'));
    reader.skip(1, 'h');
    expect(reader.left).toBe(0);
  });

  it.each<[string, (reader: Reader) => unknown, string]>([
    ['u8', (reader) => reader.u8('x'), 'needs 1 bytes, 0 left'],
    ['u16be', (reader) => reader.u16be('x'), 'needs 2 bytes, 0 left'],
    ['u24be', (reader) => reader.u24be('x'), 'needs 3 bytes, 0 left'],
    ['u32be', (reader) => reader.u32be('x'), 'needs 4 bytes, 0 left'],
    ['u16le', (reader) => reader.u16le('x'), 'needs 2 bytes, 0 left'],
    ['u32le', (reader) => reader.u32le('x'), 'needs 4 bytes, 0 left'],
    ['skip', (reader) => reader.skip(1, 'x'), 'needs 1 bytes, 0 left'],
    ['view', (reader) => reader.view(0xffffffff, 'x'), 'needs 4294967295 bytes, 0 left'],
    ['sub', (reader) => reader.sub(9, 'x'), 'needs 9 bytes, 0 left'],
  ])('%s does not see past the end, though bytes are there', (_, read, reason) => {
    const reader = new Reader(bytes, 2, 5);
    reader.skip(3, 'all');
    const error = broken(() => read(reader));
    expect(error).toBeInstanceOf(Malformed);
    expect(error).toEqual({ field: 'x', offset: 3, reason });
    expect(reader.offset).toBe(3);
  });

  it('a part sees only itself, counts from where the whole began, and is passed over in the whole', () => {
    const whole = new Reader(bytes, 1);
    whole.skip(2, 'before');
    const part = whole.sub(3, 'part');
    expect(whole.offset).toBe(5);
    expect([part.offset, part.left]).toEqual([2, 3]);
    expect(part.u16be('in it')).toBe(0x0405);
    expect(broken(() => part.u16be('past it'))).toEqual({
      field: 'past it',
      offset: 4,
      reason: 'needs 2 bytes, 1 left',
    });
    expect(whole.u8('after')).toBe(0xff);
  });
});

it('numbers in place are unsigned', () => {
  const ones = hex('ffffffff');
  expect([u16be(ones, 1), u32be(ones, 0), u16le(ones, 2), u32le(ones, 0)]).toEqual([
    0xffff, 0xffffffff, 0xffff, 0xffffffff,
  ]);
  expect([u16be(bytes, 1), u32be(bytes, 1), u16le(bytes, 1), u32le(bytes, 1)]).toEqual([
    0x0203, 0x02030405, 0x0302, 0x05040302,
  ]);
});
