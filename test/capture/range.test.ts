// Proves that a time range leaves out, and counts, what lies outside it.
import { describe, expect, it } from 'vitest';
import { makeBatch } from '../../src/capture/batch.ts';
import { withinRange } from '../../src/capture/range.ts';

function batchOf(seconds: readonly number[]) {
  const batch = makeBatch(new Uint8Array(0));
  batch.count = seconds.length;
  seconds.forEach((second, i) => {
    batch.seconds[i] = Math.floor(second);
    batch.nanos[i] = Math.round((second % 1) * 1e9);
    batch.original[i] = 100;
  });
  return batch;
}

function runs(seconds: readonly number[], from: number | null, to: number | null) {
  const got: [number, number][] = [];
  const outside = { packets: 0, bytes: 0 };
  const moment = (time: number | null) =>
    time === null ? null : { seconds: Math.floor(time), nanos: Math.round((time % 1) * 1e9) };
  const deliver = withinRange(
    (_batch, start, end) => got.push([start, end]),
    moment(from),
    moment(to),
    () => outside,
  );
  deliver(batchOf(seconds), 0, seconds.length, 0);
  return { got, outside };
}

describe('a time range', () => {
  it.each([
    [[1, 2, 3], null, null, [[0, 3]], 0],
    [[1, 2, 3], 2, null, [[1, 3]], 1],
    [[1, 2, 3], null, 3, [[0, 2]], 1],
    [[1, 2, 3], 2, 3, [[1, 2]], 2],
    [[1, 2, 3], 4, null, [], 3],
    [
      [1.5, 1.25, 1.5, 1.75],
      1.5,
      null,
      [
        [0, 1],
        [2, 4],
      ],
      1,
    ],
    [
      [5, 1, 5, 1],
      2,
      9,
      [
        [0, 1],
        [2, 3],
      ],
      2,
    ],
  ] as const)('of %j from %s to %s gives %j', (seconds, from, to, expected, left) => {
    // Proves that the range holds its begin and not its end, in the longest runs, and counts what it leaves out.
    const { got, outside } = runs(seconds, from, to);
    expect(got).toEqual(expected);
    expect(outside).toEqual({ packets: left, bytes: left * 100 });
  });
});
