// Proves: a case begins with what its window held, grows with what comes, and ends with its window of UTC.
import { expect, it } from 'vitest';
import { type GrowingCase, hourMicros } from '../../src/detections/growing-case.ts';
import { Tally } from '../../src/detections/tally.ts';
import { happened } from '../support/events.ts';
import { START } from '../support/subject.ts';

const words = (one: GrowingCase<'things'>) => ({
  severity: 'low' as const,
  summary: one.named('things').join(' '),
  next: '',
  evidence: { count: one.count('things') },
});
/** At an event that was counted already. */
const prove = (tally: Tally<'things'>, at: number) =>
  tally.case(['key'], hourMicros, happened({ at, associationId: null }), words);

it('counts events and things within its window', () => {
  const tally = new Tally<'things'>(['things'], 10e6);
  for (const [at, things] of [
    [0, 'a'],
    [1, 'b'],
    [2, null],
    [3, 'a'],
  ] as const)
    tally.add(happened({ at }), { things });
  expect([tally.events, tally.size('things')]).toEqual([4, 2]);
  tally.add(happened({ at: 12 }), {});
  expect([tally.events, tally.things('things')]).toEqual([3, ['a']]);
});

it('begins a case with them, and lets it grow beyond', () => {
  const tally = new Tally<'things'>(['things'], 10e6);
  tally.add(happened({ at: 0, associationId: 'a1' }), { things: 'a' });
  tally.add(happened({ at: 1, associationId: 'a2' }), { things: 'b' });
  const one = prove(tally, 1);
  tally.add(happened({ at: 100, associationId: 'a3', partial: true }), { things: 'c' });
  expect(prove(tally, 100)).toBe(one);
  expect(one).toMatchObject({ events: 3, first: START, last: START + 100e6, partial: true, window: START });
  expect(one.tell()).toMatchObject({ summary: 'a b c', evidence: { count: 3, associations: ['a1', 'a2', 'a3'] } });
});

it('leaves a case behind when its hour is over', () => {
  const tally = new Tally<'things'>(['things'], 10e6);
  tally.add(happened({ at: 3599 }), { things: 'a' });
  const one = prove(tally, 3599);
  tally.add(happened({ at: 3600 }), { things: 'b' });
  expect(tally.current).toBeNull();
  expect(one.tell().summary).toBe('a');
  expect(prove(tally, 3600)).toMatchObject({ window: START + 3600e6, events: 2 });
});

it('names no more than twenty associations', () => {
  const tally = new Tally<'things'>(['things'], 1e9);
  for (let i = 0; i < 50; i++) tally.add(happened({ associationId: `a${i}` }), {});
  expect(prove(tally, 0).tell().evidence['associations']).toHaveLength(20);
});

it('forgets what is named late as if something had been named from the first event on', () => {
  const late = new Tally<'things' | 'others'>(['things', 'others'], 10e6);
  late.add(happened({ at: 30 }), {});
  late.add(happened({ at: 5 }), { things: 'of before the window' });
  expect(late.size('things')).toBe(1);
  late.add(happened({ at: 6 }), {});
  expect(late.things('things')).toEqual([]);
  expect([late.size('others'), late.has('others', 'any', START), late.things('others')]).toEqual([0, false, []]);
});
