// Proves that the window gives every byte once, knows where it is, and keeps what was not read.
import { describe, expect, it } from 'vitest';
import { Window } from '../../src/capture/window.ts';
import { limits } from '../../src/model/limits.ts';
import { chunkedSource, chunkSizes, seeded } from '../support/chunks.ts';

const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

describe('window', () => {
  it.each(chunkSizes)('reads and skips at random, in chunks of %i bytes', async (size) => {
    const random = seeded(size);
    const window = new Window(chunkedSource(bytes, size, 'promised'));
    let at = 0;
    while (at < bytes.length) {
      const length = Math.min(bytes.length - at, 1 + Math.floor(random() * 5000));
      if (random() < 0.5) expect(await window.skip(length)).toBe(true);
      else {
        expect(await window.need(length)).toBe(true);
        expect(window.offset(window.start)).toBe(at);
        const same = Buffer.compare(
          window.bytes.subarray(window.start, window.start + length),
          bytes.subarray(at, at + length),
        );
        expect(same).toBe(0);
        window.start += length;
      }
      at += length;
    }
    expect(await window.need(1)).toBe(false);
    expect([window.ended, window.bytesRead, window.offset(window.end)]).toEqual([true, bytes.length, bytes.length]);
  });

  it('keeps an unread tail of the largest packet over a read', async () => {
    const large = new Uint8Array(3 * limits.readBytes).map((_, i) => (i * 7) & 0xff);
    const window = new Window(chunkedSource(large, limits.readBytes));
    await window.fill();
    window.start = window.end - (limits.packetBytesMax + 24);
    const offset = window.offset(window.start);
    await window.fill();
    expect(window.offset(window.start)).toBe(offset);
    const expected = large.subarray(offset, offset + limits.packetBytesMax + 24);
    const got = window.bytes.subarray(window.start, window.start + expected.length);
    expect(Buffer.compare(got, expected)).toBe(0);
  });

  it('says when the source ends before what was asked for, and asks it no more', async () => {
    let reads = 0;
    const source = chunkedSource(bytes.subarray(0, 10), 4);
    const counted = {
      ...source,
      read: (into: Uint8Array, at: number, length: number) => ++reads && source.read(into, at, length),
    };
    const window = new Window(counted);
    expect(await window.need(11)).toBe(false);
    expect(window.end - window.start).toBe(10);
    expect(await window.skip(11)).toBe(false);
    expect(await window.fill()).toBe(false);
    expect(reads).toBe(4);
  });

  it('passes on the error of its source', async () => {
    const failing = () => Promise.reject(new Error('EIO'));
    await expect(new Window({ read: failing, close() {} }).need(1)).rejects.toThrow('EIO');
  });

  it('is no page-aligned view: reads into those are slow', () => {
    expect(new Window(chunkedSource(bytes, 1)).bytes.byteOffset % 4096).toBe(64);
  });
});
