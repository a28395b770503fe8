// Items are walked one after the other, and a bad one costs itself.
import { describe, expect, test } from 'vitest';
import { Malformed } from '../../../src/bytes/malformed.ts';
import { Reader } from '../../../src/bytes/reader.ts';
import { Faults, readItems } from '../../../src/protocols/dicom/items.ts';
import { ascii, concat, u16 } from '../../support/bytes.ts';
import { item } from '../../support/pdu.ts';

function walk(bytes: Uint8Array, faults = new Faults(32)): string[] {
  const seen: string[] = [];
  readItems(new Reader(bytes), faults, (type, one) => {
    if (type === 0x66) throw new Malformed('test', one.offset, 'was asked for');
    seen.push(`${type} ${one.left}`);
  });
  return seen;
}

describe('items', () => {
  test('each is read with a reader of its own length', () => {
    expect(walk(concat(item(0x10, ascii('abc')), item(0x20), item(0x50, ascii('x'))))).toEqual([
      '16 3',
      '32 0',
      '80 1',
    ]);
  });

  test('one that throws costs itself', () => {
    const faults = new Faults(32);
    expect(walk(concat(item(0x10), item(0x66), item(0x20)), faults)).toEqual(['16 0', '32 0']);
    expect(faults.list).toEqual([{ field: 'test', offset: 8, reason: 'was asked for' }]);
  });

  test('one longer than its container, or a rest too short for one, ends the walk', () => {
    for (const rest of [concat(Uint8Array.of(0x20, 0), u16(9), ascii('x')), Uint8Array.of(0x20, 0, 0)]) {
      const faults = new Faults(32);
      expect(walk(concat(item(0x10), rest, item(0x30)).subarray(0, 4 + rest.length), faults)).toEqual(['16 0']);
      expect(faults.list.map((one) => one.field)).toEqual(['item-length']);
    }
  });

  test('an error that is not Malformed is a bug and goes on', () => {
    const read = () =>
      readItems(new Reader(item(0x10)), new Faults(32), () => {
        throw new TypeError('bug');
      });
    expect(read).toThrow(TypeError);
  });
});

test('faults are kept once each, up to their number', () => {
  const faults = new Faults(2);
  faults.add('a', 1, 'x');
  faults.add('a', 2, 'x');
  faults.add('b', 3, 'x');
  faults.add('c', 4, 'x');
  expect(faults.list.map((one) => one.offset)).toEqual([1, 3]);
});
