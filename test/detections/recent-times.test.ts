// Proves: things that are only counted are remembered as those that are told are, whatever is entered, deleted and expires.
import { describe, expect, it } from 'vitest';
import { RecentSet } from '../../src/detections/recent.ts';
import { CountedTimes, NamedTimes } from '../../src/detections/recent-times.ts';
import { seeded } from '../support/chunks.ts';

describe('things that are only counted', () => {
  it.each([4, 40, 4000])('are the same as those that are told, of %i different ones', (different) => {
    const next = seeded(different);
    const random = (below: number) => Math.floor(next() * below);
    const named = new RecentSet(1000, 2000, new NamedTimes());
    const counted = new RecentSet(1000, 2000, new CountedTimes());
    const differing: number[] = [];
    let time = 0;
    for (let i = 0; i < 20_000; i++) {
      time += random(3) - (random(50) === 0 ? 200 : 0) + (random(3000) === 0 ? 2000 : 0);
      const thing = `thing ${random(different)}`;
      const what = random(20);
      if (what === 0) for (const set of [named, counted]) set.delete(thing);
      else if (what === 1) for (const set of [named, counted]) set.advance(time);
      else if (counted.add(thing, time) !== named.add(thing, time)) differing.push(i);
      if (counted.count !== named.count || counted.has(thing) !== named.has(thing)) differing.push(i);
    }
    expect(differing).toEqual([]);
    const copies = [named.kept(), counted.kept()];
    for (let i = 0; i < different; i++) expect(copies[1].has(`thing ${i}`)).toBe(copies[0].has(`thing ${i}`));
    expect(copies[1].size).toBe(copies[0].size);
  });

  it('hold as many as a set may', () => {
    const set = new RecentSet(10, 10_000, new CountedTimes());
    for (let i = 0; i < 10_001; i++) set.add(String(i), i % 7);
    expect(set.count).toBe('10000+');
    expect([set.has('0'), set.has('9999'), set.has('10000')]).toEqual([true, true, false]);
    set.add('later', 12);
    expect(set.count).toBe(set.size);
  });

  it('have no names to be told by', () => {
    expect(() => new CountedTimes().things()).toThrow('only counted');
  });
});
