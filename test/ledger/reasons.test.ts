// Proves that reasons are a set, listed by name.
import { expect, it } from 'vitest';
import { Reasons } from '../../src/ledger/reasons.ts';

it('lists each reason once, by name', () => {
  const reasons = new Reasons('truncated', 'cut');
  for (const reason of ['lost-step', 'cut', 'ambiguous'] as const) reasons.add(reason);
  expect(reasons.list()).toEqual(['ambiguous', 'cut', 'lost-step', 'truncated']);
  expect(new Reasons().list()).toEqual([]);
});

it('takes those of another, which stays as it was', () => {
  const one = new Reasons('cut');
  const other = new Reasons('evicted');
  one.addAll(other);
  expect(one.list()).toEqual(['cut', 'evicted']);
  expect(other.list()).toEqual(['evicted']);
});
