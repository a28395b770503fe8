import { u16be } from '../bytes/reader.ts';
import type { Packet } from './packet.ts';

/** What a TCP checksum is. */
export const Sum = {
  right: 0,
  wrong: 1,
  /** Left for the network card to fill in, as captures on the sending host have it: says nothing of the bytes. */
  offloaded: 2,
  /** Not all of the segment is there. */
  unknown: 3,
} as const;

/** Whether the checksum of the packet's innermost IP header is right (RFC 791); IPv6 has none. */
export function ipHeaderHolds(packet: Packet): boolean {
  if (packet.family === 6) return true;
  const { addressBytes } = packet;
  const at = packet.sourceAt - 12;
  return fold(added(addressBytes, at, at + (addressBytes[at] & 0xf) * 4)) === 0xffff;
}

/** The TCP checksum of a decoded segment, RFC 9293 section 3.1: reads all of its bytes. */
export function tcpSum(packet: Packet): number {
  const { bytes, at, payloadEnd, payloadStart, payloadLength, checksum } = packet;
  if (payloadEnd - payloadStart < payloadLength) return Sum.unknown;
  const length = payloadEnd - at;
  const pseudo = protocolTcp + addressSum(packet);
  if (fold(pseudo + length + added(bytes, at, payloadEnd)) === 0xffff) return Sum.right;
  // With the length, or without where the card cuts the segment into several.
  const partial = checksum === fold(pseudo + length) || checksum === fold(pseudo);
  return partial || checksum === 0 ? Sum.offloaded : Sum.wrong;
}

/**
 * A number of a decoded segment, from its header alone, that says of a segment of the same connection, place and length
 * whether its payload adds up to the same: the checksum without all that may differ when it is sent again. True as far as
 * both checksums are right.
 */
export function payloadMark(packet: Packet): number {
  const { bytes, at, payloadStart } = packet;
  // The length of the header is in the sum too, as part of the segment's.
  return fold(payloadStart - at + added(bytes, at + 8, payloadStart));
}

/**
 * Whether `length` payload bytes of a segment, from `start` of its memory on, add up to what those of an earlier one of its
 * connection did, which had just this place: its sequence number, its length, and its mark (`payloadMark`).
 */
export function addsUpTo(packet: Packet, start: number, length: number, sequence: number, mark: number): boolean {
  const ends = addressSum(packet) + packet.sourcePort + packet.targetPort;
  const place = (sequence >>> 16) + (sequence & 0xffff) + length;
  const before = 0xffff - fold(protocolTcp + ends + place + mark);
  // Both zeros of ones' complement are one.
  return (fold(added(packet.bytes, start, start + length)) - before) % 0xffff === 0;
}

const protocolTcp = 6;

/** Of both addresses; an IPv4 one counts by its last word. */
function addressSum({ family, words }: Packet): number {
  let sum = 0;
  for (let i = family === 4 ? 3 : 0; i < 8; i += family === 4 ? 4 : 1) sum += (words[i] >>> 16) + (words[i] & 0xffff);
  return sum;
}

/** From here on summing by larger words is faster. */
const longBytesMin = 64;

/** Sum of the 16-bit words from `from` to `to`; an odd last byte is the upper half of one. */
function added(bytes: Uint8Array, from: number, to: number): number {
  return to - from < longBytesMin ? addedPairs(bytes, from, to) : addedWords(bytes, from, to);
}

function addedPairs(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  let at = from;
  for (; at + 1 < to; at += 2) sum += u16be(bytes, at);
  return at < to ? sum + (bytes[at] << 8) : sum;
}

/**
 * The same by words of 32 bits where memory has them. The sum of words with their bytes in the other order is the sum
 * with its bytes in the other order, and so it is of words that begin at an odd byte (RFC 1071 section 2).
 */
function addedWords(bytes: Uint8Array, from: number, to: number): number {
  const words = wordsOf(bytes);
  const first = (bytes.byteOffset + from + 3) >>> 2;
  const last = (bytes.byteOffset + to) >>> 2;
  const begin = 4 * first - bytes.byteOffset;
  const odd = ((begin - from) & 1) === 1;
  let low = 0;
  let high = 0;
  for (let i = first; i < last; i++) {
    low += words[i] & 0xffff;
    high += words[i] >>> 16;
  }
  const sum = fold(low + high);
  const tail = fold(addedPairs(bytes, 4 * last - bytes.byteOffset, to));
  return addedPairs(bytes, from, begin) + (odd === littleEndian ? sum : swapped(sum)) + (odd ? swapped(tail) : tail);
}

function swapped(sum: number): number {
  return ((sum & 0xff) << 8) | (sum >>> 8);
}

const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** The memory that `bytes` lie in as words: nearly always that of the packet before. */
function wordsOf({ buffer }: Uint8Array): Uint32Array {
  if (wordsLast.buffer !== buffer) wordsLast = new Uint32Array(buffer, 0, buffer.byteLength >>> 2);
  return wordsLast;
}

let wordsLast: Uint32Array = new Uint32Array(0);

/** The ones' complement sum of 16 bits (RFC 1071). */
function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return folded;
}
