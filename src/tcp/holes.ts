import { type Packet, SYN } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import { Stage } from './order.ts';
import { Reorder } from './reorder.ts';
import { advance, distance } from './sequence.ts';
import { Age, Flag } from './slots.ts';
import { Spares } from './spares.ts';
import type { Streams } from './streams.ts';

/** Who takes the next bytes of a side once they are in order: `end - start` captured ones of `length` on the wire. */
export interface Delivery {
  deliver(slot: number, side: Side, bytes: Uint8Array, start: number, end: number, length: number): void;
}

/** Bytes that came early, held behind a hole until it is filled or given up, under a budget for all connections. */
export class Holes {
  private readonly streams: Streams;
  private readonly delivery: Delivery;
  /** What is held, by row: twice the slot plus the side. A Map keeps insertion order, so the first waits longest. */
  private readonly reorders = new Map<number, Reorder>();
  private readonly spares = new Spares();
  /** Their cost together, in bytes. */
  cost = 0;

  constructor(streams: Streams, delivery: Delivery) {
    this.streams = streams;
    this.delivery = delivery;
  }

  /** Keeps a segment that begins `ahead` bytes after the next one, or before it, and gives up holes past a bound. */
  hold(slot: number, side: Side, packet: Packet, ahead: number, length: number): void {
    const { slots, limits } = this.streams;
    const row = 2 * slot + side;
    let reorder = this.reorders.get(row);
    if (reorder === undefined) {
      reorder = new Reorder(this.spares, this.streams.order?.moment ?? 0);
      this.reorders.set(row, reorder);
      slots.flags[slot] |= Flag.pending << side;
    }
    const before = reorder.cost;
    const { conflicts } = reorder;
    const position = this.streams.position(slot, side);
    const skip = ahead < 0 ? -ahead : 0;
    const start = Math.min(packet.payloadEnd, packet.payloadStart + skip);
    const { bytes, payloadEnd } = packet;
    const added = reorder.add(
      position + ahead + skip,
      length - skip,
      bytes,
      start,
      payloadEnd,
      this.streams.clock.elapsedMs,
    );
    if (added < length - skip) this.streams.counts.retransmittedBytes += length - skip - added;
    this.cost += reorder.cost - before;
    if (reorder.conflicts > conflicts) {
      this.streams.counts.conflicting++;
      slots.flags[slot] |= Flag.ambiguous << side;
    }
    this.drain(slot, side, reorder);
    while (
      this.reorders.get(row) === reorder &&
      (reorder.bytes > limits.reorderBytesMax || reorder.pieces.length > limits.reorderPiecesMax)
    ) {
      this.giveUpHole(slot, side, reorder);
    }
    while (this.cost > limits.reorderTotalBytesMax) this.giveUpOldest();
  }

  /** Whether a segment holds bytes that were neither read nor are held. */
  bringsBytes(slot: number, side: Side, packet: Packet): boolean {
    if (packet.payloadLength === 0) return false;
    const { slots } = this.streams;
    const row = 2 * slot + side;
    if ((slots.flags[slot] & (Flag.known << side)) === 0) return true;
    const sequence = packet.flags & SYN ? advance(packet.sequence, 1) : packet.sequence;
    const ahead = distance(sequence, slots.expected[row]);
    if (ahead + packet.payloadLength <= 0) return false;
    const position = this.streams.position(slot, side) + Math.max(0, ahead);
    return this.reorders.get(row)?.covers(position, packet.payloadLength + Math.min(0, ahead)) !== true;
  }

  /** How many bytes after the next one the last byte held lies; 0 when none is. */
  reach(slot: number, side: Side): number {
    const last = this.reorders.get(2 * slot + side)?.pieces.at(-1);
    return last === undefined ? 0 : last.start + last.length - this.streams.position(slot, side);
  }

  /** Gives up the holes of a connection that no packet will fill any more. */
  review(slot: number): void {
    for (let side = 0; side < 2; side++) {
      const row = 2 * slot + side;
      const reorder = this.reorders.get(row);
      if (reorder === undefined) continue;
      reorder.packets++;
      while (this.reorders.get(row) === reorder && this.hopeless(slot, side as Side, reorder)) {
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
      while (this.reorders.get(row) === reorder && this.hopeless(slot, side, reorder)) {
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
    for (let reorder = this.reorders.get(row); reorder !== undefined; reorder = this.reorders.get(row)) {
      this.giveUpHole(slot, side, reorder);
    }
  }

  /** Hands on what was held since a reset that was none. */
  resume(slot: number, side: Side): void {
    const reorder = this.reorders.get(2 * slot + side);
    if (reorder !== undefined) this.drain(slot, side, reorder);
  }

  /** Forgets what is held of a side. */
  discard(slot: number, side: Side): void {
    const row = 2 * slot + side;
    const reorder = this.reorders.get(row);
    if (reorder === undefined) return;
    const afterReset = this.streams.slots.age[slot] === Age.reset;
    for (const { length, bytes } of reorder.pieces) {
      if (afterReset) this.streams.afterReset(length);
      else this.streams.unplaced(length);
      this.spares.giveBack(bytes);
    }
    this.cost -= reorder.cost;
    this.reorders.delete(row);
    this.streams.slots.flags[slot] &= ~(Flag.pending << side);
  }

  /** Hands on the pieces that now follow, until the next hole. */
  private drain(slot: number, side: Side, reorder: Reorder): void {
    const { slots } = this.streams;
    // What comes after a reset waits until it is known whether that was one.
    if (slots.age[slot] === Age.reset) return;
    let position = this.streams.position(slot, side);
    while (reorder.pieces.length > 0 && reorder.pieces[0].start <= position) {
      const before = reorder.cost;
      const piece = reorder.shift();
      this.cost -= before - reorder.cost;
      this.delivery.deliver(slot, side, piece.bytes, 0, piece.captured, piece.length);
      this.spares.giveBack(piece.bytes);
      // Its FIN was reached: what was held behind it is gone, and the connection may be over.
      if ((slots.flags[slot] & (Flag.pending << side)) === 0) return;
      position = this.streams.position(slot, side);
    }
    if (reorder.pieces.length === 0) this.discard(slot, side);
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
    const piece = reorder.pieces[0];
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
    this.streams.giveUp(slot, side, reorder.pieces[0].start - this.streams.position(slot, side));
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
