import type { ByteSource } from '../../src/capture/source.ts';

/** The sizes at which readers are tried. */
export const chunkSizes = [1, 7, 1460, 65_537] as const;

/** A source that gives `bytes` in chunks of at most `size`; `promised` makes every answer a promise. */
export function chunkedSource(
  bytes: Uint8Array,
  size: number,
  delivery: 'at-hand' | 'promised' = 'at-hand',
): ByteSource & { readonly closed: boolean } {
  let given = 0;
  let closed = false;
  return {
    read(into, at, length) {
      const count = Math.min(size, length, bytes.length - given);
      into.set(bytes.subarray(given, given + count), at);
      given += count;
      return delivery === 'promised' ? Promise.resolve(count) : count;
    },
    close() {
      closed = true;
    },
    get closed() {
      return closed;
    },
  };
}

/** Calls `take` with successive pieces of `bytes`, each of at most `size`. */
export function inChunks(
  bytes: Uint8Array,
  size: number,
  take: (bytes: Uint8Array, start: number, end: number) => void,
): void {
  for (let at = 0; at < bytes.length; at += size) take(bytes, at, Math.min(bytes.length, at + size));
}

/** Pseudo-random numbers from 0 up to 1 from a fixed seed (mulberry32): the same in each run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
