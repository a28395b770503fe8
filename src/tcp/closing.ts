import type { Side } from '../model/facts.ts';
import type { Holes } from './holes.ts';
import { distance } from './sequence.ts';
import { Age, Flag } from './slots.ts';
import type { Ended, Streams } from './streams.ts';

/** How streams and connections end: by FIN, by reset, or because the tracker ends them. */
export class Closing {
  private readonly streams: Streams;
  private readonly holes: Holes;

  constructor(streams: Streams, holes: Holes) {
    this.streams = streams;
    this.holes = holes;
  }

  /** A FIN came, `at` the number it has. */
  fin(slot: number, side: Side, at: number): void {
    const { slots } = this.streams;
    if (slots.flags[slot] & (Flag.fin << side)) return;
    // Behind bytes that were read already: an old number that no receiver takes.
    if (distance(at, slots.expected[2 * slot + side]) < 0) return;
    slots.flags[slot] |= Flag.fin << side;
    slots.finAt[2 * slot + side] = at;
    this.finIfReached(slot, side);
  }

  /** Closes a stream whose bytes were read up to its FIN; the connection, if both were. */
  finIfReached(slot: number, side: Side): void {
    const { slots } = this.streams;
    if (distance(slots.expected[2 * slot + side], slots.finAt[2 * slot + side]) < 0) return;
    if (slots.flags[slot] & (Flag.finished << side)) return;
    slots.flags[slot] |= Flag.finished << side;
    this.holes.discard(slot, side);
    this.streams.consumer.close(slot, side, 'fin');
    const both = Flag.finished | (Flag.finished << 1);
    if ((slots.flags[slot] & both) === both) this.closed(slot, 'fin');
  }

  reset(slot: number, side: Side): void {
    this.streams.slots.flags[slot] |= Flag.reset << side;
    this.closed(slot, 'reset');
  }

  /** Ends a connection and frees its slot. */
  end(slot: number, how: Ended): void {
    if (this.streams.slots.age[slot] !== Age.closed) {
      this.streams.stampLast(slot);
      this.settle(slot);
      if (this.streams.slots.age[slot] !== Age.closed) this.streams.consumer.ended(slot, how);
    }
    this.streams.slots.remove(slot);
  }

  /** The connection is over; its slot stays a while for late packets. */
  private closed(slot: number, how: Ended): void {
    if (this.streams.slots.age[slot] === Age.closed) return;
    this.settle(slot);
    if (this.streams.slots.age[slot] === Age.closed) return; // held bytes led up to both FINs
    this.streams.slots.idleSince[slot] = this.streams.clock.elapsed;
    this.streams.slots.touch(slot, Age.closed);
    this.streams.consumer.ended(slot, how);
  }

  /** Gives up all holes and closes both streams. */
  private settle(slot: number): void {
    for (let side = 0; side < 2; side++) {
      this.holes.giveUpAll(slot, side as Side);
      if ((this.streams.slots.flags[slot] & (Flag.finished << side)) === 0) {
        this.giveUpTail(slot, side as Side);
        if (this.streams.slots.flags[slot] & (Flag.finished << side)) continue;
        this.streams.slots.flags[slot] |= Flag.finished << side;
        this.streams.consumer.close(slot, side as Side, 'cut');
      }
    }
  }

  /** What was sent or acknowledged after the last byte seen is missing too. */
  private giveUpTail(slot: number, side: Side): void {
    const { slots } = this.streams;
    const row = 2 * slot + side;
    const flags = slots.flags[slot] >>> side;
    if ((flags & Flag.known) === 0) return;
    let tail = flags & Flag.fin ? distance(slots.finAt[row], slots.expected[row]) : 0;
    // An acknowledgement one byte ahead is that of a FIN which was not seen.
    if (tail === 0 && flags & Flag.acknowledged) tail = distance(slots.acknowledged[row], slots.expected[row]) - 1;
    if (tail <= 0 || tail > this.streams.limits.windowBytesMax) return;
    this.streams.giveUp(slot, side, tail);
    if (flags & Flag.fin) this.finIfReached(slot, side);
  }
}
