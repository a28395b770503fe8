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
export function ipHeaderHolds({ family, addressBytes, sourceAt }: Packet): boolean {
  return family === 6 || ipv4HeaderHolds(addressBytes, sourceAt - 12);
}

/** The same of the IPv4 header at `at`. */
function ipv4HeaderHolds(bytes: Uint8Array, at: number): boolean {
  return fold(added(bytes, at, at + (bytes[at] & 0xf) * 4)) === 0xffff;
}

/**
 * Beside a sum of headers: their checksum is one that offload leaves; not all of the segment is there; that of the IP
 * header is wrong.
 */
const offloaded = 1 << 16;
const cut = 1 << 17;
const wrongIp = 1 << 18;

/**
 * What the headers of a segment say of its checksums, so that its payload can be summed later, where it lies then, or
 * never. Not 0:
 *
 *   bits 0 to 15  sum of the TCP header and the pseudo header
 *   above         marks
 */
export function headerSum(packet: Packet): number {
  const { bytes, at, payloadEnd, payloadStart, payloadLength, checksum } = packet;
  const marks = ipHeaderHolds(packet) ? 0 : wrongIp;
  if (payloadEnd - payloadStart < payloadLength) return marks | cut;
  return marks | segmentHeaderSum(bytes, at, payloadStart, payloadLength, addressSum(packet), checksum);
}

/**
 * The same of a segment over IPv4, all of which is there: where its headers, and its payload of `length` bytes, begin.
 */
export function ipv4HeaderSum(
  bytes: Uint8Array,
  network: number,
  at: number,
  payload: number,
  length: number,
  checksum: number,
): number {
  const marks = ipv4HeaderHolds(bytes, network) ? 0 : wrongIp;
  const addresses = added(bytes, at - 8, at);
  return marks | segmentHeaderSum(bytes, at, payload, length, addresses, checksum);
}

function segmentHeaderSum(
  bytes: Uint8Array,
  at: number,
  payload: number,
  length: number,
  addresses: number,
  checksum: number,
): number {
  const pseudo = protocolTcp + addresses;
  const whole = pseudo + payload - at + length;
  // With the length, or without where the card cuts the segment into several.
  const partial = checksum === fold(whole) || checksum === fold(pseudo) || checksum === 0;
  return (partial ? offloaded : 0) | fold(whole + added(bytes, at, payload));
}

/**
 * What the TCP checksum of a segment is (`Sum`), of which the headers say `header`, and the payload lies from `start`
 * to `end`.
 */
export function payloadSum(header: number, bytes: Uint8Array, start: number, end: number): number {
  if ((header & cut) !== 0) return Sum.unknown;
  if (fold((header & 0xffff) + added(bytes, start, end)) === 0xffff) return Sum.right;
  return (header & offloaded) === 0 ? Sum.wrong : Sum.offloaded;
}

/** Whether the checksum of its IP header is right. */
export function ipHolds(header: number): boolean {
  return (header & wrongIp) === 0;
}

/**
 * A number of a decoded segment, from its header alone, that says of a segment of the same connection, place and length
 * whether its payload adds up to the same: the checksum without all that may differ when it is sent again. True as far
 * as both checksums are right.
 */
export function payloadMark(packet: Packet): number {
  const { bytes, at, payloadStart } = packet;
  // The length of the header is in the sum too, as part of the segment's.
  return fold(payloadStart - at + added(bytes, at + 8, payloadStart));
}

/**
 * Whether `length` payload bytes of a segment, from `start` of its memory on, add up to what those of an earlier one of
 * its connection did, which had just this place: its sequence number, its length, and its mark (`payloadMark`).
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
  for (let i = family === 4 ? 3 : 0; i < 8; i += family === 4 ? 4 : 1) sum += halves(words[i]);
  return sum;
}

function halves(word: number): number {
  return (word >>> 16) + (word & 0xffff);
}

/**
 * Sum of the 16-bit words from `from` to `to`, still to be folded; an odd last byte is the upper half of one. By the
 * words that memory has: the sum of words with their bytes in the other order is the sum with its bytes in the other
 * order, and so it is of words that begin at an odd byte (RFC 1071 section 2).
 */
export function added(bytes: Uint8Array, from: number, to: number): number {
  if (from === to) return 0;
  if (bytes !== viewed.bytes) view(bytes);
  const { words, pairs, before } = viewed;
  const odd = ((before + from) & 1) === 1;
  let at = (before + from + 1) >>> 1;
  let end = (before + to) >>> 1;
  let sum = 0;
  // One before the first pair, one after the last.
  if (at < end && at & 1) sum += words[at++];
  if (at < end && end & 1) sum += words[--end];
  for (let pair = at >>> 1; 2 * pair < end; pair += pairsMax) {
    sum += addedPairs(pairs, pair, Math.min(end >>> 1, pair + pairsMax));
  }
  const inMemory = fold((sum & 0xffff) + Math.floor(sum / 0x1_0000));
  // What lies outside of whole words: a first byte at an odd place, a last one at an even.
  const first = odd ? bytes[from] << 8 : 0;
  const last = ((before + to) & 1) === 1 ? bytes[to - 1] << (odd ? 0 : 8) : 0;
  return first + (odd === littleEndian ? inMemory : swapped(inMemory)) + last;
}

/** So many upper halves stay below 2^32, and so many lower ones. */
const pairsMax = 1 << 16;

/**
 * Sum of the halves of pairs of words. The pairs are summed as they are, modulo 2^32, and their upper halves: what
 * these leave of that sum is the lower ones', whose sum is folded once. That takes half the loads of summing word by
 * word.
 */
function addedPairs(pairs: Int32Array, from: number, to: number): number {
  let sum = 0;
  let upper = 0;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const a = pairs[at];
    const b = pairs[at + 1];
    const c = pairs[at + 2];
    const d = pairs[at + 3];
    const e = pairs[at + 4];
    const f = pairs[at + 5];
    const g = pairs[at + 6];
    const h = pairs[at + 7];
    sum = (sum + a + b + c + d + e + f + g + h) | 0;
    upper = (upper + (a >>> 16) + (b >>> 16) + (c >>> 16) + (d >>> 16)) | 0;
    upper = (upper + (e >>> 16) + (f >>> 16) + (g >>> 16) + (h >>> 16)) | 0;
  }
  for (; at < to; at++) {
    sum = (sum + pairs[at]) | 0;
    upper = (upper + (pairs[at] >>> 16)) | 0;
  }
  return (upper >>> 0) + (((sum >>> 16) - upper) & 0xffff) + (sum & 0xffff);
}

function swapped(sum: number): number {
  return ((sum & 0xff) << 8) | (sum >>> 8);
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * The words of the memory that `bytes` lie in, `before` bytes of it before them, and pairs of words: nearly always that
 * of the packet before.
 */
const viewed: { bytes: Uint8Array; words: Uint16Array; pairs: Int32Array; before: number } = {
  bytes: new Uint8Array(0),
  words: new Uint16Array(0),
  pairs: new Int32Array(0),
  before: 0,
};

function view(bytes: Uint8Array): void {
  const { buffer } = bytes;
  viewed.bytes = bytes;
  viewed.words = new Uint16Array(buffer, 0, buffer.byteLength >>> 1);
  viewed.pairs = new Int32Array(buffer, 0, buffer.byteLength >>> 2);
  viewed.before = bytes.byteOffset;
}

/** The ones' complement sum of 16 bits (RFC 1071). */
function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return folded;
}
