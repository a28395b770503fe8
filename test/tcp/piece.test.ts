// Proves that a piece costs more than its bytes, even one of which only the place is kept: floods of small ones are
// bounded by that.
import { expect, it } from 'vitest';
import { Piece, unread } from '../../src/tcp/piece.ts';

it('costs more than its bytes', () => {
  const piece = new Piece();
  expect(piece.bytes).toBe(unread);
  const empty = piece.cost;
  expect(empty).toBeGreaterThan(100);
  expect(Object.assign(piece, { length: 20, captured: 10 }).cost).toBe(empty + 10);
});
