// Proves that series come out on packet time, in the longest runs, with only what is needed open.
import { describe, expect, it } from 'vitest';
import { makeBatch } from '../../src/capture/batch.ts';
import { merge, type Series, type SeriesBatch } from '../../src/capture/merge.ts';

/** A series of batches, each a list of times in seconds; notes in `log` when it is first asked. */
function series(input: number, batches: number[][], log: string[] = [], known = true): Series {
  const first = batches.flat()[0];
  let at = 0;
  return {
    firstTime: known && first !== undefined ? { seconds: first, nanos: 0 } : null,
    next: async (): Promise<SeriesBatch | null> => {
      if (at === 0) log.push(`open ${input}`);
      if (at === batches.length) return null;
      const batch = makeBatch(new Uint8Array(0));
      batch.count = batches[at].length;
      batches[at++].forEach((seconds, i) => {
        batch.seconds[i] = Math.floor(seconds);
        batch.nanos[i] = Math.round((seconds % 1) * 1e9);
      });
      return { batch, input };
    },
  };
}

async function runs(all: Series[], log: string[] = [], stopAfter = Infinity): Promise<string[]> {
  let count = 0;
  await merge(
    all,
    (batch, from, to, input) => {
      count++;
      const times = Array.from({ length: to - from }, (_, i) => batch.seconds[from + i] + batch.nanos[from + i] / 1e9);
      log.push(`${input}: ${times.join(' ')}`);
    },
    () => count >= stopAfter,
  );
  return log;
}

describe('merging series', () => {
  it('hands on a single series batch by batch, in its own order', async () => {
    // Proves that inside a file its own order holds, even where its clock went back.
    expect(await runs([series(0, [[5, 3, 4], [1]])])).toEqual(['0: 5 3 4', '0: 1']);
  });

  it('hands on series that do not overlap in whole batches, and opens each in its turn', async () => {
    // Proves that only what is needed is open.
    const log: string[] = [];
    await runs([series(0, [[10, 11]], log), series(1, [[1, 2], [3]], log)], log);
    expect(log).toEqual(['open 1', '1: 1 2', '1: 3', 'open 0', '0: 10 11']);
  });

  it('interleaves series that overlap, in the longest runs', async () => {
    // Proves the merge on packet time.
    expect(
      await runs([
        series(0, [[1, 2, 6, 7]]),
        series(1, [
          [3, 4],
          [5, 8],
        ]),
      ]),
    ).toEqual(['0: 1 2', '1: 3 4', '1: 5', '0: 6 7', '1: 8']);
  });

  it('breaks ties by argument order, to the nanosecond', async () => {
    // Proves that equal times do not make the order a matter of chance.
    expect(await runs([series(0, [[1, 2.5, 2.5]]), series(1, [[1, 2.5]])])).toEqual([
      '0: 1',
      '1: 1',
      '0: 2.5 2.5',
      '1: 2.5',
    ]);
  });

  it('merges three', async () => {
    // Proves that a third series, not yet open, bounds a run too.
    expect(await runs([series(0, [[1, 4, 9]]), series(1, [[2, 8]]), series(2, [[3, 5]])])).toEqual([
      '0: 1',
      '1: 2',
      '2: 3',
      '0: 4',
      '2: 5',
      '1: 8',
      '0: 9',
    ]);
  });

  it('learns the first time of a pipe by opening it', async () => {
    // Proves that standard input takes part in the merge.
    const log: string[] = [];
    await runs([series(0, [[5]], log), series(1, [[1], [6]], log, false)], log);
    expect(log).toEqual(['open 1', '1: 1', 'open 0', '0: 5', '1: 6']);
  });

  it('goes through series and batches without packets', async () => {
    // Proves that emptiness ends nothing but itself.
    expect(await runs([series(0, []), series(1, [[], [1], []])])).toEqual(['1: 1']);
  });

  it('stops between two runs when told', async () => {
    // Proves that an interrupt ends the reading.
    expect(await runs([series(0, [[1], [2], [3]])], [], 2)).toEqual(['0: 1', '0: 2']);
  });
});
