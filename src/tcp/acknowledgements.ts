import type { Side } from '../model/facts.ts';
import type { Holes } from './holes.ts';
import { advance, distance } from './sequence.ts';
import { Flag } from './slots.ts';
import type { Streams } from './streams.ts';

/** Sides of which a claim is remembered; beyond, the oldest is forgotten, which costs one more acknowledgement. */
const claimsMax = 4096;

/** An acknowledgement of bytes that were not seen, and what was believed when it came. */
interface Claim {
  readonly acknowledgement: number;
  readonly before: number;
}

/**
 * Which acknowledgements are believed. A receiver's tell of bytes that were lost before the sensor; a forged one would give up
 * holes that are still to be filled, and make losses up: its number needs to lie near, and no host takes it that did not
 * send so much (RFC 5961 section 5). So one of bytes that were seen is believed at once, and one beyond them when the next
 * one of its side does not fall behind it: a living receiver goes on from where it is.
 */
export class Acknowledgements {
  private readonly streams: Streams;
  private readonly holes: Holes;
  /** By row: twice the slot plus the side. */
  private readonly claims = new Map<number, Claim>();

  constructor(streams: Streams, holes: Holes) {
    this.streams = streams;
    this.holes = holes;
  }

  /** The other side acknowledges the bytes of `side` up to a number. */
  take(slot: number, side: Side, acknowledgement: number): void {
    const { slots } = this.streams;
    const row = 2 * slot + side;
    const some = (slots.flags[slot] & (Flag.acknowledged << side)) !== 0;
    if (some && distance(acknowledgement, slots.acknowledged[row]) <= 0) {
      if (this.claims.size > 0) this.claims.delete(row);
      return;
    }
    if (distance(acknowledgement, this.seenTo(slot, side, acknowledgement)) <= 0) {
      if (this.claims.size > 0) this.claims.delete(row);
      this.believe(slot, side, acknowledgement);
      return;
    }
    const claim = this.claimOf(row);
    if (claim !== null && distance(acknowledgement, claim) >= 0) this.believe(slot, side, claim);
    this.claims.delete(row);
    this.claims.set(row, { acknowledgement, before: slots.acknowledged[row] });
    if (this.claims.size > claimsMax) this.claims.delete(this.claims.keys().next().value as number);
  }

  /** Whether an acknowledgement says more than those before it, believed or not. */
  isMore(slot: number, side: Side, acknowledgement: number): boolean {
    const { slots } = this.streams;
    const row = 2 * slot + side;
    const claim = this.claims.size === 0 ? null : this.claimOf(row);
    if (claim !== null) return distance(acknowledgement, claim) > 0;
    const some = (slots.flags[slot] & (Flag.acknowledged << side)) !== 0;
    return !some || distance(acknowledgement, slots.acknowledged[row]) > 0;
  }

  /** The connection ends: the last acknowledgement has none behind it, and is believed within a receive window. */
  settle(slot: number, side: Side): void {
    if (this.claims.size === 0) return;
    const row = 2 * slot + side;
    const claim = this.claimOf(row);
    this.claims.delete(row);
    if (claim === null) return;
    const beyond = distance(claim, this.seenTo(slot, side, claim));
    if (beyond <= this.streams.limits.resetBytesMax) this.believe(slot, side, claim);
  }

  private believe(slot: number, side: Side, acknowledgement: number): void {
    const { slots } = this.streams;
    const row = 2 * slot + side;
    const some = (slots.flags[slot] & (Flag.acknowledged << side)) !== 0;
    if (some && distance(acknowledgement, slots.acknowledged[row]) <= 0) return;
    slots.acknowledged[row] = acknowledgement;
    slots.flags[slot] |= Flag.acknowledged << side;
  }

  /** The claim of a side; none if a lower one, which the short lane took, was believed since. */
  private claimOf(row: number): number | null {
    const claim = this.claims.get(row);
    return claim === undefined || claim.before !== this.streams.slots.acknowledged[row] ? null : claim.acknowledgement;
  }

  /** The highest number that can be acknowledged of what was seen of a side: `otherwise` if nothing was. A FIN counts as one. */
  private seenTo(slot: number, side: Side, otherwise: number): number {
    const { slots } = this.streams;
    const row = 2 * slot + side;
    const flags = slots.flags[slot];
    if ((flags & (Flag.known << side)) === 0) return otherwise;
    const fin = flags & (Flag.fin << side) ? distance(slots.finAt[row], slots.expected[row]) : 0;
    return advance(slots.expected[row], Math.max(this.holes.reach(slot, side), fin, 0) + 1);
  }
}
