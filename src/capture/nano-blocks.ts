import type { Batch } from './batch.ts';
import { block, option, text } from './live/pcapng-blocks.ts';

/**
 * Blocks of pcapng (draft-ietf-opsawg-pcapng) that keep packets as they are: any link type, no snap length, times in
 * nanoseconds, each packet's bytes and its length on the wire. Little-endian, section header by `sectionHeader`.
 */
export function nanoInterface(linkType: number, name: string | null): Buffer {
  const fixed = Buffer.alloc(8);
  fixed.writeUInt16LE(linkType, 0);
  return block(1, fixed, [text(2, name ?? undefined), option(9, Buffer.from([9]))]);
}

/** Bytes of a packet's block beside the packet and its padding. */
const besidePacketBytes = 32;

/** Bytes that packet `i` takes as a block without comment. */
export function frameBlockBytes(batch: Batch, i: number): number {
  return besidePacketBytes + ((batch.captured[i] + 3) & ~3);
}

/** Packet `i` as an enhanced packet block of interface `id` at `at` of `into`, which has room for it; where it ends. */
export function writeFrame(into: Buffer, at: number, id: number, batch: Batch, i: number): number {
  const captured = batch.captured[i];
  const from = batch.start[i];
  const length = frameBlockBytes(batch, i);
  writeHeader(into, at, length, id, batch, i);
  Buffer.prototype.copy.call(batch.bytes, into, at + 28, from, from + captured);
  into.fill(0, at + 28 + captured, at + length - 4);
  into.writeUInt32LE(length, at + length - 4);
  return at + length;
}

/** The same with a comment, at most 1,024 bytes of it. */
export function commentedFrame(id: number, batch: Batch, i: number, comment: string): Buffer {
  const plain = frameBlockBytes(batch, i);
  const options = Buffer.concat([text(1, comment) as Buffer, Buffer.alloc(4)]);
  const whole = Buffer.alloc(plain + options.length);
  writeFrame(whole, 0, id, batch, i);
  options.copy(whole, plain - 4);
  whole.writeUInt32LE(whole.length, 4);
  whole.writeUInt32LE(whole.length, whole.length - 4);
  return whole;
}

/** An interface statistics block that says from when to when the packets of interface 0 are, and how many. */
export function spanStatistics(first: Stamp, last: Stamp, packets: number): Buffer {
  const fixed = Buffer.alloc(12);
  stampBytes(last).copy(fixed, 4);
  const count = Buffer.alloc(8);
  count.writeBigUInt64LE(BigInt(packets));
  return block(5, fixed, [option(2, stampBytes(first)), option(3, stampBytes(last)), option(8, count)]);
}

/** Seconds since 1970 and nanoseconds. */
export interface Stamp {
  readonly seconds: number;
  readonly nanos: number;
}

function stampBytes({ seconds, nanos }: Stamp): Buffer {
  const bytes = Buffer.alloc(8);
  writeStamp(bytes, 0, seconds, nanos);
  return bytes;
}

/**
 *    0  4  type                12  8  time stamp, upper half first
 *    4  4  total length        20  4  captured length
 *    8  4  interface           24  4  original length
 */
function writeHeader(into: Buffer, at: number, length: number, id: number, batch: Batch, i: number): void {
  into.writeUInt32LE(6, at);
  into.writeUInt32LE(length, at + 4);
  into.writeUInt32LE(id, at + 8);
  writeStamp(into, at + 12, batch.seconds[i], batch.nanos[i]);
  into.writeUInt32LE(batch.captured[i], at + 20);
  into.writeUInt32LE(batch.original[i], at + 24);
}

/** Nanoseconds since 1970 pass 2^53: multiplied by halves of 10^9, each step stays below. */
function writeStamp(into: Buffer, at: number, seconds: number, nanos: number): void {
  const upper = seconds * 15_258; // 10^9 >>> 16
  const rest = seconds * 51_712 + nanos; // 10^9 & FFFFH
  const low = (rest % 0x1_0000_0000) + (upper % 0x1_0000) * 0x1_0000;
  const high = Math.floor(rest / 0x1_0000_0000) + Math.floor(upper / 0x1_0000) + (low >= 0x1_0000_0000 ? 1 : 0);
  into.writeUInt32LE(high, at);
  into.writeUInt32LE(low % 0x1_0000_0000, at + 4);
}
