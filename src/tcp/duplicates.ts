import { Head } from '../decode/heads.ts';
import type { Packet } from '../decode/packet.ts';

/** Copies come within some packets of each other; so many rows stay in the processor's cache. */
const rows = 1 << 15;
/** Marks that wait to be entered. */
const waitingMax = 1024;

/**
 * Tells an exact copy of a frame (both ports of a switch mirrored) from a retransmission: same connection, IP
 * identification, numbers, flags, length and TCP checksum, which stands for the payload, within a short time.
 * A row is found by one hash of these and holds another, independent one: of 2^32 packets one is taken for a copy by
 * mistake, and bytes that are new never are (`Tracker`). A copy that comes after its row was overwritten counts as a
 * retransmission, which is harmless.
 *
 * Of a packet that tells something new only the mark is kept. Marks are entered many at a time: each lands anywhere in
 * the table, and memory answers many such accesses in the time of one, if none waits for the other.
 */
export class Duplicates {
  /** Two words a row: the mark, and milliseconds. */
  private readonly table = new Int32Array(2 * rows);
  /** Three words a mark that is not entered yet: its row, the mark, milliseconds. */
  private readonly waiting = new Int32Array(3 * waitingMax);
  private waits = 0;
  private readonly msMax: number;
  /** Of the packet marked last. */
  private row = 0;
  private mark = 0;

  constructor(msMax: number) {
    this.msMax = msMax;
  }

  /** Remembers a packet of connection `slot` that is no copy, for it is the first to say what it says. `nowMs` counts modulo 2^32, signed. */
  note(slot: number, packet: Packet, nowMs: number): void {
    this.markOf(slot, packet);
    this.wait(nowMs);
  }

  /** The same of a packet that has a row of heads. */
  noteRow(slot: number, rows: Int32Array, row: number, nowMs: number): void {
    const ports = rows[row + Head.ports];
    const shape = (rows[row + Head.shape] & 0xff00_0000) ^ (rows[row + Head.length] << 1) ^ ((ports >>> 16) << 8);
    this.mix(slot, rows[row + Head.sequence], rows[row + Head.acknowledgement], shape, rows[row + Head.label]);
    this.wait(nowMs);
  }

  /** Whether this packet of connection `slot` was seen just before; remembers it. */
  seen(slot: number, packet: Packet, nowMs: number): boolean {
    this.enterAll();
    this.markOf(slot, packet);
    return this.enter(this.row, this.mark, nowMs);
  }

  private wait(nowMs: number): void {
    const { waiting } = this;
    const at = 3 * this.waits;
    waiting[at] = this.row;
    waiting[at + 1] = this.mark;
    waiting[at + 2] = nowMs;
    this.waits++;
    if (this.waits === waitingMax) this.enterAll();
  }

  private enterAll(): void {
    const { waiting } = this;
    const end = 3 * this.waits;
    for (let at = 0; at < end; at += 3) this.enter(waiting[at], waiting[at + 1], waiting[at + 2]);
    this.waits = 0;
  }

  /** Whether the mark was there already, and lately; enters it if not. */
  private enter(row: number, mark: number, nowMs: number): boolean {
    const { table } = this;
    if (table[row] === mark && (nowMs - table[row + 1]) >>> 0 <= this.msMax) return true;
    table[row] = mark;
    table[row + 1] = nowMs;
    return false;
  }

  private markOf(slot: number, packet: Packet): void {
    const shape = (packet.flags << 24) ^ (packet.payloadLength << 1) ^ (packet.sourcePort << 8);
    const label = (packet.identification << 16) ^ packet.checksum ^ (packet.identification >>> 16);
    this.mix(slot, packet.sequence, packet.acknowledgement, shape, label);
  }

  private mix(slot: number, sequence: number, acknowledgement: number, shape: number, label: number): void {
    let where = Math.imul(sequence ^ (slot << 7), 0x9e3779b1);
    where = Math.imul(where ^ (where >>> 15) ^ acknowledgement, 0x85ebca6b);
    where = Math.imul(where ^ (where >>> 13) ^ shape, 0xc2b2ae35);
    where = Math.imul(where ^ (where >>> 16) ^ label, 0x27d4eb2f);
    let mark = Math.imul(label ^ Math.imul(slot + 1, 0x165667b1), 0x2c1b3c6d);
    mark = Math.imul(mark ^ (mark >>> 12) ^ sequence, 0x297a2d39);
    mark = Math.imul(mark ^ (mark >>> 15) ^ shape, 0x1b56c4e9);
    mark = Math.imul(mark ^ (mark >>> 14) ^ acknowledgement, 0x7feb352d);
    this.row = 2 * ((where ^ (where >>> 15)) & (rows - 1));
    // Never 0, so that an empty row is no packet's.
    this.mark = (mark ^ (mark >>> 15)) | 1;
  }
}
