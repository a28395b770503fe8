// Proves that batches come out of shared memory as they were listed, that what is in use is not written over, and that who
// waits for room is let go when nobody wants more.
import { expect, it } from 'vitest';
import { ListingEnd, makeSharedBatches, TakingEnd } from '../../../src/capture/ahead/shared-batches.ts';

/** Lists a batch of one packet with this number, in a new block or the one of the last. */
function list(listing: ListingEnd, number: number, sameBlock = false): Uint8Array {
  const block = sameBlock ? listing.blocks[0] : listing.block();
  const batch = listing.batch();
  batch.count = 1;
  batch.frame[0] = number;
  block[0] = number;
  listing.list();
  return block;
}

it('hands over in order, many times around', () => {
  const memory = makeSharedBatches();
  const [listing, taking] = [new ListingEnd(memory), new TakingEnd(memory)];
  for (let number = 1; number < 40; number++) {
    list(listing, number);
    const batch = taking.next();
    expect([batch?.count, batch?.frame[0], batch?.bytes[0]]).toEqual([1, number, number]);
  }
  expect(taking.next()).toBeNull();
  expect(taking.isOver).toBe(false);
  listing.end();
  expect(taking.next()).toBeNull();
  expect(taking.isOver).toBe(true);
});

it('keeps what waits: each batch has memory of its own', () => {
  const memory = makeSharedBatches();
  const [listing, taking] = [new ListingEnd(memory), new TakingEnd(memory)];
  const blocks = [1, 2, 3, 4].map((number) => list(listing, number));
  expect(new Set(blocks).size).toBe(4);
  for (const number of [1, 2, 3, 4]) expect(taking.next()?.frame[0]).toBe(number);
});

it('knows of several batches in one block', () => {
  const memory = makeSharedBatches();
  const [listing, taking] = [new ListingEnd(memory), new TakingEnd(memory)];
  const block = list(listing, 1);
  list(listing, 2, true);
  expect(taking.next()?.bytes[0]).toBe(2);
  expect(taking.next()?.frame[0]).toBe(2);
  expect(list(listing, 3)).not.toBe(block);
});

it('gives a block again that nothing was listed of', () => {
  const listing = new ListingEnd(makeSharedBatches());
  expect(listing.block()).toBe(listing.block());
});

it('lets who waits for room go when the other end is closed', () => {
  const memory = makeSharedBatches();
  const [listing, taking] = [new ListingEnd(memory), new TakingEnd(memory)];
  for (const number of [1, 2, 3, 4]) list(listing, number);
  taking.close();
  // Would wait for ever: nothing is taken.
  list(listing, 5);
  expect(listing.closed).toBe(true);
});
