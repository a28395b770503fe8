// Not its build for Node, which begins with threads that nothing here starts.
import { Inflate } from 'fflate/browser';
import { HeldBytes } from '../../bytes/held-bytes.ts';

/** Compressed bytes given to the inflater at once: at most 1032 times as many come out (RFC 1951), so 2 MiB. */
const SLICE_BYTES = 2048;
/** A stored block is put out once it is whole: after more input than one without output, the stream is over. */
const SILENT_BYTES_MAX = 65_535 + 2 * SLICE_BYTES;

/** So far from its start a broken stream is read up to the byte at fault; beyond, its last slice is lost. */
const KEPT_BYTES_MAX = 16_384;

export type InflateEnd = 'limit' | 'deflate-error';

/**
 * A deflated data set (PS3.5 section A.5: raw deflate, RFC 1951; a zlib header, which some write, is passed). Input is
 * gathered into slices of one size, so that neither time nor result depends on how it comes in pieces.
 */
export class DeflatedStream {
  /** Why no more comes out, though more came in. */
  ended: InflateEnd | null = null;

  private readonly out: (bytes: Uint8Array, start: number, end: number) => void;
  private readonly bytesMax: number;
  private readonly inflate: Inflate;
  /** The first bytes given, by which what comes before an error is found. */
  private readonly kept = new HeldBytes(KEPT_BYTES_MAX);
  private readonly slice = new Uint8Array(SLICE_BYTES);
  private sliceLength = 0;
  private first = true;
  private outBytes = 0;
  private silentBytes = 0;

  constructor(bytesMax: number, out: (bytes: Uint8Array, start: number, end: number) => void) {
    this.bytesMax = bytesMax;
    this.out = out;
    this.inflate = new Inflate((chunk) => this.chunk(chunk));
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && this.ended === null && this.silentBytes < SILENT_BYTES_MAX) {
      const step = Math.min(end - at, SLICE_BYTES - this.sliceLength);
      this.slice.set(bytes.subarray(at, at + step), this.sliceLength);
      this.sliceLength += step;
      at += step;
      if (this.sliceLength === SLICE_BYTES) this.flush();
    }
  }

  /** Gives out what the bytes so far hold. */
  flush(): void {
    const from = this.first && isZlib(this.slice, this.sliceLength) ? 2 : 0;
    this.first = false;
    if (this.sliceLength > from) this.push(this.slice.slice(from, this.sliceLength), false);
    this.sliceLength = 0;
  }

  /** The last byte was given: a stream that is not over by then is broken. */
  finish(): void {
    this.flush();
    if (this.ended === null) this.push(new Uint8Array(0), true);
  }

  private push(bytes: Uint8Array, last: boolean): void {
    const before = this.outBytes;
    const room = this.kept.room;
    if (room > 0) this.kept.append(bytes, 0, bytes.length);
    try {
      this.inflate.push(bytes, last);
    } catch (thrown) {
      refuseOthers(thrown);
      if (bytes.length <= room) this.rescue(bytes.length);
      this.ended ??= 'deflate-error';
    }
    this.silentBytes = this.outBytes > before ? 0 : this.silentBytes + bytes.length;
  }

  /**
   * The inflater gives nothing of a slice with an error in it: others are given less and less of its `length` bytes. Not one byte
   * after the other, for of a block whose tables are not whole yet each time costs as much as all of it.
   */
  private rescue(length: number): void {
    const given = this.outBytes;
    const before = this.kept.length - length;
    let [whole, broken] = [0, length];
    while (broken - whole > 1) {
      const middle = (whole + broken) >>> 1;
      if (this.inflated(before + middle, () => {})) whole = middle;
      else broken = middle;
    }
    let made = 0;
    this.inflated(before + whole, (chunk) => {
      const known = Math.min(chunk.length, Math.max(0, given - made));
      made += chunk.length;
      if (known < chunk.length) this.chunk(chunk.subarray(known));
    });
  }

  /** Whether the first `length` bytes kept are without an error; of those that are, what comes out is told. */
  private inflated(length: number, tell: (chunk: Uint8Array) => void): boolean {
    try {
      new Inflate(tell).push(this.kept.bytes.slice(0, length), false);
      return true;
    } catch (thrown) {
      refuseOthers(thrown);
      return false;
    }
  }

  private chunk(bytes: Uint8Array): void {
    const left = this.bytesMax - this.outBytes;
    const length = Math.min(bytes.length, left);
    this.outBytes += length;
    if (length > 0) this.out(bytes, 0, length);
    if (length < bytes.length) this.ended = 'limit';
  }
}

/** fflate's own errors carry a number; anything else came from the reader of the output and is not ours to keep. */
function refuseOthers(thrown: unknown): void {
  if (!(thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'number')) throw thrown;
}

/** RFC 1950 section 2.2: method 8 and a check that the first two bytes are a multiple of 31. */
function isZlib(bytes: Uint8Array, length: number): boolean {
  return length >= 2 && (bytes[0] & 0x0f) === 8 && bytes[0] >> 4 <= 7 && ((bytes[0] << 8) | bytes[1]) % 31 === 0;
}
