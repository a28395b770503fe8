import { Inflater } from './inflater.ts';

/** Compressed bytes given to the inflater at once. */
const SLICE_BYTES = 2048;

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
  private readonly inflater: Inflater;
  private readonly slice = new Uint8Array(SLICE_BYTES);
  private sliceLength = 0;
  private first = true;
  private outBytes = 0;

  constructor(bytesMax: number, out: (bytes: Uint8Array, start: number, end: number) => void) {
    this.bytesMax = bytesMax;
    this.out = out;
    this.inflater = new Inflater((bytes, start, end) => this.chunk(bytes, start, end));
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && this.inflater.state === 'more') {
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
    if (this.sliceLength > from && this.inflater.state === 'more') {
      const state = this.inflater.push(this.slice.subarray(from, this.sliceLength));
      if (state === 'broken') this.ended ??= 'deflate-error';
    }
    this.sliceLength = 0;
  }

  /** The last byte was given: a stream that is not over by then is broken. */
  finish(): void {
    this.flush();
    if (this.inflater.state === 'more') this.ended ??= 'deflate-error';
  }

  /** Passes on what there is room for; whether there is room for more. */
  private chunk(bytes: Uint8Array, start: number, end: number): boolean {
    const length = Math.min(end - start, this.bytesMax - this.outBytes);
    this.outBytes += length;
    if (length > 0) this.out(bytes, start, start + length);
    if (length < end - start) this.ended = 'limit';
    return this.ended === null;
  }
}

/** RFC 1950 section 2.2: method 8 and a check that the first two bytes are a multiple of 31. */
function isZlib(bytes: Uint8Array, length: number): boolean {
  return length >= 2 && (bytes[0] & 0x0f) === 8 && bytes[0] >> 4 <= 7 && ((bytes[0] << 8) | bytes[1]) % 31 === 0;
}
