import { limits } from '../model/limits.ts';
import type { ByteSource } from './source.ts';

/** Room for what a block left unread: the largest packet with its headers and options. */
const tailBytesMax = 2 * limits.packetBytesMax;

/**
 * A sliding window over a byte source. Each read lands at the same place of the same memory; the unread tail
 * is moved in front of it. The view starts 64 bytes into its ArrayBuffer: reads into page-aligned memory are
 * several times slower on common machines.
 */
export class Window {
  readonly bytes = new Uint8Array(new ArrayBuffer(64 + tailBytesMax + limits.readBytes), 64);
  /** Unread bytes are `start` to `end`. */
  start = tailBytesMax;
  end = tailBytesMax;
  /** Bytes ever read from the source. */
  bytesRead = 0;
  ended = false;
  private readonly source: ByteSource;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** Offset in the input of position `at` of the window. */
  offset(at: number): number {
    return this.bytesRead - (this.end - at);
  }

  /** Reads once more; false at the end of the source. The unread tail must be below `tailBytesMax`. */
  async fill(): Promise<boolean> {
    if (this.ended) return false;
    const tail = this.end - this.start;
    this.bytes.copyWithin(tailBytesMax - tail, this.start, this.end);
    this.start = tailBytesMax - tail;
    this.end = tailBytesMax;
    const pending = this.source.read(this.bytes, tailBytesMax, limits.readBytes);
    const count = typeof pending === 'number' ? pending : await pending;
    if (count === 0) {
      this.ended = true;
      return false;
    }
    this.end += count;
    this.bytesRead += count;
    return true;
  }

  /** Reads until `length` bytes are at hand; false if the source ends before. */
  async need(length: number): Promise<boolean> {
    while (this.end - this.start < length) if (!(await this.fill())) return false;
    return true;
  }

  /** Passes over `length` bytes, however many; false if the source ends before. */
  async skip(length: number): Promise<boolean> {
    let left = length;
    while (left > this.end - this.start) {
      left -= this.end - this.start;
      this.start = this.end;
      if (!(await this.fill())) return false;
    }
    this.start += left;
    return true;
  }
}
