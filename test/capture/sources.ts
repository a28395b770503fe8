import { execFileSync } from 'node:child_process';
import type { InputSource } from '../../src/capture/input-source.ts';

/** A source over bytes in memory, at most `piece` bytes a read; `later` makes each read wait a turn. */
export function memorySource(bytes: Uint8Array, piece = 1 << 20, later = false): InputSource {
  let at = 0;
  const take = (into: Uint8Array, to: number, length: number): number => {
    const part = bytes.subarray(at, at + Math.min(piece, length));
    into.set(part, to);
    at += part.length;
    return part.length;
  };
  return {
    read: (into, to, length) =>
      later ? new Promise((resume) => setImmediate(() => resume(take(into, to, length)))) : take(into, to, length),
    close: () => {},
    get consumed() {
      return at;
    },
    error: null,
  };
}

/** All that a source gives, in reads of `length`. */
export async function collect(source: InputSource, length: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (;;) {
    const into = new Uint8Array(length + 3);
    const count = await source.read(into, 3, length);
    if (count === 0) return Buffer.concat(parts);
    parts.push(Buffer.from(into.subarray(3, 3 + count)));
  }
}

/** Compressed by the zstd program, in frames with a checksum. */
export function zstd(bytes: Uint8Array): Uint8Array {
  return execFileSync('zstd', ['-qc', '-1'], { input: bytes, maxBuffer: 1 << 28 });
}
