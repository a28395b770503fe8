// Proves that a packet not decoded is booked once under its cause, and what is unknown told by number, within bounds.
import { expect, it } from 'vitest';
import type { Batch } from '../../src/capture/batch.ts';
import { Next, Packet } from '../../src/decode/packet.ts';
import { LossBook } from '../../src/ledger/losses.ts';
import { Undecoded } from '../../src/ledger/undecoded.ts';

function setUp() {
  const book = new LossBook();
  const undecoded = new Undecoded(book);
  const packet = new Packet();
  const add = (next: number, linkType = 1) => {
    const row = { original: Uint32Array.of(60), linkType: Uint16Array.of(linkType) } as unknown as Batch;
    undecoded.add(next, row, 0, packet);
  };
  return { book, undecoded, packet, add };
}

it('each cause has its packets and their bytes; fragments are booked elsewhere', () => {
  const { book, add } = setUp();
  for (const next of [Next.malformedLink, Next.malformedLink, Next.transportUnsupported, Next.held]) add(next);
  add(Next.fragmentRefused);
  expect(book.losses()).toEqual({
    'malformed-link': { packets: 2, bytes: 120 },
    'transport-unsupported': { packets: 1, bytes: 60 },
  });
});

it('link types and encapsulations are told by number', () => {
  const { undecoded, packet, add } = setUp();
  add(Next.linkUnsupported, 147);
  add(Next.linkUnsupported, 147);
  packet.carrier = 2;
  packet.protocol = 0x88be;
  add(Next.encapsulationUnsupported);
  expect([...undecoded.linkTypes]).toEqual([[147, 2]]);
  expect([...undecoded.encapsulations]).toEqual([[0x288be, 1]]);
});

it('a flood of numbers is counted, but no more than 256 of them apart', () => {
  const { book, undecoded, add } = setUp();
  for (let linkType = 0; linkType < 300; linkType++) add(Next.linkUnsupported, linkType);
  add(Next.linkUnsupported, 7);
  expect(undecoded.linkTypes.size).toBe(256);
  expect(undecoded.linkTypes.get(7)).toBe(2);
  expect(book.losses()['link-unsupported']?.packets).toBe(301);
});
