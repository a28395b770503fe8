// Proves that gzip is undone as a stream: whole, cut, damaged, in small pieces, and bounded.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { GunzipSource } from '../../src/capture/gzip.ts';
import { describeDecompressor } from './decompressor.ts';
import { memorySource } from './sources.ts';

describeDecompressor({
  name: 'gzip',
  compress: (bytes) => gzipSync(bytes),
  open: (source) => new GunzipSource(source),
  word: 'gzip',
});

describe('a small input that unfolds to very much', () => {
  it('is unfolded only as far as it is read', async () => {
    // Proves the bound on read-ahead: 256 MB of zeros are 260 kB of gzip.
    const bomb = gzipSync(Buffer.alloc(256 << 20), { level: 9 });
    const source = new GunzipSource(memorySource(bomb));
    await source.read(new Uint8Array(1000), 0, 1000);
    await new Promise((resume) => setTimeout(resume, 50));
    expect(source.consumed).toBeLessThan(140_000);
    source.close();
  });
});
