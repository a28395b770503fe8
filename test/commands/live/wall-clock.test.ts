// Proves that a clock that is set is noticed, in both directions, and not believed for a while (B44).
import { expect, it } from 'vitest';
import { WallClock } from '../../../src/commands/live/wall-clock.ts';

it('tells a step from a slew', () => {
  let [wall, monotonic] = [1_000_000, 0];
  const clock = new WallClock(
    () => wall,
    () => monotonic,
  );
  const pass = (ms: number, wallMs = ms) => {
    monotonic += ms;
    wall += wallMs;
    return clock.stepped();
  };
  expect([pass(250), pass(250, 260), clock.steady, clock.steps]).toEqual([false, false, true, 0]);
  expect([pass(250, 3_600_250), clock.steady, Math.round(clock.lastStepMs)]).toEqual([true, false, 3_600_000]);
  expect([pass(59_000), clock.steady, pass(2000), clock.steady]).toEqual([false, false, false, true]);
  expect([pass(250, -7_200_000), clock.steady, clock.steps]).toEqual([true, false, 2]);
  expect(clock.now).toBe(wall * 1000);
});
