/**
 * Blocks of pcapng (draft-ietf-opsawg-pcapng), little-endian, as a capture process writes them.
 *
 *    block                       option
 *       0  4  type                 0  2  code
 *       4  4  total length         2  2  length
 *       8  …  body, options        4  …  value, padded to 4 bytes
 *       …  4  total length
 */
export function sectionHeader(options: { readonly comment?: string; readonly application?: string }): Buffer {
  const fixed = Buffer.alloc(16);
  fixed.writeUInt32LE(0x1a2b3c4d, 0); // byte order
  fixed.writeUInt16LE(1, 4); // version 1.0
  fixed.writeBigInt64LE(-1n, 8); // length of the section, not known
  return block(0x0a0d0d0a, fixed, [text(1, options.comment), text(4, options.application)]);
}

/** Interface 0 of the section; microseconds, which is the default resolution. */
export function interfaceDescription(name: string, linkType: number, snapLength: number): Buffer {
  const fixed = Buffer.alloc(8);
  fixed.writeUInt16LE(linkType, 0);
  fixed.writeUInt32LE(snapLength, 4);
  return block(1, fixed, [text(2, name)]);
}

/** Packets since the section began; null is not written. */
export interface StatisticsNumbers {
  readonly received: number | null;
  readonly interfaceDropped: number | null;
  readonly accepted: number | null;
  readonly systemDropped: number | null;
  readonly delivered: number | null;
}

/** `micros`: wall clock. */
export function interfaceStatistics(micros: number, numbers: StatisticsNumbers, comment?: string): Buffer {
  const fixed = Buffer.alloc(12);
  fixed.writeUInt32LE(Math.floor(micros / 0x1_0000_0000), 4);
  fixed.writeUInt32LE((micros % 0x1_0000_0000) >>> 0, 8);
  const { received, interfaceDropped, accepted, systemDropped, delivered } = numbers;
  return block(5, fixed, [
    text(1, comment),
    count(4, received),
    count(5, interfaceDropped),
    count(6, accepted),
    count(7, systemDropped),
    count(8, delivered),
  ]);
}

/** Bytes of an enhanced packet block beside the packet and its padding. */
export const packetBlockBytes = 32;

/** An enhanced packet block of interface 0 at `at` of `into`, which has room for it; where it ends. */
export function writePacket(
  into: Buffer,
  at: number,
  micros: number,
  original: number,
  bytes: Uint8Array,
  from: number,
  captured: number,
): number {
  const padded = (captured + 3) & ~3;
  const length = packetBlockBytes + padded;
  into.writeUInt32LE(6, at);
  into.writeUInt32LE(length, at + 4);
  into.writeUInt32LE(0, at + 8);
  into.writeUInt32LE(Math.floor(micros / 0x1_0000_0000), at + 12);
  into.writeUInt32LE((micros % 0x1_0000_0000) >>> 0, at + 16);
  into.writeUInt32LE(captured, at + 20);
  // The padding is zero: what stands before it overwrites the rest of this.
  into.writeUInt32LE(0, at + length - 8);
  into.writeUInt32LE(original, at + 24);
  into.set(bytes.subarray(from, from + captured), at + 28);
  into.writeUInt32LE(length, at + length - 4);
  return at + length;
}

export function block(type: number, fixed: Buffer, options: readonly (Buffer | null)[]): Buffer {
  const given = options.filter((option) => option !== null);
  const end = given.length === 0 ? [] : [Buffer.alloc(4)]; // opt_endofopt
  const body = Buffer.concat([fixed, ...given, ...end]);
  const whole = Buffer.alloc(12 + body.length);
  whole.writeUInt32LE(type, 0);
  whole.writeUInt32LE(whole.length, 4);
  body.copy(whole, 8);
  whole.writeUInt32LE(whole.length, whole.length - 4);
  return whole;
}

export function text(code: number, value: string | undefined): Buffer | null {
  return value === undefined ? null : option(code, Buffer.from(value, 'utf8').subarray(0, 1024));
}

function count(code: number, value: number | null): Buffer | null {
  if (value === null) return null;
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return option(code, bytes);
}

export function option(code: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + ((value.length + 3) & ~3));
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt16LE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}
