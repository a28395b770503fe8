import { ipHeaderHolds, payloadMark, Sum, tcpSum } from '../decode/checksum.ts';
import type { Packet } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import { Flag } from './slots.ts';
import type { Streams } from './streams.ts';

/** Marks kept of payloads: as many as still lie in the processor's cache. */
const rows = 1 << 14;

/**
 * Checksums, and payloads that come again with other bytes. To sum every payload would cost what skipping Pixel Data
 * spares, so only these are summed: segments that open or reset a connection, the first bytes of each direction, and
 * what comes early or again, where a wrong checksum would tell that the receiver did not take the bytes that were
 * read. A wrong one is never a reason to drop: offload leaves them so.
 *
 * Of the first part of each direction, where associations are negotiated, a mark of each payload is kept, made of its
 * header alone. A segment of the same place and length that comes again later with another sum carried other bytes.
 */
export class Checks {
  private readonly streams: Streams;
  /** Two words a row: which segment, and the mark of its payload. */
  private readonly table = new Uint32Array(2 * rows);

  constructor(streams: Streams) {
    this.streams = streams;
  }

  /** The next bytes of a side, before they are handed on; `covered` came before them. */
  first(slot: number, side: Side, packet: Packet, covered: number): void {
    const row = rowOf(slot, packet);
    this.table[row] = labelOf(slot, packet);
    this.table[row + 1] = payloadMark(packet);
    if (covered < this.streams.limits.checksumBytesMax) this.verify(slot, side, packet);
  }

  /** A segment that brings nothing new. One whose checksum is wrong tells nothing. */
  again(slot: number, side: Side, packet: Packet): void {
    const { slots, counts } = this.streams;
    const right = this.verify(slot, side, packet);
    const row = rowOf(slot, packet);
    if (this.table[row] !== labelOf(slot, packet) || this.table[row + 1] === payloadMark(packet)) return;
    // The mark of the first copy means something where the host fills checksums in.
    if (!right || (slots.flags[slot] & (Flag.summedRight << side)) === 0) return;
    counts.conflicting++;
    slots.flags[slot] |= Flag.ambiguous << side;
  }

  /** Sums a segment; whether its checksum is right. */
  verify(slot: number, side: Side, packet: Packet): boolean {
    const { slots, counts } = this.streams;
    counts.summed++;
    if (!ipHeaderHolds(packet)) {
      counts.wrongIp++;
      counts.wrongIpBytes += packet.payloadLength;
    }
    const sum = tcpSum(packet);
    if (sum === Sum.wrong || sum === Sum.offloaded) {
      counts.wrongTcp++;
      counts.wrongTcpBytes += packet.payloadLength;
    }
    if (sum === Sum.right) slots.flags[slot] |= Flag.summedRight << side;
    else if (sum === Sum.wrong) slots.flags[slot] |= Flag.summedWrong << side;
    return sum === Sum.right;
  }
}

function rowOf(slot: number, { sequence, payloadLength }: Packet): number {
  let hash = Math.imul(sequence ^ (slot << 9), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ payloadLength, 0x85ebca6b);
  return 2 * ((hash ^ (hash >>> 15)) & (rows - 1));
}

/** Another, independent hash of which segment it is; never 0, so that an empty row is no segment's. */
function labelOf(slot: number, { sequence, payloadLength, sourcePort }: Packet): number {
  let hash = Math.imul(sequence ^ Math.imul(slot + 1, 0x165667b1), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12) ^ payloadLength ^ (sourcePort << 16), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) | 1) >>> 0;
}
