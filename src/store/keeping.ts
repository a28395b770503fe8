import type { DiskUse } from './disk-use.ts';

/** How long records are kept, and how much of the disk they may take. */
export interface Keeping {
  /** Records older than this go. */
  readonly days: number;
  /** Database, write-ahead log and shared memory together. */
  readonly bytesMax: number;
  /** So much of the disk stays free: on a full one even removing fails. */
  readonly freeBytesMin: number;
}

export const defaultKeeping: Keeping = { days: 90, bytesMax: 10 * 2 ** 30, freeBytesMin: 512 * 2 ** 20 };

/** What the store may take now: where others fill the disk, it gives way. Of a small disk a tenth stays free. */
export function bytesAllowed({ bytesMax, freeBytesMin }: Keeping, { bytes, freeBytes }: DiskUse): number {
  const within = bytes + freeBytes;
  return Math.min(bytesMax, within - Math.min(freeBytesMin, within * FREE_SHARE));
}

const FREE_SHARE = 0.1;

/**
 * Of what the store may take in all, the write-ahead log's part. It is to be that long only while a reader holds it.
 */
export function walBytesMax(bytesMax: number): number {
  return Math.min(WAL_BYTES_MAX, bytesMax / 8);
}

const WAL_BYTES_MAX = 256 * 2 ** 20;
