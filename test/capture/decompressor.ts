import { describe, expect, it } from 'vitest';
import { compressionOf, decompressed, headOf } from '../../src/capture/compression.ts';
import type { InputSource } from '../../src/capture/input-source.ts';
import { collect, memorySource } from './sources.ts';

export interface Decompressor {
  readonly name: string;
  readonly compress: (bytes: Uint8Array) => Uint8Array;
  readonly open: (source: InputSource) => InputSource;
  readonly word: 'gzip' | 'zstd';
}

/** 3 MB of which no part repeats exactly. */
const content = makeContent(3_000_000);

/** What every decompressor must do. */
export function describeDecompressor({ name, compress, open, word }: Decompressor): void {
  describe(name, () => {
    const compressed = compress(content);

    it('gives the content back', async () => {
      // Proves the whole way, with reads of odd sizes.
      const source = open(memorySource(compressed));
      expect(content.equals(await collect(source, 77_777))).toBe(true);
      expect(source.error).toBeNull();
      expect(source.consumed).toBe(compressed.length);
    });

    it('reads all members of a file put together from several', async () => {
      // Proves that `cat a.gz b.gz` is two captures' worth of bytes.
      const source = open(memorySource(Buffer.concat([compressed, compress(content.subarray(0, 10))])));
      expect((await collect(source, 1 << 20)).length).toBe(content.length + 10);
      expect(source.error).toBeNull();
    });

    it.each([0.1, 0.5, 0.999])('of a stream cut at %d uses what came before, and says so', async (share) => {
      // Proves that a cut loses nothing of what came before it (up to the block it falls into).
      const source = open(memorySource(compressed.subarray(0, Math.floor(compressed.length * share))));
      const read = await collect(source, 100_000);
      expect(read.length).toBeGreaterThan(content.length * share - 300_000);
      expect(content.subarray(0, read.length).equals(read)).toBe(true);
      expect(source.error).toMatch(new RegExp(`cut.* in its ${word} stream after ${read.length} bytes`));
    });

    it('of a damaged stream keeps what came before', async () => {
      // Proves that damage is an end, not an exception.
      const damaged = Buffer.concat([compressed.subarray(0, 1_000_000), Buffer.alloc(5000, 0xff)]);
      const source = open(memorySource(damaged));
      const read = await collect(source, 100_000);
      expect(read.length).toBeGreaterThan(200_000);
      expect(source.error).toContain(`in its ${word} stream`);
    });

    it('gives the same from a source that comes in small pieces, later', async () => {
      // Proves that a slow pipe is waited for.
      const small = content.subarray(0, 20_000);
      const source = open(memorySource(compress(small), 997, true));
      expect(small.equals(await collect(source, 4096))).toBe(true);
    });

    it('closes in the middle', async () => {
      // Proves that an interrupt leaves nothing hanging.
      const source = open(memorySource(compressed));
      await source.read(new Uint8Array(1000), 0, 1000);
      source.close();
      expect(await source.read(new Uint8Array(10), 0, 0)).toBe(0);
    });

    it('is recognised by its content', async () => {
      // Proves that the name does not matter, and that folders are searched inside compression.
      expect(compressionOf(compressed)).toBe(word);
      expect([...headOf(compressed.subarray(0, 131_072 + 32)).subarray(0, 4)]).toEqual([...content.subarray(0, 4)]);
      const source = await decompressed(memorySource(compressed));
      expect((await collect(source, 1 << 20)).length).toBe(content.length);
    });
  });
}

function makeContent(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = i % 3 === 0 ? state >>> 24 : i >>> 8;
  }
  return bytes;
}
