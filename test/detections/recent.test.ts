// Proves: what is remembered slides with the times of events, is bounded, and counts exactly up to its bound.
import { describe, expect, it } from 'vitest';
import { RecentSet, Remembered } from '../../src/detections/recent.ts';

describe('a set of recent things', () => {
  it('counts each once, and forgets what is older than its window', () => {
    const set = new RecentSet(10);
    expect([set.add('a', 0), set.add('b', 5), set.add('a', 6)]).toEqual([true, true, false]);
    expect(set.size).toBe(2);
    set.add('c', 16);
    expect(set.things()).toEqual(['a', 'c']);
    expect(set.has('b')).toBe(false);
  });

  it('moves what is repeated to the end only now and then', () => {
    const set = new RecentSet(640);
    for (const time of [0, 9, 300, 645]) set.add('a', time);
    set.add('b', 641);
    expect(set.has('a')).toBe(true);
    set.advance(945);
    expect(set.has('a')).toBe(true);
    set.advance(1300);
    expect(set.size).toBe(0);
  });

  it('keeps what comes late within the window', () => {
    const set = new RecentSet(10);
    set.add('a', 20);
    set.add('b', 15);
    expect(set.size).toBe(2);
  });

  it('is exact to its bound, then says so', () => {
    const set = new RecentSet(10);
    for (let i = 0; i < 10_000; i++) set.add(String(i), 0);
    expect(set.count).toBe(10_000);
    set.add('one more', 0);
    expect(set.count).toBe('10000+');
    set.add('0', 0);
    expect(set.size).toBe(10_000);
  });

  it('gives a copy that nothing leaves', () => {
    const set = new RecentSet(10);
    set.add('a', 0);
    const kept = set.kept();
    kept.add('b', 1000);
    expect(kept.things()).toEqual(['a', 'b']);
    expect(set.size).toBe(1);
  });
});

describe('what is remembered by key', () => {
  it('is there until it was not touched for long', () => {
    const remembered = new Remembered<string>(10);
    expect(remembered.get('a', 0)).toBeUndefined();
    expect(remembered.add('a', 0, 'first')).toBe('first');
    expect([remembered.get('a', 9), remembered.get('a', 19), remembered.get('a', 30)]).toEqual([
      'first',
      'first',
      undefined,
    ]);
    expect([remembered.known('a'), remembered.known('b')]).toEqual([undefined, undefined]);
  });

  it('loses the one touched longest ago when there are too many', () => {
    const remembered = new Remembered<number>(1000, 2);
    remembered.add('a', 0, 1);
    remembered.add('b', 100, 2);
    expect(remembered.get('a', 200)).toBe(1);
    remembered.add('c', 300, 4);
    expect([remembered.known('a'), remembered.known('b'), remembered.known('c')]).toEqual([1, undefined, 4]);
  });

  it('is gone when it was deleted, also what was asked for last', () => {
    const remembered = new Remembered<number>(1000);
    remembered.add('a', 0, 1);
    expect(remembered.known('a')).toBe(1);
    remembered.delete('a');
    expect([remembered.known('a'), remembered.get('a', 1)]).toEqual([undefined, undefined]);
  });
});
