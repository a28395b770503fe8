// Proves that packets in shared memory are the packets of the batch, wherever in it they were.
import { expect, it } from 'vitest';
import { Heads } from '../../src/decode/heads.ts';
import { PacketBlock, spanOf } from '../../src/engine/packet-block.ts';
import { batchOf } from '../support/batch.ts';
import { conversation, frames } from '../support/conversation.ts';
import { storing } from '../support/sensing.ts';

const batch = batchOf(frames(conversation(storing)));
const columns = ['captured', 'original', 'seconds', 'nanos', 'frame', 'linkType'] as const;

function packetsOf(from: { bytes: Uint8Array; start: Uint32Array; captured: Uint32Array }, first: number, end: number) {
  return Array.from({ length: end - first }, (_, i) => {
    const start = from.start[first + i];
    return Buffer.from(from.bytes.subarray(start, start + from.captured[first + i])).toString('hex');
  });
}

it.each([
  [0, batch.count],
  [3, 9],
  [batch.count - 1, batch.count],
])('packets %i to %i', (from, to) => {
  const span = spanOf(batch, from, to);
  const block = PacketBlock.of(span[1] - span[0]);
  // As another thread sees it.
  const seen = new PacketBlock(block.memory).batch;
  const heads = new Heads();
  heads.list(batch, from, to);
  block.fill(batch, heads.rows, from, to, span);
  expect(packetsOf(seen, 0, to - from)).toEqual(packetsOf(batch, from, to));
  for (const name of columns) {
    expect([...seen[name].subarray(0, to - from)]).toEqual([...batch[name].subarray(from, to)]);
  }
  expect([...seen.heads.subarray(0, 8 * (to - from))]).toEqual([...heads.rows.subarray(8 * from, 8 * to)]);
});

it('has room for as much as it was made for, and a megabyte at least', () => {
  expect(PacketBlock.of(10).holds(1 << 20)).toBe(true);
  expect(PacketBlock.of(10).holds((1 << 20) + 1)).toBe(false);
  expect(PacketBlock.of(3 << 20).holds(3 << 20)).toBe(true);
});
