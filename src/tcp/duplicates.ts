import type { Packet } from '../decode/packet.ts';

const rows = 1 << 16;

/**
 * Tells an exact copy of a frame (both ports of a switch mirrored) from a retransmission: same connection, IP
 * identification, numbers, flags, length and TCP checksum, which stands for the payload, within a short time.
 * One row per hash: a copy that comes after its row was overwritten counts as a retransmission, which is
 * harmless.
 */
export class Duplicates {
  private readonly marks = new Uint32Array(rows);
  private readonly times = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  private readonly msMax: number;

  constructor(msMax: number) {
    this.msMax = msMax;
  }

  /** Whether this packet of connection `slot` was seen just before; remembers it. */
  seen(slot: number, packet: Packet, nowMs: number): boolean {
    let mark = Math.imul(packet.sequence ^ (slot << 7), 0x9e3779b1);
    mark = Math.imul(mark ^ (mark >>> 15) ^ packet.acknowledgement, 0x85ebca6b);
    mark = Math.imul(mark ^ (mark >>> 13) ^ packet.identification ^ (packet.flags << 24), 0xc2b2ae35);
    mark = Math.imul(
      mark ^ (mark >>> 16) ^ packet.checksum ^ (packet.payloadLength << 16) ^ packet.sourcePort,
      0x27d4eb2f,
    );
    mark = (mark ^ (mark >>> 15)) >>> 0;
    const row = mark & (rows - 1);
    const same = this.marks[row] === mark && nowMs - this.times[row] <= this.msMax;
    if (same) return true;
    this.marks[row] = mark;
    this.times[row] = nowMs;
    return false;
  }
}
