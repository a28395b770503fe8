// Proves: the young generation may grow up to its bound, which is half as much until the thread of the store has begun,
// and is told each time to grow no more there.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

type Bounds = typeof import('../../src/commands/heap-bounds.ts');

const v8 = vi.hoisted(() => ({ young: 0, flags: [] as string[] }));
vi.mock('node:v8', () => ({
  getHeapSpaceStatistics: () => [
    { space_name: 'old_space', space_size: 100 << 20 },
    { space_name: 'new_space', space_size: v8.young },
  ],
  setFlagsFromString: (flag: string) => v8.flags.push(flag),
}));

let bounds: Bounds;
beforeEach(async () => {
  vi.resetModules();
  bounds = await import('../../src/commands/heap-bounds.ts');
});
afterEach(() => {
  v8.flags.length = 0;
});

const MIB = 1 << 20;
const grows = '--semi-space-growth-factor=2';
const stays = '--semi-space-growth-factor=1';

it('grows no more once it is bound, until it is looked at', () => {
  bounds.boundHeaps();
  expect(v8.flags.at(-1)).toBe(stays);
});

it.each([
  [2, grows],
  [4, stays],
  [8, stays],
])('with %i MiB before the thread has begun: %s', (young, said) => {
  v8.young = young * MIB;
  bounds.holdYoungGeneration();
  expect(v8.flags).toEqual([said]);
});

it.each([
  [4, grows],
  [7, grows],
  [8, stays],
  [16, stays],
])('with %i MiB after it has begun: %s', (young, said) => {
  v8.young = young * MIB;
  bounds.letYoungGenerationGrow();
  bounds.holdYoungGeneration();
  expect(v8.flags).toEqual([said]);
});

it('is told each time anew: a thread that begins lets all heaps grow again', () => {
  v8.young = 8 * MIB;
  bounds.holdYoungGeneration();
  bounds.holdYoungGeneration();
  expect(v8.flags).toEqual([stays, stays]);
});
