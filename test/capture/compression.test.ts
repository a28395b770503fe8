// Proves that compression is told by content, and that what is not compressed is left as it is.
import { describe, expect, it } from 'vitest';
import { compressionOf, decompressed, headOf } from '../../src/capture/compression.ts';
import { collect, memorySource } from './sources.ts';

describe('the first bytes', () => {
  it.each([
    [[0x1f, 0x8b, 8, 0], 'gzip'],
    [[0x1f, 0x8b, 7, 0], 'none'],
    [[0x28, 0xb5, 0x2f, 0xfd], 'zstd'],
    [[0x5a, 0x2a, 0x4d, 0x18], 'zstd'],
    [[0x6a, 0x2a, 0x4d, 0x18], 'none'],
    [[0xd4, 0xc3, 0xb2, 0xa1], 'none'],
    [[0x1f, 0x8b, 8], 'none'],
    [[], 'none'],
  ] as const)('%j are %s', (bytes, compression) => {
    // Proves the magic numbers, zstd's skippable frames too.
    expect(compressionOf(Uint8Array.from(bytes))).toBe(compression);
  });

  it('of what only looks compressed are no content', () => {
    // Proves that a folder may hold anything.
    expect(headOf(Uint8Array.from([0x1f, 0x8b, 8, 0xff, 1, 2, 3]))).toHaveLength(0);
    expect(headOf(Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, ...new Array(40).fill(0xff)]))).toHaveLength(0);
  });
});

describe('what is not compressed', () => {
  it.each([[[]], [[1]], [[1, 2, 3]], [[0xd4, 0xc3, 0xb2, 0xa1, 9]]])('passes through: %j', async (bytes) => {
    // Proves that looking at the first bytes takes none away.
    const source = await decompressed(memorySource(Uint8Array.from(bytes), 1));
    expect([...(await collect(source, 10))]).toEqual(bytes);
  });
});
