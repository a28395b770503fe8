import type { Batch } from '../capture/batch.ts';
import { addsUpTo, headerSum, ipHolds, ipv4HeaderSum, payloadMark, payloadSum, Sum } from '../decode/checksum.ts';
import { Head, headWords } from '../decode/heads.ts';
import { type Packet, SYN } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import { advance } from './sequence.ts';
import { Flag } from './slots.ts';
import type { Streams } from './streams.ts';

/** Marks kept of payloads: as many as still lie in the processor's cache. */
const rows = 1 << 14;

/**
 * Checksums, and payloads that come again with other bytes. To sum every payload would cost what skipping Pixel Data
 * spares, so only these are summed: segments that open or reset a connection, the first bytes of each direction, and
 * what comes early or again and is read, where a wrong checksum would tell that the receiver did not take the bytes
 * that were. Whether early bytes are read is known once the hole before them is filled, and until then their sum is
 * owed. A wrong one is never a reason to drop: offload leaves them so.
 *
 * Of the first part of each direction, where associations are negotiated, a mark of each payload is kept, made of its
 * header alone. A segment that comes later and holds the whole place of such a payload, with another sum there, carried
 * other bytes.
 */
export class Checks {
  private readonly streams: Streams;
  /** Two words a row: which segment; the length of its payload, and behind it the mark. */
  private readonly table = new Uint32Array(2 * rows);

  constructor(streams: Streams) {
    this.streams = streams;
  }

  /** The next bytes of a side, before they are handed on; `covered` came before them. */
  first(slot: number, side: Side, packet: Packet, covered: number): void {
    const { sequence, sourcePort } = packet;
    const row = rowOf(slot, sequence);
    this.table[row] = labelOf(slot, sequence, sourcePort);
    this.table[row + 1] = (packet.payloadLength << 16) | payloadMark(packet);
    const isTiny = packet.payloadLength <= this.streams.tinySegmentBytes;
    if (isTiny || this.streams.slots.tiny.size > 0) this.tiny(2 * slot + side, isTiny);
    if (covered < this.streams.limits.checksumBytesMax) this.verify(slot, side, packet);
  }

  /** Counts tiny segments that come one after the other. */
  private tiny(row: number, isTiny: boolean): void {
    const { tiny } = this.streams.slots;
    const known = tiny.get(row) ?? 0;
    if (isTiny) {
      const run = Math.min((known & 0xffff) + 1, 0x7fff);
      tiny.set(row, (Math.max(known >>> 16, run) << 16) | run);
    } else if (known > 0) tiny.set(row, known & ~0xffff);
  }

  /**
   * A segment that begins `behind` bytes before the next one: as many of its bytes, all at most, came before. One whose
   * checksum is wrong tells nothing.
   */
  again(slot: number, side: Side, packet: Packet, behind: number): void {
    const { slots, counts, limits } = this.streams;
    const right = this.verify(slot, side, packet);
    // The marks of the first copies mean something where the host fills checksums in.
    if (!right || (slots.flags[slot] & (Flag.summedRight << side)) === 0) return;
    if (slots.covered[2 * slot + side] - behind >= limits.markedBytesMax || !this.differs(slot, packet, behind)) return;
    counts.conflicting++;
    slots.flags[slot] |= Flag.ambiguous << side;
  }

  /** Whether any payload that is marked and lies within the first `behind` bytes of a segment had other bytes. */
  private differs(slot: number, packet: Packet, behind: number): boolean {
    const { table } = this;
    const { payloadStart, sourcePort } = packet;
    const end = payloadStart + Math.min(behind, packet.payloadLength);
    // Data in a SYN begins one after its number, by which its mark is found.
    const shift = packet.flags & SYN ? 1 : 0;
    for (let at = payloadStart; at < end; ) {
      const sequence = advance(packet.sequence, at - payloadStart + (at > payloadStart ? shift : 0)) >>> 0;
      const row = rowOf(slot, sequence);
      if (table[row] !== labelOf(slot, sequence, sourcePort)) at++;
      else {
        const length = table[row + 1] >>> 16;
        const whole = length > 0 && at + length <= end;
        if (whole && !addsUpTo(packet, at, length, sequence, table[row + 1] & 0xffff)) return true;
        at += Math.max(1, length);
      }
    }
    return false;
  }

  /** Sums a segment; whether its checksum is right. */
  verify(slot: number, side: Side, packet: Packet): boolean {
    const { bytes, payloadStart, payloadEnd, payloadLength } = packet;
    return this.settle(slot, side, headerSum(packet), bytes, payloadStart, payloadEnd, payloadLength);
  }

  /** What is to be known of a segment's headers, so that it can be summed later (`settle`). Not 0. */
  owed(packet: Packet): number {
    return headerSum(packet);
  }

  /** The same of packet `i` of a batch, which has a row of heads. */
  owedRow({ bytes, start }: Batch, heads: Int32Array, i: number): number {
    const row = headWords * i;
    const network = start[i] + ethernetBytes;
    const payload = start[i] + (heads[row + Head.shape] & 0xffff);
    const checksum = heads[row + Head.label] & 0xffff;
    return ipv4HeaderSum(bytes, network, network + ipv4Bytes, payload, heads[row + Head.length], checksum);
  }

  /**
   * Sums a segment of `length` bytes of payload, of which `start` to `end` are there; whether its checksum is right.
   */
  settle(
    slot: number,
    side: Side,
    owed: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    length: number,
  ): boolean {
    const { slots, counts } = this.streams;
    const sum = payloadSum(owed, bytes, start, end);
    counts.summed++;
    if (!ipHolds(owed)) {
      counts.wrongIp++;
      counts.wrongIpBytes += length;
    }
    if (sum === Sum.wrong || sum === Sum.offloaded) {
      counts.wrongTcp++;
      counts.wrongTcpBytes += length;
    }
    if (sum === Sum.right) slots.flags[slot] |= Flag.summedRight << side;
    else if (sum === Sum.wrong) slots.flags[slot] |= Flag.summedWrong << side;
    return sum === Sum.right;
  }
}

/** Headers before the segment of a packet that has a row of heads. */
const ethernetBytes = 14;
const ipv4Bytes = 20;

function rowOf(slot: number, sequence: number): number {
  let hash = Math.imul(sequence ^ (slot << 9), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return 2 * ((hash ^ (hash >>> 15)) & (rows - 1));
}

/** Another, independent hash of which segment it is; never 0, so that an empty row is no segment's. */
function labelOf(slot: number, sequence: number, sourcePort: number): number {
  let hash = Math.imul(sequence ^ Math.imul(slot + 1, 0x165667b1), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12) ^ (sourcePort << 16), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) | 1) >>> 0;
}
