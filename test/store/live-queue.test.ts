// Proves that records leave in the order they came, and that beyond the bound the oldest of what matters least is
// refused, findings last.
import { expect, it } from 'vitest';
import { LiveQueue, type Queued } from '../../src/store/live-queue.ts';
import { health, liveTalk } from '../support/live-stores.ts';

function names(queue: LiveQueue): string[] {
  const all: string[] = [];
  for (let one = queue.next(); one !== null; one = queue.next()) all.push(nameOf(one));
  return all;
}

function nameOf(queued: Queued): string {
  if (queued.kind !== 'batch') return queued.kind;
  const { connections, operations, findings } = queued.batch;
  return [...connections, ...operations, ...findings].map(({ id }) => id).join(' ');
}

it('the order is kept', () => {
  const queue = new LiveQueue(1000, 1e9);
  queue.batch(liveTalk(1));
  queue.health(health());
  queue.batch(liveTalk(2));
  expect([queue.records, queue.bytes > 0]).toEqual([13, true]);
  expect(names(queue)).toEqual(['c1', 'o1', 'f1', 'health', 'c2', 'o2', 'f2']);
  expect([queue.records, queue.bytes]).toEqual([0, 0]);
});

it.each([
  [12, ['c1', 'o1', 'f1', 'c2', 'o2', 'f2'], 0],
  [10, ['c1', 'f1', 'c2', 'o2', 'f2'], 2],
  [8, ['c1', 'f1', 'c2', 'f2'], 4],
  [7, ['f1', 'c2', 'f2'], 7],
  [3, ['f1', 'f2'], 10],
  [1, ['f2'], 11],
])('room for %i of two associations with six records each', (max, left, refused) => {
  const queue = new LiveQueue(max, 1e9);
  queue.batch(liveTalk(1));
  queue.batch(liveTalk(2));
  expect(names(queue)).toEqual(left);
  expect(queue.refused).toBe(refused);
});

it('bytes are bounded too, and many that come and go leave nothing behind', () => {
  const queue = new LiveQueue(1e9, 100_000);
  for (let n = 0; n < 5000; n++) queue.batch(liveTalk(n));
  expect(queue.bytes).toBeLessThanOrEqual(100_000);
  expect(queue.records + queue.refused).toBe(30_000);
  queue.clear();
  expect([queue.records, queue.bytes, queue.refused]).toEqual([0, 0, 30_000]);
});
