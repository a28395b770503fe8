import type { Packet } from '../decode/packet.ts';

/** Copies come within a few packets of each other; few rows stay in the processor's cache. */
const rows = 1 << 12;
/** Words of a row: what tells a packet from others, and when it came. Half a cache line. */
const rowWords = 8;

/**
 * Tells an exact copy of a frame (both ports of a switch mirrored) from a retransmission: same connection, IP
 * identification, numbers, flags, length and TCP checksum, which stands for the payload, within a short time.
 * All are compared, not only their hash: a packet taken for a copy by mistake would be lost. One row per hash: a
 * copy that comes after its row was overwritten counts as a retransmission, which is harmless.
 */
export class Duplicates {
  private readonly table = new Uint32Array(rows * rowWords);
  private readonly msMax: number;

  constructor(msMax: number) {
    this.msMax = msMax;
  }

  /** Whether this packet of connection `slot` was seen just before; remembers it. */
  seen(slot: number, packet: Packet, nowMs: number): boolean {
    const { table } = this;
    // Never 0, so that an empty row is no packet's.
    const name = slot + 1;
    const ends = ((packet.sourcePort << 16) | packet.checksum) >>> 0;
    const shape = ((packet.flags << 24) ^ packet.payloadLength) >>> 0;
    let hash = Math.imul(packet.sequence ^ (slot << 7), 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ packet.acknowledgement, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13) ^ packet.identification ^ shape, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 16) ^ ends, 0x27d4eb2f);
    const row = ((hash ^ (hash >>> 15)) & (rows - 1)) * rowWords;
    const same =
      table[row] === packet.sequence &&
      table[row + 1] === packet.acknowledgement &&
      table[row + 2] === name &&
      table[row + 3] === ends &&
      table[row + 4] === shape &&
      table[row + 5] === packet.identification &&
      (nowMs - table[row + 6]) >>> 0 <= this.msMax;
    if (same) return true;
    table[row] = packet.sequence;
    table[row + 1] = packet.acknowledgement;
    table[row + 2] = name;
    table[row + 3] = ends;
    table[row + 4] = shape;
    table[row + 5] = packet.identification;
    table[row + 6] = nowMs;
    return false;
  }
}
