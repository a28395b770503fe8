// Proves that what is held of a connection is replayed as it came, and costs what it weighs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Side } from '../../src/model/facts.ts';
import type { Analyzer } from '../../src/protocols/analyzer.ts';
import { Recording } from '../../src/protocols/recording.ts';
import { ascii, concat, counting } from '../support/bytes.ts';

/** What an analyzer was told: bytes and gaps of each side as -1, and closes. */
function listener() {
  const told: string[] = [];
  const sides: number[][] = [[], []];
  const analyzer: Analyzer = {
    data(side, bytes, start, end) {
      sides[side].push(...bytes.subarray(start, end));
      told.push(`data ${side} ${end - start}`);
    },
    gap(side, length) {
      sides[side].push(...new Array<number>(length).fill(-1));
      told.push(`gap ${side} ${length}`);
    },
    close: (side, how) => told.push(`close ${side} ${how}`),
  };
  return { told, sides, analyzer };
}

function add(recording: Recording, side: Side, bytes: Uint8Array): void {
  const memory = concat(ascii('##'), bytes, ascii('##'));
  recording.add(side, memory, 2, 2 + bytes.length);
  memory.fill(0xee);
}

describe('a recording', () => {
  it('are replayed in order, with gaps and closes in their places', () => {
    const recording = new Recording(false);
    add(recording, 0, counting(300));
    add(recording, 1, counting(5));
    recording.gap(0, 7);
    add(recording, 0, counting(2, 9));
    recording.close(1, 'fin');
    recording.close(0, 'cut');
    const { told, sides, analyzer } = listener();
    recording.replay(analyzer);
    expect(told).toEqual(['data 0 300', 'data 1 5', 'gap 0 7', 'data 0 2', 'close 1 fin', 'close 0 cut']);
    expect(sides).toEqual([[...counting(300), ...new Array(7).fill(-1), 9, 10], [...counting(5)]]);
  });

  it('any mixture gives each side its bytes and gaps', () => {
    const event = fc.record({
      side: fc.constantFrom<Side>(0, 1),
      length: fc.integer({ min: 1, max: 900 }),
      gap: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const recording = new Recording(false);
        const expected: number[][] = [[], []];
        events.forEach(({ side, length, gap }, i) => {
          if (gap) recording.gap(side, length);
          else add(recording, side, counting(length, i));
          expected[side].push(...(gap ? new Array<number>(length).fill(-1) : counting(length, i)));
        });
        const { sides, analyzer } = listener();
        recording.replay(analyzer);
        expect(sides).toEqual(expected);
        expect(recording.midStream).toBe(events.some((one) => one.gap));
      }),
      { seed: 14 },
    );
  });

  it('of a side in many segments are one event, so their cost is that of the bytes', () => {
    const recording = new Recording(true);
    for (let i = 0; i < 10_000; i++) add(recording, 0, counting(1, i));
    for (let i = 0; i < 10_000; i++) recording.gap(1, 3);
    expect(recording.cost).toBeLessThan(10_000 + 200);
    const { told, analyzer } = listener();
    recording.replay(analyzer);
    expect(told).toEqual(['data 0 10000', 'gap 1 30000']);
  });

  it('of two sides by turns cost their events too', () => {
    const recording = new Recording(true);
    for (let i = 0; i < 1000; i++) recording.gap((i & 1) as Side, 3);
    expect(recording.cost).toBeGreaterThan(10_000);
  });

  it('tell where the bytes after the last gap start', () => {
    const recording = new Recording(true);
    add(recording, 0, counting(10));
    expect([recording.tailStart(0), recording.fromStart(0)]).toEqual([0, true]);
    recording.gap(0, 5);
    add(recording, 0, counting(4));
    expect([recording.tailStart(0), recording.fromStart(0), recording.side(0).length]).toEqual([10, false, 14]);
    expect(recording.fromStart(1)).toBe(true);
  });

  it('are due for a look at each doubling, or when asked for the last time', () => {
    const recording = new Recording(true);
    expect(recording.due(0, true)).toBe(false);
    const looks: number[] = [];
    for (let length = 1; length <= 100; length++) {
      add(recording, 0, counting(1));
      if (recording.due(0, false)) looks.push(length);
    }
    expect(looks).toEqual([1, 2, 4, 8, 16, 32, 64]);
    expect(recording.due(0, true)).toBe(true);
  });
});
