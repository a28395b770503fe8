// Proves that pieces hold what they were given for as long as they are held, and that what was given back is used
// again, but never what somebody still reads.
import { expect, it } from 'vitest';
import type { Piece } from '../../src/tcp/piece.ts';
import { Spares } from '../../src/tcp/spares.ts';

const bytes = Uint8Array.from({ length: 4000 }, (_, i) => (i * 7) & 0xff);

it.each([0, 1, 1023, 1024, 1460, 1536, 1537, 4000])('a copy of %i bytes has them all', (length) => {
  const piece = filled(new Spares(), bytes, 0, length);
  expect(piece.bytes).not.toBe(bytes);
  expect(held(piece)).toEqual(bytes.subarray(0, length));
  expect(piece.bytes.length).toBeLessThanOrEqual(1.5 * length);
});

it('room for a full segment is used again once it is given back', () => {
  const spares = new Spares();
  const [one, two] = [filled(spares, bytes, 0, 1460), filled(spares, bytes, 100, 1500)];
  const room = one.bytes;
  expect(room).not.toBe(two.bytes);
  spares.giveBack(one);
  const three = filled(spares, bytes, 50, 1500);
  expect(three.bytes).toBe(room);
  expect(held(three)).toEqual(bytes.subarray(50, 1500));
  expect(held(two)).toEqual(bytes.subarray(100, 1500));
});

it('a piece is used again once it is given back, and holds nothing of what it held', () => {
  const spares = new Spares();
  const one = filled(spares, bytes, 0, 1460);
  expect(spares.piece()).not.toBe(one);
  spares.giveBack(one);
  expect(spares.piece()).toBe(one);
  expect(one.bytes.length).toBe(0);
});

it('other sizes are not kept', () => {
  const spares = new Spares();
  const small = filled(spares, bytes, 0, 100);
  const memory = small.bytes;
  spares.giveBack(small);
  expect(filled(spares, bytes, 0, 100).bytes).not.toBe(memory);
});

it('what lies in memory that was lent is copied once that is used for something else, if it is still held', () => {
  const spares = new Spares();
  const lent = bytes.slice();
  spares.lend(lent);
  const [one, two, apart] = [filled(spares, lent, 0, 1460), filled(spares, lent, 7, 20), filled(spares, bytes, 0, 9)];
  expect([one.bytes, two.bytes]).toEqual([lent, lent]);
  expect(apart.bytes).not.toBe(bytes);
  spares.giveBack(one);
  const again = filled(spares, lent, 1460, 2920);
  expect(again).toBe(one);
  spares.settle();
  lent.fill(0xee);
  expect([held(two), held(again)]).toEqual([bytes.subarray(7, 20), bytes.subarray(1460, 2920)]);
  expect(filled(spares, lent, 0, 1460).bytes).not.toBe(lent);
});

it('memory that was lent is no room, whatever its size', () => {
  const spares = new Spares();
  const lent = bytes.slice(0, 1536);
  spares.lend(lent);
  spares.giveBack(filled(spares, lent, 0, 1460));
  spares.settle();
  expect(filled(spares, bytes, 0, 1460).bytes).not.toBe(lent);
});

function filled(spares: Spares, memory: Uint8Array, from: number, to: number): Piece {
  const piece = spares.piece();
  spares.fill(piece, memory, from, to);
  return piece;
}

function held({ bytes, from, captured }: Piece): Uint8Array {
  return bytes.subarray(from, from + captured);
}
