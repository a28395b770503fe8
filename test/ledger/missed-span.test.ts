// Proves whose bytes are missing where several associations share a connection.
import { expect, it } from 'vitest';
import { MissedSpan } from '../../src/ledger/missed-span.ts';

const column = (...missed: number[]) => Float64Array.of(99, 99, ...missed);

it('counts what went missing of either side since it began', () => {
  const span = new MissedSpan(5, 7);
  expect(span.any(column(5, 7), 2)).toBe(false);
  expect(span.any(column(6, 7), 2)).toBe(true);
  expect(span.any(column(5, 8), 2)).toBe(true);
});

it('ends for each side by itself', () => {
  const span = new MissedSpan(0, 0);
  span.end(0, column(0, 0), 2);
  expect([span.open, span.any(column(9, 0), 2), span.any(column(9, 1), 2)]).toEqual([true, false, true]);
  span.end(1, column(9, 1), 2);
  span.end(1, column(9, 0), 2);
  expect([span.open, span.any(column(9, 9), 2)]).toEqual([false, true]);
});

it('keeps what was missing when it ended', () => {
  const span = new MissedSpan(0, 0);
  span.end(0, column(3, 0), 2);
  span.end(1, column(3, 0), 2);
  expect(span.any(column(3, 0), 2)).toBe(true);
});
