// Proves that a chunked source gives every byte once, in chunks of the size asked for, then 0.
import { expect, it } from 'vitest';
import { batches } from './batch.ts';
import { concat, counting, hex } from './bytes.ts';
import { chunkedSource, chunkSizes, inChunks, seeded } from './chunks.ts';

const bytes = counting(100_000);

it.each(chunkSizes.flatMap((size) => [[size, 'at-hand'] as const, [size, 'promised'] as const]))(
  'chunks of %i, %s',
  async (size, delivery) => {
    const source = chunkedSource(bytes, size, delivery);
    const into = new Uint8Array(bytes.length + 10);
    let at = 0;
    for (;;) {
      const answer = source.read(into, at, 9000);
      expect(typeof answer === 'number').toBe(delivery === 'at-hand');
      const count = await answer;
      if (count === 0) break;
      if (count > Math.min(size, 9000)) throw new Error('a chunk is too large');
      at += count;
    }
    expect(into.subarray(0, at)).toEqual(bytes);
    source.close();
    expect(source.closed).toBe(true);
  },
);

it('inChunks gives successive pieces', () => {
  const pieces: Uint8Array[] = [];
  inChunks(bytes, 1460, (whole, start, end) => pieces.push(whole.slice(start, end)));
  expect(pieces[0].length).toBe(1460);
  expect(concat(...pieces)).toEqual(bytes);
});

it('seeded numbers are the same in each run and differ by seed', () => {
  const [one, again, two] = [seeded(1), seeded(1), seeded(2)].map((next) => [next(), next(), next()]);
  expect(one).toEqual(again);
  expect(one).not.toEqual(two);
});

it('batches number frames from 1 over their borders', () => {
  const frame = { bytes: hex('0102'), seconds: 1, nanos: 2 };
  const list = batches([frame, frame, frame], 101, 2);
  expect(list.map((batch) => [batch.count, batch.frame[0], batch.linkType[0]])).toEqual([
    [2, 1, 101],
    [1, 3, 101],
  ]);
});
