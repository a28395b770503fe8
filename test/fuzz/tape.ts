/** Reads decisions from an input: zeros once it is used up, so that every input is a program. */
export class Tape {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = Math.min(at, bytes.length);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  u8(): number {
    return this.at < this.bytes.length ? this.bytes[this.at++] : 0;
  }

  u16(): number {
    return (this.u8() << 8) | this.u8();
  }

  u32(): number {
    return ((this.u16() << 16) | this.u16()) >>> 0;
  }

  /** A view of the next `length` bytes, or of fewer at the end. */
  take(length: number): Uint8Array {
    const start = this.at;
    this.at = Math.min(this.bytes.length, start + length);
    return this.bytes.subarray(start, this.at);
  }
}
