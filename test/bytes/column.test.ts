// Proves: a column reaches a row that is asked of it, with what it had, and is the same where it reaches already.
import { expect, it } from 'vitest';
import { grown, reaching, spread } from '../../src/bytes/column.ts';

it.each([grown, spread])('a longer one begins with what the shorter one had', (longer) => {
  expect(longer(Float64Array.of(1.5, -2), 4)).toEqual(Float64Array.of(1.5, -2, 0, 0));
});

it('one that may never be written to is memory that the collector does not count', () => {
  expect(spread(Int32Array.of(7), 1000).buffer).toBeInstanceOf(SharedArrayBuffer);
});

it.each([
  [0, 3],
  [2, 3],
  [3, 6],
  [5, 6],
  [6, 7],
])('of three rows, to row %i: %i rows', (row, length) => {
  const column = Int32Array.of(7, 8, 9);
  const reached = reaching(column, row);
  expect(reached === column).toBe(length === 3);
  expect(reached.length).toBe(length);
  expect([...reached.subarray(0, 3)]).toEqual([7, 8, 9]);
});
