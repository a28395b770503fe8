// Proves that the young generation of the heap stops growing once it has the size it needs.
import { getHeapSpaceStatistics } from 'node:v8';
import { expect, it } from 'vitest';
import { HeapBound } from '../../src/commands/heap.ts';

const young = () => getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;

it('grows no further than 8 MiB, or than it was', () => {
  const most = Math.max(8 << 20, young());
  const bound = new HeapBound();
  const kept: number[][] = [];
  for (let i = 0; i < 400_000; i++) {
    kept[i % 40_000] = [i, i + 1, i + 2, i + 3];
    if (i % 1000 === 0) bound.check();
  }
  expect(kept.length).toBe(40_000);
  expect(young()).toBeLessThanOrEqual(most);
});
