// Proves: of two runs the one that saw more events stands, then the whole one, then the earlier; held findings come
// once.
import { describe, expect, it } from 'vitest';
import type { FindingRecord } from '../../src/model/records.ts';
import { HeldFindings, isCorrelated, outweighs } from '../../src/store/correlated.ts';
import { finding } from '../support/records.ts';

const of = (parts: Partial<FindingRecord>): FindingRecord =>
  finding('ae-guessing', null, 'c1', { evidence: { events: 5 }, ...parts });

describe('of two findings of one id', () => {
  it.each([
    ['more events', { evidence: { events: 6 }, partial: true }, { evidence: { events: 5 } }],
    ['what was seen whole', { partial: false, time: 9 }, { partial: true, time: 1 }],
    ['what was proven earlier', { time: 1, capture: 'z' }, { time: 2, capture: 'a' }],
    ['the lower reference', { frame: 9, capture: 'a' }, { frame: 10, capture: 'a' }],
  ])('%s stands', (_, heavier, lighter) => {
    expect(outweighs(of(heavier), of(lighter))).toBe(true);
    expect(outweighs(of(lighter), of(heavier))).toBe(false);
  });

  it('neither stands over an equal one', () => {
    expect(outweighs(of({}), of({}))).toBe(false);
  });
});

it('held findings are those without an association, as said last', () => {
  const held = new HeldFindings();
  const own = finding('phi-cleartext', 'a1', 'c1');
  expect(isCorrelated(own)).toBe(false);
  const alone = [own];
  expect(held.withoutCorrelated(alone)).toBe(alone);
  expect(held.withoutCorrelated([own, of({ id: 'f2' }), of({ id: 'f2', frame: 99 })])).toEqual([own]);
  expect(held.take()).toMatchObject([{ id: 'f2', frame: 99 }]);
  expect(held.take()).toEqual([]);
});
