// Proves: counts and times are summed and said to the minute, and orders do not depend on what came first.
import { describe, expect, it } from 'vitest';
import { period, Seen, SeenBy } from '../../../src/policy/learn/seen.ts';
import { DAY_START, HOUR } from '../../support/talks.ts';

describe('what was seen', () => {
  it('is summed, with its first and last time', () => {
    const seen = new Seen();
    seen.add(2, { first: DAY_START + HOUR, last: DAY_START + 2 * HOUR });
    seen.add(1, { first: DAY_START, last: DAY_START + HOUR });
    expect(seen.inWords('association')).toBe('3 associations, 2026-03-01 08:00 to 10:00');
  });

  it.each([
    [0, '2026-03-01 08:00'],
    [59e6, '2026-03-01 08:00'],
    [61e6, '2026-03-01 08:00 to 08:01'],
    [24 * HOUR, '2026-03-01 08:00 to 2026-03-02 08:00'],
  ])('over %d µs is said', (length, words) => {
    expect(period(DAY_START, DAY_START + length)).toBe(words);
  });

  it('is told in order of name, or the most often first', () => {
    const by = new SeenBy<string>();
    for (const [name, count] of [
      ['b', 1],
      ['c', 5],
      ['a', 1],
    ] as const)
      by.of(name).add(count, { first: 0, last: 0 });
    expect(by.inOrder().map(([name]) => name)).toEqual(['a', 'b', 'c']);
    expect(by.often(2).map(([name]) => name)).toEqual(['c', 'a']);
  });
});
