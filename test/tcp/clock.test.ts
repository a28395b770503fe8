// Proves B15: packet time believes a jump, forward or back, only when packets agree; what went by never goes back.
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import { PacketClock } from '../../src/tcp/clock.ts';

const start = 1_767_600_000;
const day = 86_400;

function running(): PacketClock {
  const clock = new PacketClock(limits);
  clock.observe(start, 5_000_000);
  return clock;
}

describe('packet time', () => {
  it('begins with the first packet, wherever that is', () => {
    for (const seconds of [0, start, 0xffffffff]) {
      const clock = new PacketClock(limits);
      expect(clock.observe(seconds, 999_999_999)).toBe(true);
      expect([clock.seconds, clock.nanos, clock.elapsedMs]).toEqual([seconds, 999_999_999, seconds * 1000 + 999]);
    }
  });

  it('goes on by nanoseconds and does not go back', () => {
    const clock = running();
    for (const [seconds, nanos, expected] of [
      [start, 5_000_001, [start, 5_000_001]],
      [start, 4, [start, 5_000_001]],
      [start + 1, 0, [start + 1, 0]],
      [start - day, 7, [start + 1, 0]],
      [0, 0, [start + 1, 0]],
    ] as const) {
      expect(clock.observe(seconds, nanos)).toBe(true);
      expect([clock.seconds, clock.nanos]).toEqual(expected);
    }
  });

  it('ten minutes are believed at once, more are not', () => {
    const clock = running();
    expect(clock.observe(start + 600, 0)).toBe(true);
    expect(clock.observe(start + 600 + 601, 0)).toBe(false);
    expect(clock.seconds).toBe(start + 600);
  });
});

describe('a jump', () => {
  it('takes effect with the sixteenth packet that agrees', () => {
    const clock = running();
    const answers = Array.from({ length: 16 }, (_, i) => clock.observe(start + day + i, 0));
    expect(answers).toEqual([...new Array(15).fill(false), true]);
    expect(clock.seconds).toBe(start + day + 15);
  });

  it('needs them in a row: one of the old time begins the count anew', () => {
    const clock = running();
    for (let i = 0; i < 100; i++) {
      expect(clock.observe(start + day, 0)).toBe(false);
      if (i % 15 === 14) expect(clock.observe(start + 1, 0)).toBe(true);
    }
    expect(clock.seconds).toBe(start + 1);
  });

  it('needs them to agree with each other', () => {
    const clock = running();
    for (let i = 1; i <= 100; i++) expect(clock.observe(start + i * day, 0)).toBe(false);
    expect(clock.seconds).toBe(start);
  });

  it('is believed at once at a file border, once', () => {
    const clock = running();
    clock.fileBorder();
    expect(clock.observe(start + day, 0)).toBe(true);
    expect(clock.observe(start + 2 * day, 0)).toBe(false);
    expect(clock.seconds).toBe(start + day);
  });

  it('from zero is one like any other: a capture whose first stamp is missing is not stuck', () => {
    const clock = new PacketClock(limits);
    clock.observe(0, 0);
    for (let i = 0; i < 16; i++) clock.observe(start + i, 0);
    expect(clock.seconds).toBe(start + 15);
  });
});

describe('a jump back', () => {
  it('takes effect with the sixteenth packet that agrees, and nothing went by', () => {
    const clock = running();
    const before = clock.elapsed;
    for (let i = 0; i < 15; i++) {
      expect(clock.observe(start - day + i, 0)).toBe(true);
      expect([clock.seconds, clock.movedBack]).toEqual([start, 0]);
    }
    expect(clock.observe(start - day + 15, 7)).toBe(true);
    expect([clock.seconds, clock.nanos, clock.movedBack, clock.elapsed]).toEqual([start - day + 15, 7, 1, before]);
    clock.observe(start - day + 20, 0);
    expect([clock.seconds, clock.elapsed]).toEqual([start - day + 20, before + 5]);
  });

  it('needs them in a row, to agree, and to be more than ten minutes behind', () => {
    for (const stamp of [
      (i: number) => (i % 15 === 14 ? start : start - day),
      (i: number) => start - i * day,
      (_: number) => start - 600,
    ]) {
      const clock = running();
      for (let i = 0; i < 100; i++) clock.observe(stamp(i), 0);
      expect([clock.seconds, clock.movedBack]).toEqual([start, 0]);
    }
  });

  it('waits for them at a file border too', () => {
    const clock = running();
    clock.fileBorder();
    clock.observe(start - day, 0);
    expect(clock.seconds).toBe(start);
    expect(clock.observe(start + day, 0)).toBe(false);
  });

  it('after a first packet of the year 2106: time goes on', () => {
    const clock = new PacketClock(limits);
    clock.observe(0xffffffff, 999_999_999);
    for (let i = 0; i < 30; i++) clock.observe(start + i, 0);
    expect(clock.seconds).toBe(start + 29);
    expect(clock.elapsed).toBe(0xffffffff + 14);
  });

  it('two clocks an hour apart in turn: an hour does not go by at each', () => {
    const clock = running();
    const before = clock.elapsed;
    for (let second = 0; second < 200; second++) {
      const lag = Math.floor(second / 20) % 2 === 1 ? 3600 : 0;
      for (let i = 0; i < 16; i++) clock.observe(start + second - lag, 0);
    }
    expect(clock.movedBack).toBe(5);
    expect(clock.elapsed - before).toBeLessThan(400);
  });

  it('of a sure clock is believed at once, forward and back; a step back below ten minutes is not made', () => {
    const clock = running();
    for (const [seconds, expected, elapsed] of [
      [start + day, start + day, day],
      [start, start, day],
      [start - 599, start, day],
      [start + 3 * day, start + 3 * day, 4 * day],
    ]) {
      clock.set(seconds, 0);
      expect([clock.seconds, clock.elapsed - start]).toEqual([expected, elapsed]);
    }
  });
});
