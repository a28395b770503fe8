import { closeSync, copyFileSync, openSync, readSync, truncateSync } from 'node:fs';

const blockBytes = 4 << 20;
const fileHeaderBytes = 24;
const recordHeaderBytes = 16;

/**
 * Walks the packets of a classic pcap file in this machine's byte order, from its start to `bytesMax` at most: how
 * many packets lie whole in that, and where the last of them ends.
 */
export function shapeOf(file, bytesMax = Number.POSITIVE_INFINITY) {
  const input = openSync(file, 'r');
  const block = Buffer.alloc(blockBytes);
  let packets = 0;
  let next = fileHeaderBytes;
  try {
    for (;;) {
      const count = readSync(input, block, 0, blockBytes, next);
      let at = 0;
      while (at + recordHeaderBytes <= count) {
        const length = recordHeaderBytes + block.readUInt32LE(at + 8);
        if (at + length > count || next + at + length > bytesMax) break;
        at += length;
        packets++;
      }
      next += at;
      if (at === 0) return { packets, bytes: next };
    }
  } finally {
    closeSync(input);
  }
}

/** The first packets of a capture, `bytesMax` bytes at most, as a file of their own. Returns its shape. */
export function sliceTo(file, slice, bytesMax) {
  const shape = shapeOf(file, bytesMax);
  copyFileSync(file, slice);
  truncateSync(slice, shape.bytes);
  return shape;
}
