// Bytes are kept up to a bound, and memory is given back.
import { expect, test } from 'vitest';
import { HeldBytes } from '../../src/bytes/held-bytes.ts';
import { counting } from '../support/bytes.ts';

test('keeps what was appended, in pieces of any size, up to its bound', () => {
  const held = new HeldBytes(1000);
  const bytes = counting(1200);
  let at = 0;
  for (const size of [1, 16, 17, 300, 600, 266]) {
    const taken = held.append(bytes, at, at + size);
    expect(taken).toBe(Math.min(size, 1000 - at));
    at += taken;
  }
  expect(held.room).toBe(0);
  expect(held.bytes.subarray(0, held.length)).toEqual(bytes.subarray(0, 1000));
});

test('takes nothing by itself, and gives large memory back', () => {
  const held = new HeldBytes(1 << 20);
  expect(held.bytes.length).toBe(0);
  held.append(counting(100_000), 0, 100_000);
  held.clear();
  expect([held.length, held.bytes.length]).toEqual([0, 0]);
});

test('forgets from the front', () => {
  const held = new HeldBytes(100);
  held.append(counting(50), 0, 50);
  held.drop(20);
  expect(held.bytes.subarray(0, held.length)).toEqual(counting(50).subarray(20));
});
