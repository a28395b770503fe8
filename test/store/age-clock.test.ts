// Proves that the clock by which records age follows the wall clock, but no step of it.
import { expect, it } from 'vitest';
import { AgeClock } from '../../src/store/age-clock.ts';

const HOUR = 3600e6;
const DAY = 24 * HOUR;
const T = 1_772_359_200_000_000;

it('follows the wall clock', () => {
  const clock = new AgeClock(T, 0);
  expect(clock.at(T + HOUR, 3_600_000)).toBe(T + HOUR);
  expect(clock.at(T + 2 * HOUR, 7_200_000)).toBe(T + 2 * HOUR);
});

it('after a step of years ahead a day is believed for each hour', () => {
  const clock = new AgeClock(T, 0);
  const wall = T + 365 * DAY;
  expect(clock.at(wall, 0)).toBe(T);
  expect(clock.isBehind(wall)).toBe(true);
  expect(clock.at(wall, 3_600_000)).toBe(T + DAY);
  expect(clock.at(wall, 2 * 3_600_000)).toBe(T + 2 * DAY);
  // Set right again: no harm was done.
  expect(clock.at(T + 3 * HOUR, 3 * 3_600_000)).toBe(T + 3 * HOUR);
  expect(clock.isBehind(T + 3 * HOUR)).toBe(false);
});

it('a step back is believed at once', () => {
  const clock = new AgeClock(T, 0);
  expect(clock.at(T - 400 * DAY, 1)).toBe(T - 400 * DAY);
});

it('a sensor that was off for ten days catches up within hours', () => {
  const clock = new AgeClock(T, 0);
  const wall = (hours: number): number => T + 10 * DAY + hours * HOUR;
  for (let hours = 1; hours <= 10; hours++) clock.at(wall(hours), hours * 3_600_000);
  expect(clock.at(wall(10), 10 * 3_600_000)).toBe(wall(10));
});
