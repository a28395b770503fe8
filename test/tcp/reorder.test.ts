// Proves that early pieces are kept in order, each byte once and the first copy of it, against a model of single bytes.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unread } from '../../src/tcp/piece.ts';
import { Reorder } from '../../src/tcp/reorder.ts';
import { concat, counting } from '../support/bytes.ts';

const piece = fc.record({
  position: fc.nat(60),
  length: fc.integer({ min: 1, max: 25 }),
  /** Bytes the snap length cut off. */
  cut: fc.nat(25),
  first: fc.nat(255),
});

it('any pieces: what is held is what a byte array holds', () => {
  const run = fc.property(
    fc.array(piece, { maxLength: 25 }),
    fc.constantFrom(0, 2 ** 32 - 30, 2 ** 40),
    (pieces, base) => {
      const reorder = new Reorder();
      // -1 is a byte that was on the wire but not captured.
      const model = new Map<number, number>();
      for (const { position, length, cut, first } of pieces) {
        const captured = Math.max(0, length - cut);
        const memory = concat(counting(3, 200), counting(captured, first), counting(3, 200));
        const added = reorder.add(base + position, length, memory, 3, 3 + captured, 0);
        memory.fill(0xee);
        let fresh = 0;
        for (let i = 0; i < length; i++) {
          if (model.has(position + i)) continue;
          model.set(position + i, i < captured ? (first + i) & 0xff : -1);
          fresh++;
        }
        expect(added).toBe(fresh);
      }
      const held = new Map<number, number>();
      let end = 0;
      for (const one of reorder.pieces) {
        expect(one.start - base).toBeGreaterThanOrEqual(end);
        expect(one.length).toBeGreaterThan(0);
        expect(one.captured).toBeLessThanOrEqual(one.length);
        for (let i = 0; i < one.length; i++)
          held.set(one.start - base + i, i < one.captured ? one.bytes[one.from + i] : -1);
        end = one.start - base + one.length;
      }
      expect(held).toEqual(new Map([...model].sort(([a], [b]) => a - b)));
      expect(reorder.length).toBe(model.size);
      expect(reorder.end).toBe(end === 0 ? 0 : base + end);
      while (reorder.count > 0) reorder.shift();
      expect([reorder.length, reorder.cost, reorder.end]).toEqual([0, 0, 0]);
    },
  );
  fc.assert(run, { seed: 15, numRuns: 500 });
});

it('bytes of which only the place is kept are one piece with those that they go on with', () => {
  const reorder = new Reorder();
  reorder.add(10, 5, unread, 0, 0, 0);
  expect([14, 16].map((position) => reorder.lengthens(position, 7))).toEqual([false, false]);
  expect([15, 22].map((position) => reorder.lengthens(position, 7))).toEqual([true, true]);
  expect([reorder.count, reorder.end, reorder.covers(10, 19), reorder.covers(10, 20)]).toEqual([1, 29, true, false]);
  expect(reorder.length).toBe(19);
  reorder.add(29, 3, counting(3), 0, 3, 0);
  expect(reorder.lengthens(32, 7)).toBe(false);
});

it('copies that differ are noticed, equal ones are not', () => {
  const reorder = new Reorder();
  reorder.add(10, 10, counting(10), 0, 10, 0);
  reorder.add(12, 4, counting(4, 2), 0, 4, 0);
  expect(reorder.conflicts).toBe(0);
  reorder.add(5, 10, counting(10, 9), 0, 10, 0);
  expect(reorder.conflicts).toBe(1);
});

it('a piece remembers when it came, and costs more than its bytes', () => {
  const reorder = new Reorder();
  reorder.packets = 7;
  reorder.add(10, 1, counting(1), 0, 1, 1234);
  expect(reorder.pieces[0]).toMatchObject({ packet: 7, ms: 1234 });
  expect(reorder.length).toBe(1);
  expect(reorder.cost).toBeGreaterThan(100);
});
