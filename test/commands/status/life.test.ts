// Proves when a sensor counts as well, as stopped, and as silent though nobody said that it ended.
import { expect, it } from 'vitest';
import { lifeOf } from '../../../src/commands/status/life.ts';
import type { SensorState } from '../../../src/store/sensor-state.ts';

const now = 1_772_000_000_000_000;
const seconds = 1_000_000;

function life(run: { begin: number; end: number | null; ending: string | null }, health: object | null) {
  return lifeOf({ now, state: { run, health } as unknown as SensorState });
}

const running = { begin: now - 3600 * seconds, end: null, ending: null };

it.each([
  ['well', running, { end: now - 60 * seconds, state: 'ok', why: null }, { state: 'ok', why: null }],
  ['blind', running, { end: now, state: 'blind', why: 'x' }, { state: 'blind', why: 'x' }],
  ['just begun', { ...running, begin: now - 5 * seconds }, null, { state: 'ok', why: null }],
  ['stopped', { ...running, end: now, ending: 'done' }, null, { state: 'stopped', why: null }],
  [
    'stopped while blind',
    { ...running, end: now, ending: 'done' },
    { end: now, state: 'blind', why: 'nothing is captured' },
    { state: 'stopped', why: 'blind at its end, nothing is captured' },
  ],
  ['failed', { ...running, end: now, ending: 'failed' }, null, { state: 'stopped', why: 'failed' }],
])('%s', (_, run, health, expected) => {
  expect(life(run, health)).toEqual(expected);
});

it('is silent when no health record came for two minutes and a half', () => {
  const expected = { state: 'silent', why: expect.stringContaining('for 3 min: it was killed') };
  expect(life(running, { end: now - 200 * seconds, state: 'ok', why: null })).toEqual(expected);
  expect(life({ ...running, begin: now - 200 * seconds }, null)).toEqual(expected);
});
