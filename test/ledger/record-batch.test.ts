// Proves: an empty batch has every kind of record, none of any, and lists of its own.
import { expect, it } from 'vitest';
import { emptyBatch } from '../../src/ledger/record-batch.ts';

it('holds nothing, and shares nothing with another', () => {
  const [one, other] = [emptyBatch(), emptyBatch()];
  expect(Object.values(one).flat()).toEqual([]);
  for (const kind of Object.keys(one) as (keyof typeof one)[]) expect(one[kind]).not.toBe(other[kind]);
});
