// Proves B15: packet time never goes back, and believes a jump only when packets agree.
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
      expect([clock.seconds, clock.nanos, clock.ms]).toEqual([seconds, 999_999_999, seconds * 1000 + 999]);
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
