import type { Packet } from '../decode/packet.ts';

/** Copies come within some packets of each other; so many rows stay in the processor's cache. */
const rows = 1 << 15;

/**
 * Tells an exact copy of a frame (both ports of a switch mirrored) from a retransmission: same connection, IP
 * identification, numbers, flags, length and TCP checksum, which stands for the payload, within a short time.
 * A row is found by one hash of these and holds another, independent one: of 2^32 packets one is taken for a copy by
 * mistake, and bytes that are new never are (`Tracker`). A copy that comes after its row was overwritten counts as a
 * retransmission, which is harmless.
 */
export class Duplicates {
  /** Two words a row: the mark, and milliseconds. */
  private readonly table = new Uint32Array(2 * rows);
  private readonly msMax: number;

  constructor(msMax: number) {
    this.msMax = msMax;
  }

  /** Whether this packet of connection `slot` was seen just before; remembers it. `nowMs` counts modulo 2^32. */
  seen(slot: number, packet: Packet, nowMs: number): boolean {
    const { table } = this;
    const { sequence, acknowledgement } = packet;
    const shape = (packet.flags << 24) ^ (packet.payloadLength << 1) ^ (packet.sourcePort << 8);
    const label = (packet.identification << 16) ^ packet.checksum ^ (packet.identification >>> 16);
    let where = Math.imul(sequence ^ (slot << 7), 0x9e3779b1);
    where = Math.imul(where ^ (where >>> 15) ^ acknowledgement, 0x85ebca6b);
    where = Math.imul(where ^ (where >>> 13) ^ shape, 0xc2b2ae35);
    where = Math.imul(where ^ (where >>> 16) ^ label, 0x27d4eb2f);
    let mark = Math.imul(label ^ Math.imul(slot + 1, 0x165667b1), 0x2c1b3c6d);
    mark = Math.imul(mark ^ (mark >>> 12) ^ sequence, 0x297a2d39);
    mark = Math.imul(mark ^ (mark >>> 15) ^ shape, 0x1b56c4e9);
    mark = Math.imul(mark ^ (mark >>> 14) ^ acknowledgement, 0x7feb352d);
    // Never 0, so that an empty row is no packet's.
    mark = ((mark ^ (mark >>> 15)) | 1) >>> 0;
    const row = 2 * ((where ^ (where >>> 15)) & (rows - 1));
    if (table[row] === mark && (nowMs - table[row + 1]) >>> 0 <= this.msMax) return true;
    table[row] = mark;
    table[row + 1] = nowMs;
    return false;
  }
}
