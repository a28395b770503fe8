import { limits as defaultLimits, type Limits } from '../model/limits.ts';
import type { ByteSource } from './source.ts';

/** Room for what a block left unread: the largest packet with its headers and options. */
const tailBytesMax = 2 * defaultLimits.packetBytesMax;

/** What bounds the reading of captures. */
export type ReadLimits = Pick<Limits, 'readBytes' | 'packetBytesMax'>;

/**
 * A sliding window over a byte source. Each read lands at the same place of one of two blocks of memory; the unread
 * tail is moved in front of it. When the source answers by promises, the next block is read while this one is being
 * used: reading and parsing overlap.
 */
export class Window {
  /** The block in use; the other one after each `fill`. */
  bytes = makeBlock();
  /** The same memory. */
  view = viewOf(this.bytes);
  /** Unread bytes are `start` to `end`. */
  start = tailBytesMax;
  end = tailBytesMax;
  /** Bytes handed on from the source. */
  bytesRead = 0;
  ended = false;
  readonly limits: ReadLimits;
  private readonly source: ByteSource;
  private spare: Uint8Array | null = null;
  /** The read under way into `spare`. */
  private ahead: Promise<number> | null = null;

  constructor(source: ByteSource, limits: ReadLimits = defaultLimits) {
    this.source = source;
    this.limits = limits;
  }

  /** Offset in the input of position `at` of the window. */
  offset(at: number): number {
    return this.bytesRead - (this.end - at);
  }

  /** Reads once more; false at the end of the source. The unread tail must be below `tailBytesMax`. */
  async fill(): Promise<boolean> {
    if (this.ended) return false;
    const count = this.ahead === null ? await this.readHere() : await this.takeAhead(this.ahead);
    if (count === 0) {
      this.ended = true;
      return false;
    }
    this.end += count;
    this.bytesRead += count;
    return true;
  }

  /** Reads into the block in use. */
  private async readHere(): Promise<number> {
    this.moveTail(this.bytes);
    const answer = this.source.read(this.bytes, tailBytesMax, this.limits.readBytes);
    if (typeof answer === 'number') return answer;
    const count = await answer;
    if (count > 0) this.readAhead();
    return count;
  }

  /** Changes to the block that was read meanwhile, and has the other one read. */
  private async takeAhead(ahead: Promise<number>): Promise<number> {
    const count = await ahead;
    this.ahead = null;
    const before = this.bytes;
    this.moveTail(this.spare as Uint8Array);
    this.bytes = this.spare as Uint8Array;
    this.view = viewOf(this.bytes);
    this.spare = before;
    if (count > 0) this.readAhead();
    return count;
  }

  private readAhead(): void {
    this.spare ??= makeBlock();
    const answer = this.source.read(this.spare, tailBytesMax, this.limits.readBytes);
    this.ahead = typeof answer === 'number' ? Promise.resolve(answer) : answer;
  }

  private moveTail(to: Uint8Array): void {
    const tail = this.end - this.start;
    if (to === this.bytes) to.copyWithin(tailBytesMax - tail, this.start, this.end);
    else to.set(this.bytes.subarray(this.start, this.end), tailBytesMax - tail);
    this.start = tailBytesMax - tail;
    this.end = tailBytesMax;
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

/**
 * Memory for a tail and a read. The view starts 64 bytes into its ArrayBuffer: reads into page-aligned memory are
 * several times slower on common machines.
 */
function makeBlock(): Uint8Array {
  return new Uint8Array(new ArrayBuffer(64 + tailBytesMax + defaultLimits.readBytes), 64);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
