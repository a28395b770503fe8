import type { Side } from '../model/facts.ts';
import type { Acknowledgements } from './acknowledgements.ts';
import type { Ended } from './consumer.ts';
import type { Holes } from './holes.ts';
import { distance } from './sequence.ts';
import { Age, Flag } from './slots.ts';
import type { Streams } from './streams.ts';

/** How streams and connections end: by FIN, by reset, or because the tracker ends them. */
export class Closing {
  private readonly streams: Streams;
  private readonly holes: Holes;
  private readonly acknowledgements: Acknowledgements;

  constructor(streams: Streams, holes: Holes, acknowledgements: Acknowledgements) {
    this.streams = streams;
    this.holes = holes;
    this.acknowledgements = acknowledgements;
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

  /** How many of the next `length` bytes of a row lie before its FIN. The others are no part of the stream. */
  upToFin(row: number, length: number): number {
    const { slots } = this.streams;
    const left = Math.min(length, Math.max(0, distance(slots.finAt[row], slots.expected[row])));
    this.streams.unplaced(length - left);
    return left;
  }

  /** Closes a stream whose bytes were read up to its FIN; the connection, if both were. */
  finIfReached(slot: number, side: Side): void {
    const { slots } = this.streams;
    if (distance(slots.expected[2 * slot + side], slots.finAt[2 * slot + side]) < 0) return;
    if (slots.flags[slot] & (Flag.finished << side)) return;
    slots.flags[slot] |= Flag.finished << side;
    this.holes.discard(slot, side);
    this.streams.handover.close(slot, side, 'fin');
    const both = Flag.finished | (Flag.finished << 1);
    if ((slots.flags[slot] & both) === both) this.closed(slot, 'fin');
  }

  /**
   * A reset was believed, `at` the number it has. One that answers a SYN ends the connection; any other may be forged:
   * the consumer is told when nothing goes on for a while (`Resets.goesOn`).
   */
  reset(slot: number, side: Side, at: number): void {
    const { slots, clock } = this.streams;
    const shaken = Flag.initial | (Flag.initial << 1);
    const said = this.streams.position(slot, 0) + this.streams.position(slot, 1) > 0;
    slots.flags[slot] |= Flag.reset << side;
    slots.resetAt[slot] = at;
    if (!said && (slots.flags[slot] & shaken) !== shaken) {
      this.closed(slot, 'reset');
      return;
    }
    for (let each = 0; each < 2; each++) {
      this.acknowledgements.settle(slot, each as Side);
      this.holes.giveUpAll(slot, each as Side);
    }
    if (slots.age[slot] === Age.closed) return;
    slots.idleSince[slot] = clock.elapsed;
    slots.touch(slot, Age.reset);
  }

  /** The reset was none: `side`, which seemed to have sent it, goes on. */
  revive(slot: number, side: Side): void {
    const { slots } = this.streams;
    slots.flags[slot] &= ~(Flag.reset | (Flag.reset << 1));
    slots.flags[slot] |= Flag.ambiguous << side;
    slots.touch(slot, slots.flags[slot] & Flag.ours ? Age.identified : Age.unknown);
    this.streams.counts.outOfWindow++;
    for (let each = 0; each < 2; each++) this.holes.resume(slot, each as Side);
  }

  /** Ends a connection and frees its slot. */
  end(slot: number, how: Ended): void {
    const { slots } = this.streams;
    const wasReset = slots.age[slot] === Age.reset;
    if (slots.age[slot] !== Age.closed) {
      this.streams.stampLast(slot);
      for (let side = 0; wasReset && side < 2; side++) this.holes.discard(slot, side as Side);
      this.settle(slot);
      if (slots.age[slot] !== Age.closed) this.streams.handover.ended(slot, wasReset ? 'reset' : how);
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
    this.streams.handover.ended(slot, how);
  }

  /** Gives up all holes and closes both streams. */
  private settle(slot: number): void {
    for (let side = 0; side < 2; side++) {
      this.acknowledgements.settle(slot, side as Side);
      this.holes.giveUpAll(slot, side as Side);
      if ((this.streams.slots.flags[slot] & (Flag.finished << side)) === 0) {
        this.giveUpTail(slot, side as Side);
        if (this.streams.slots.flags[slot] & (Flag.finished << side)) continue;
        this.streams.slots.flags[slot] |= Flag.finished << side;
        this.streams.handover.close(slot, side as Side, 'cut');
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
