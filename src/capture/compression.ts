import { constants, gunzipSync } from 'node:zlib';
import { Decompress } from 'fzstd';
import { type InputSource, PrefixedSource } from './input-source.ts';

export type Compression = 'gzip' | 'zstd' | 'none';

/**
 * Undoes gzip and zstd, told by the first bytes and not by a name. What is not compressed passes through, without
 * loading what starts programs and inflates: Node takes 10 ms for that.
 */
export async function decompressed(source: InputSource): Promise<InputSource> {
  const head = new Uint8Array(headBytes);
  let length = 0;
  while (length < head.length) {
    const count = await source.read(head, length, head.length - length);
    if (count === 0) break;
    length += count;
  }
  const whole = new PrefixedSource(head.subarray(0, length), source);
  switch (compressionOf(head.subarray(0, length))) {
    case 'gzip':
      return new (await import('./gzip.ts')).GunzipSource(whole);
    case 'zstd':
      return (await import('./zstd.ts')).zstdSource(whole);
    case 'none':
      return whole;
  }
}

/** Below any capture's file header, so that a pipe is not waited at; enough to show what a file is that is none. */
const headBytes = 16;

/**
 * By magic number: gzip, RFC 1952 section 2.3.1 (1F 8B and method 8); zstd, RFC 8878 section 3.1.1 (FD2FB528)
 * and 3.1.2 (184D2A50 to 5F, a skippable frame).
 */
export function compressionOf(head: Uint8Array): Compression {
  if (head.length < 4) return 'none';
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 8) return 'gzip';
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd';
  if ((head[0] & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18) return 'zstd';
  return 'none';
}

/** The first bytes of the content, of the first bytes of a file: enough to tell whether it is a capture. */
export function headOf(bytes: Uint8Array): Uint8Array {
  try {
    switch (compressionOf(bytes)) {
      case 'gzip':
        return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
      case 'zstd':
        return zstdHead(bytes);
      case 'none':
        return bytes;
    }
  } catch {
    return new Uint8Array(0);
  }
}

function zstdHead(bytes: Uint8Array): Uint8Array {
  let head = new Uint8Array(0);
  const decompress = new Decompress((chunk) => {
    if (head.length === 0) head = chunk.slice(0, 64);
  });
  decompress.push(bytes);
  return head;
}
