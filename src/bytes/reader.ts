import { Malformed } from './malformed.ts';

/**
 * A bounded reader over bytes `start` to `end`: it cannot see past its end, and each read names its field, so
 * that a short or wrong item says what and where. Offsets in errors count from the first reader's start.
 */
export class Reader {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly origin: number;
  at: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length, origin = start) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.origin = origin;
  }

  get left(): number {
    return this.end - this.at;
  }

  get offset(): number {
    return this.at - this.origin;
  }

  u8(field: string): number {
    const at = this.take(1, field);
    return this.bytes[at];
  }

  u16be(field: string): number {
    const at = this.take(2, field);
    return (this.bytes[at] << 8) | this.bytes[at + 1];
  }

  u24be(field: string): number {
    const at = this.take(3, field);
    return (this.bytes[at] << 16) | (this.bytes[at + 1] << 8) | this.bytes[at + 2];
  }

  u32be(field: string): number {
    const at = this.take(4, field);
    return u32be(this.bytes, at);
  }

  u16le(field: string): number {
    const at = this.take(2, field);
    return this.bytes[at] | (this.bytes[at + 1] << 8);
  }

  u32le(field: string): number {
    const at = this.take(4, field);
    return u32le(this.bytes, at);
  }

  skip(length: number, field: string): void {
    this.take(length, field);
  }

  /** A view of the next `length` bytes. */
  view(length: number, field: string): Uint8Array {
    const at = this.take(length, field);
    return this.bytes.subarray(at, at + length);
  }

  /** A reader of the next `length` bytes that cannot see past them. */
  sub(length: number, field: string): Reader {
    const at = this.take(length, field);
    return new Reader(this.bytes, at, at + length, this.origin);
  }

  private take(length: number, field: string): number {
    const at = this.at;
    // Written so that a negative length, or none, is refused too.
    if (!(length >= 0 && length <= this.end - at)) {
      throw new Malformed(field, at - this.origin, `needs ${length} bytes, ${this.end - at} left`);
    }
    this.at = at + length;
    return at;
  }
}

export function u16be(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

export function u32be(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}

/**
 * The same four bytes as a signed number: of numbers of which only equality, distance and hashes matter. Signed ones
 * are small integers to V8 whatever their value; unsigned ones above 2^31 would be boxed wherever an object keeps them.
 */
export function i32be(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

export function u16le(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8);
}

export function u32le(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}
