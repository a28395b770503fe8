import { crc32 } from 'node:zlib';
import type { KeyedHash } from '../analyzer.ts';

/** The beginning of a data set, and of what follows this much of every block, goes into its mark. */
const headBytes = 16_384;
const sampleBytes = 4096;
const blockBytes = 65_536;

/**
 * Tells two contents of one object apart without reading all of it: the CRC-32 of its first 16 KiB and of the first 4
 * KiB of every 64 KiB after the first, and its length. What lies between samples may change unseen. Bytes that no
 * sample takes are not looked at.
 */
export class ContentMark {
  private position = 0;
  /** Where the sample at hand, or the next one, begins and ends. */
  private from = 0;
  private to = headBytes;
  private sum = 0;

  begin(): void {
    this.position = 0;
    this.from = 0;
    this.to = headBytes;
    this.sum = 0;
  }

  /** Bytes `start` to `end` are the next ones. */
  data(bytes: Uint8Array, start: number, end: number): void {
    const base = this.position - start;
    this.position += end - start;
    while (this.position > this.from) {
      const first = Math.max(start, this.from - base);
      const last = Math.min(end, this.to - base);
      if (last > first) this.sum = crc32(bytes.subarray(first, last), this.sum);
      if (this.position < this.to) return;
      this.from = (Math.floor(this.from / blockBytes) + 1) * blockBytes;
      this.to = this.from + sampleBytes;
    }
  }

  /** The next `length` bytes came, none of them in a sample. */
  passed(length: number): void {
    this.position += length;
  }

  /**
   * Of all that came since `begin`: a keyed hash, for who knows an object but for one value could try values on a
   * checksum.
   */
  text(hash: KeyedHash): string {
    written.setFloat64(0, this.position);
    written.setUint32(8, this.sum);
    return hash('content', writtenBytes, 0, writtenBytes.length);
  }
}

/** How many bytes from a position on no sample takes. */
export function unsampledFrom(position: number): number {
  const inBlock = position % blockBytes;
  return inBlock < (position < blockBytes ? headBytes : sampleBytes) ? 0 : blockBytes - inBlock;
}

/** Used again each time: length and CRC. */
const writtenBytes = new Uint8Array(12);
const written = new DataView(writtenBytes.buffer);
