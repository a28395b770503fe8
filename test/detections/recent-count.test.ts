// Proves: events within a window are counted as a list of their times would count them, whatever order they come in.
import { describe, expect, it } from 'vitest';
import { RecentCount } from '../../src/detections/recent-count.ts';
import { seeded } from '../support/chunks.ts';

describe('a count of recent events', () => {
  it('slides, and knows the first of those counted', () => {
    const count = new RecentCount(10, 100);
    expect([0, 4, 8, 12, 30].map((time) => count.add(time))).toEqual([1, 2, 3, 3, 1]);
    expect(count.first).toBe(30);
  });

  it('keeps no more than its bound, over any number of them', () => {
    const count = new RecentCount(1e9, 50);
    let last = 0;
    for (let i = 0; i < 10_000; i++) last = count.add(i);
    expect(last).toBe(50);
    expect(count.first).toBe(9950);
  });

  it.each([
    [1, 0],
    [70, 0],
    [9000, 40_000],
    [5_000_000, 3],
    [2 ** 40, 2 ** 41],
  ])('is that of a list, with steps below %i and back by as much as %i', (step, back) => {
    const next = seeded(step);
    const window = 40 * step;
    const count = new RecentCount(window, 30);
    const times: number[] = [];
    const differing: number[] = [];
    let time = 1_767_600_000_000_000;
    for (let i = 0; i < 5000; i++) {
      const what = next();
      if (what < 0.6) time += Math.floor(next() * step);
      else if (what < 0.65) time -= Math.floor(next() * back);
      times.push(time);
      while (times[0] < time - window || times.length > 30) times.shift();
      if (count.add(time) !== times.length || count.first !== times[0]) differing.push(i);
    }
    expect(differing).toEqual([]);
  });
});
