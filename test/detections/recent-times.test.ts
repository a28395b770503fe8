// Proves: things that are told, few or many, and those that are only counted are remembered as a map would, whatever
// comes and goes.
import { describe, expect, it } from 'vitest';
import { RecentSet } from '../../src/detections/recent.ts';
import { CountedTimes, NamedTimes, type RecentTimes } from '../../src/detections/recent-times.ts';
import { seeded } from '../support/chunks.ts';

/** Plainly: a map in the order of entry. */
function plainTimes(times = new Map<string, number>()): RecentTimes {
  return {
    get size() {
      return times.size;
    },
    of: (thing) => times.get(thing),
    enter(thing, time) {
      times.delete(thing);
      times.set(thing, time);
    },
    delete: (thing) => void times.delete(thing),
    expire(time) {
      for (const [thing, at] of times) {
        if (at >= time) return at;
        times.delete(thing);
      }
      return null;
    },
    things: () => [...times.keys()],
    copy: () => plainTimes(new Map(times)),
  };
}

describe.each([
  ['told', () => new NamedTimes()],
  ['only counted', () => new CountedTimes()],
])('things that are %s', (kind, times) => {
  it.each([4, 12, 40, 4000])('are those of a map, of %i different ones', (different) => {
    const next = seeded(different);
    const random = (below: number) => Math.floor(next() * below);
    const plain = new RecentSet(1000, 2000, plainTimes());
    const set = new RecentSet(1000, 2000, times());
    const differing: number[] = [];
    let time = 0;
    for (let i = 0; i < 20_000; i++) {
      time += random(3) - (random(50) === 0 ? 200 : 0) + (random(3000) === 0 ? 2000 : 0);
      const thing = `thing ${random(different)}`;
      const what = random(20);
      if (what === 0) for (const each of [plain, set]) each.delete(thing);
      else if (what === 1) for (const each of [plain, set]) each.advance(time);
      else if (set.add(thing, time) !== plain.add(thing, time)) differing.push(i);
      if (set.count !== plain.count || set.has(thing) !== plain.has(thing)) differing.push(i);
      if (kind === 'told' && i % 16 === 0 && set.things().join() !== plain.things().join()) differing.push(i);
    }
    expect(differing).toEqual([]);
    const copies = [plain.kept(), set.kept()];
    for (let i = 0; i < different; i++) expect(copies[1].has(`thing ${i}`)).toBe(copies[0].has(`thing ${i}`));
    expect(copies[1].size).toBe(copies[0].size);
  });
});

describe('things that are only counted', () => {
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
