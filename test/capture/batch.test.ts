// Proves that a batch has a column entry for each packet it may hold, and that stamps and lengths keep 32 bits.
import { expect, it } from 'vitest';
import { batchPacketsMax, makeBatch } from '../../src/capture/batch.ts';

it('columns hold the last packet, with the largest numbers', () => {
  const bytes = new Uint8Array(4);
  const batch = makeBatch(bytes);
  const last = batchPacketsMax - 1;
  const columns = [batch.start, batch.captured, batch.original, batch.seconds, batch.nanos, batch.frame];
  for (const column of columns) {
    column[last] = 0xffffffff;
    expect(column[last]).toBe(0xffffffff);
  }
  batch.linkType[last] = 0xffff;
  expect(batch.linkType[last]).toBe(0xffff);
  expect([batch.count, batch.bytes]).toEqual([0, bytes]);
});
