import { type Packet, SYN } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import type { Checks } from './checks.ts';
import { Stage } from './order.ts';
import { type Piece, unread } from './piece.ts';
import { Reorder } from './reorder.ts';
import { advance, distance } from './sequence.ts';
import { Age, Flag } from './slots.ts';
import { Spares } from './spares.ts';
import type { Streams } from './streams.ts';

/** Who takes the next bytes of a side once they are in order: `end - start` captured ones of `length` on the wire. */
export interface Delivery {
  deliver(slot: number, side: Side, bytes: Uint8Array, start: number, end: number, length: number): void;
}

/**
 * Bytes that came early, held behind a hole until it is filled or given up, under a budget for all connections. Of
 * those that nobody will read only the place is kept.
 */
export class Holes {
  private readonly streams: Streams;
  private readonly checks: Checks;
  private readonly delivery: Delivery;
  /** What is held, by row: twice the slot plus the side. A Map keeps insertion order, so the first waits longest. */
  private readonly reorders = new Map<number, Reorder>();
  /** The row looked for last, for packets of one connection come one after the other; -1 for none. */
  private row = -1;
  private ofRow: Reorder | undefined;
  private readonly spares = new Spares();
  /** Their cost together, in bytes. */
  cost = 0;

  constructor(streams: Streams, checks: Checks, delivery: Delivery) {
    this.streams = streams;
    this.checks = checks;
    this.delivery = delivery;
  }

  /**
   * The memory of the segments to come, which stays as it is until `settle`: what comes early need not be copied
   * before.
   */
  lend(bytes: Uint8Array): void {
    this.spares.lend(bytes);
  }

  /** That memory is used for something else from now on. */
  settle(): void {
    this.spares.settle();
  }

  /**
   * Whether the bytes of a segment, which begin `ahead` after the next one, need not be kept: they are all there, and
   * nobody will read them.
   */
  isUnneeded(slot: number, side: Side, packet: Packet, ahead: number): boolean {
    const { payloadStart, payloadEnd, payloadLength } = packet;
    return (
      ahead >= 0 && payloadEnd - payloadStart === payloadLength && this.areUnneeded(slot, side, ahead, payloadLength)
    );
  }

  /** The same of `length` bytes that are all there and begin `ahead` after the next one. */
  areUnneeded(slot: number, side: Side, ahead: number, length: number): boolean {
    const row = 2 * slot + side;
    if (ahead + length <= this.streams.handover.unneeded(row)) return true;
    const reorder = this.of(row);
    if (reorder === undefined) return false;
    const from = this.streams.position(slot, side) + ahead;
    return from >= reorder.foreseenFrom && from + length <= reorder.foreseenTo;
  }

  /**
   * Keeps bytes `start` to `end` of a segment, of `length` on the wire, that begin `ahead` after the next one, or
   * before it, and gives up holes past a bound. Of `unread` ones it keeps that they came. The sum that is `owed` is
   * settled once it is clear that they are read; 0 for none.
   */
  hold(
    slot: number,
    side: Side,
    bytes: Uint8Array,
    start: number,
    end: number,
    ahead: number,
    length: number,
    owed: number,
  ): void {
    const { slots, clock, counts } = this.streams;
    const reorder = this.reorderOf(slot, side);
    const before = reorder.cost;
    const { conflicts } = reorder;
    const skip = ahead < 0 ? -ahead : 0;
    const first = Math.min(end, start + skip);
    const from = this.streams.position(slot, side) + ahead + skip;
    const added = reorder.add(from, length - skip, bytes, first, end, clock.elapsedMs, owed);
    if (added < length - skip) {
      counts.retransmittedBytes += length - skip - added;
      if (owed !== 0) this.checks.settle(slot, side, owed, bytes, start, end, length);
    } else if (bytes !== unread && slots.age[slot] !== Age.reset && end - first === length - skip)
      this.foresee(slot, side, bytes, first, end, ahead + skip, reorder);
    this.cost += reorder.cost - before;
    if (reorder.conflicts > conflicts) {
      counts.conflicting++;
      slots.flags[slot] |= Flag.ambiguous << side;
    }
    if (ahead <= 0) this.drain(slot, side, reorder);
    this.bound(slot, side, reorder);
  }

  /**
   * The same of an unneeded segment that goes on with others of which only the place is kept: nearly all behind a hole
   * are such. False of any other, of which nothing was done.
   */
  lengthens(slot: number, side: Side, ahead: number, length: number): boolean {
    const reorder = this.of(2 * slot + side);
    if (reorder === undefined || !reorder.lengthens(this.streams.position(slot, side) + ahead, length)) return false;
    this.bound(slot, side, reorder);
    return true;
  }

  private of(row: number): Reorder | undefined {
    if (row !== this.row) {
      this.row = row;
      this.ofRow = this.reorders.get(row);
    }
    return this.ofRow;
  }

  private reorderOf(slot: number, side: Side): Reorder {
    const row = 2 * slot + side;
    const known = this.of(row);
    if (known !== undefined) return known;
    const reorder = new Reorder(this.spares, this.streams.order?.moment ?? 0);
    this.reorders.set(row, reorder);
    this.ofRow = reorder;
    this.streams.slots.flags[slot] |= Flag.pending << side;
    return reorder;
  }

  private bound(slot: number, side: Side, reorder: Reorder): void {
    const { limits } = this.streams;
    while (
      (reorder.length > limits.reorderBytesMax || reorder.count > limits.reorderPiecesMax) &&
      this.of(2 * slot + side) === reorder
    ) {
      this.giveUpHole(slot, side, reorder);
    }
    while (this.cost > limits.reorderTotalBytesMax) this.giveUpOldest();
  }

  /** What whole bytes that were kept say of those after them. */
  private foresee(
    slot: number,
    side: Side,
    bytes: Uint8Array,
    start: number,
    end: number,
    ahead: number,
    reorder: Reorder,
  ): void {
    const unneeded = this.streams.handover.unneededAfter(slot, side, bytes, start, end, ahead);
    if (unneeded === 0) return;
    reorder.foreseenFrom = this.streams.position(slot, side) + ahead + end - start;
    reorder.foreseenTo = reorder.foreseenFrom + unneeded;
  }

  /** Whether a segment holds bytes that were neither read nor are held. */
  bringsBytes(slot: number, side: Side, packet: Packet): boolean {
    if (packet.payloadLength === 0) return false;
    const { slots } = this.streams;
    if ((slots.flags[slot] & (Flag.known << side)) === 0) return true;
    const sequence = packet.flags & SYN ? advance(packet.sequence, 1) : packet.sequence;
    const ahead = distance(sequence, slots.expected[2 * slot + side]);
    const end = ahead + packet.payloadLength;
    return end > 0 && this.lacks(slot, side, Math.max(0, ahead), end - Math.max(0, ahead));
  }

  /** Whether any of `length` bytes, which begin `ahead` after the next one, is not held. */
  lacks(slot: number, side: Side, ahead: number, length: number): boolean {
    if (ahead >= this.reach(slot, side)) return true;
    return this.of(2 * slot + side)?.covers(this.streams.position(slot, side) + ahead, length) !== true;
  }

  /** How many bytes after the next one the last byte held lies; 0 when none is. */
  reach(slot: number, side: Side): number {
    if ((this.streams.slots.flags[slot] & (Flag.pending << side)) === 0) return 0;
    return Math.max(0, (this.of(2 * slot + side)?.end ?? 0) - this.streams.position(slot, side));
  }

  /** Gives up the holes of a connection that no packet will fill any more. */
  review(slot: number): void {
    for (let side = 0; side < 2; side++) {
      if ((this.streams.slots.flags[slot] & (Flag.pending << side)) === 0) continue;
      const row = 2 * slot + side;
      const reorder = this.of(row);
      if (reorder === undefined) continue;
      reorder.packets++;
      while (this.of(row) === reorder && this.hopeless(slot, side as Side, reorder)) {
        this.giveUpHole(slot, side as Side, reorder);
      }
    }
  }

  /** The same for all connections, as time goes by. */
  expire(): void {
    if (this.reorders.size === 0) return;
    for (const [row, reorder] of [...this.reorders]) {
      const slot = row >> 1;
      const side = (row & 1) as Side;
      while (this.of(row) === reorder && this.hopeless(slot, side, reorder)) {
        this.streams.stampLast(slot);
        this.streams.order?.waited(Stage.holes, reorder.since);
        this.giveUpHole(slot, side, reorder);
      }
    }
    this.streams.order?.atHand();
  }

  /** Gives up every hole of a side. */
  giveUpAll(slot: number, side: Side): void {
    const row = 2 * slot + side;
    for (let reorder = this.of(row); reorder !== undefined; reorder = this.of(row)) {
      this.giveUpHole(slot, side, reorder);
    }
  }

  /** Hands on what was held since a reset that was none. */
  resume(slot: number, side: Side): void {
    const reorder = this.of(2 * slot + side);
    if (reorder !== undefined) this.drain(slot, side, reorder);
  }

  /** Forgets what is held of a side. */
  discard(slot: number, side: Side): void {
    const row = 2 * slot + side;
    const reorder = this.of(row);
    if (reorder === undefined) return;
    const afterReset = this.streams.slots.age[slot] === Age.reset;
    this.cost -= reorder.cost;
    while (reorder.count > 0) {
      const piece = reorder.shift();
      if (afterReset) this.streams.afterReset(piece.length);
      else this.streams.unplaced(piece.length);
      this.spares.giveBack(piece);
    }
    this.reorders.delete(row);
    this.ofRow = undefined;
    this.streams.slots.flags[slot] &= ~(Flag.pending << side);
  }

  /** Hands on the pieces that now follow, until the next hole. */
  private drain(slot: number, side: Side, reorder: Reorder): void {
    const { slots } = this.streams;
    // What comes after a reset waits until it is known whether that was one.
    if (slots.age[slot] === Age.reset) return;
    let position = this.streams.position(slot, side);
    while (reorder.count > 0 && reorder.head.start <= position) {
      const piece = reorder.shift();
      this.cost -= piece.cost;
      if (piece.owed !== 0) this.settleSum(slot, side, piece);
      this.delivery.deliver(slot, side, piece.bytes, piece.from, piece.from + piece.captured, piece.length);
      this.spares.giveBack(piece);
      // Its FIN was reached: what was held behind it is gone, and the connection may be over.
      if ((slots.flags[slot] & (Flag.pending << side)) === 0) return;
      position = this.streams.position(slot, side);
    }
    if (reorder.count === 0) this.discard(slot, side);
  }

  /** Sums the segment of a piece that is to be handed on, if it will be read. */
  private settleSum(slot: number, side: Side, { owed, bytes, from, captured, length }: Piece): void {
    if (length <= this.streams.handover.unneeded(2 * slot + side)) return;
    this.checks.settle(slot, side, owed, bytes, from, from + captured, length);
  }

  /**
   * A hole whose end the receiver has acknowledged was received there and lost here: no retransmission will come,
   * only packets that the capture put in a wrong order, which a few packets bound. One that was not
   * acknowledged waits for a retransmission. A hole is as old as the piece behind it.
   */
  private hopeless(slot: number, side: Side, reorder: Reorder): boolean {
    const { slots, limits } = this.streams;
    if (slots.age[slot] === Age.reset) return false;
    const row = 2 * slot + side;
    const piece = reorder.head;
    const hole = piece.start - this.streams.position(slot, side);
    const ageMs = this.streams.clock.elapsedMs - piece.ms;
    const acknowledged =
      (slots.flags[slot] & (Flag.acknowledged << side)) !== 0 &&
      distance(slots.acknowledged[row], slots.expected[row]) >= hole;
    if (acknowledged) return reorder.packets - piece.packet > limits.holePacketsMax || ageMs > limits.holeMsMax;
    return ageMs > limits.holeSilentMsMax && !this.heard(slot, side);
  }

  /** Whether the other side's packets are captured, so that its acknowledgements would be seen. */
  private heard(slot: number, side: Side): boolean {
    return (this.streams.slots.flags[slot] & (Flag.seen << (1 - side))) !== 0;
  }

  private giveUpHole(slot: number, side: Side, reorder: Reorder): void {
    if (this.streams.slots.age[slot] === Age.reset) {
      this.discard(slot, side);
      return;
    }
    this.streams.giveUp(slot, side, reorder.head.start - this.streams.position(slot, side));
    this.drain(slot, side, reorder);
  }

  private giveUpOldest(): void {
    const first = this.reorders.entries().next();
    if (first.done === true) return;
    const [row, reorder] = first.value;
    const { streams } = this;
    const { seconds, nanos, input, frame } = streams;
    streams.stampLast(row >> 1);
    this.giveUpHole(row >> 1, (row & 1) as Side, reorder);
    streams.seconds = seconds;
    streams.nanos = nanos;
    streams.input = input;
    streams.frame = frame;
  }
}
