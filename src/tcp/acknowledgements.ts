import { ACK, type Packet, RST } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import type { Holes } from './holes.ts';
import { advance, distance } from './sequence.ts';
import { Age, Flag } from './slots.ts';
import type { Streams } from './streams.ts';

/** Sides of which a claim is remembered; beyond, the oldest is forgotten, which costs one more acknowledgement. */
const claimsMax = 4096;

/**
 * Which acknowledgements are believed. A receiver's tell of bytes that were lost before the sensor; a forged one would
 * give up holes that are still to be filled, and make losses up: its number needs to lie near, and no host takes it
 * that did not send so much (RFC 5961 section 5). So one of bytes that were seen is believed at once, and one beyond
 * them when the next one of its side does not fall behind it: a living receiver goes on from where it is.
 */
export class Acknowledgements {
  private readonly streams: Streams;
  private readonly holes: Holes;
  /** By row (twice the slot plus the side), one of bytes that were not seen. */
  private readonly claims = new Map<number, number>();

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
      this.takeBack(row);
      return;
    }
    if (distance(acknowledgement, this.seenTo(slot, side, acknowledgement)) <= 0) {
      this.takeBack(row);
      this.believe(slot, side, acknowledgement);
      return;
    }
    const claim = this.claims.get(row);
    if (claim !== undefined && distance(acknowledgement, claim) >= 0) this.believe(slot, side, claim);
    this.claims.delete(row);
    this.claims.set(row, acknowledgement);
    if (this.claims.size > claimsMax) this.claims.delete(this.claims.keys().next().value as number);
  }

  /** One of bytes that were seen came, whoever took it: what was claimed beyond them is not believed. */
  takeBack(row: number): void {
    if (this.claims.size > 0) this.claims.delete(row);
  }

  /**
   * Whether a segment of a side acknowledges what none of that side did before. Of a connection that is over it is
   * remembered here that it did, for such an acknowledgement, as that of the last FIN, is taken no more. A reset may
   * not be believed.
   */
  saysMore(slot: number, side: Side, { flags, acknowledgement }: Packet): boolean {
    const { age } = this.streams.slots;
    const other = (1 - side) as Side;
    if ((flags & (ACK | RST)) !== ACK || age[slot] === Age.reset) return false;
    if (!this.isMore(slot, other, acknowledgement)) return false;
    if (age[slot] !== Age.closed) return true;
    if (distance(acknowledgement, this.seenTo(slot, other, acknowledgement)) > 0) return false;
    this.believe(slot, other, acknowledgement);
    return true;
  }

  /** Whether an acknowledgement of the bytes of `side` is beyond those before it, believed or not. */
  isMore(slot: number, side: Side, acknowledgement: number): boolean {
    const { slots } = this.streams;
    const row = 2 * slot + side;
    const claim = this.claims.size === 0 ? undefined : this.claims.get(row);
    if (claim !== undefined) return distance(acknowledgement, claim) > 0;
    const some = (slots.flags[slot] & (Flag.acknowledged << side)) !== 0;
    return !some || distance(acknowledgement, slots.acknowledged[row]) > 0;
  }

  /** The connection ends: the last acknowledgement has none behind it, and is believed within a receive window. */
  settle(slot: number, side: Side): void {
    if (this.claims.size === 0) return;
    const row = 2 * slot + side;
    const claim = this.claims.get(row);
    this.claims.delete(row);
    if (claim === undefined) return;
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

  /**
   * The highest number that can be acknowledged of what was seen of a side: `otherwise` if nothing was. A FIN counts as
   * one.
   */
  private seenTo(slot: number, side: Side, otherwise: number): number {
    const { slots } = this.streams;
    const row = 2 * slot + side;
    const flags = slots.flags[slot];
    if ((flags & (Flag.known << side)) === 0) return otherwise;
    const fin = flags & (Flag.fin << side) ? distance(slots.finAt[row], slots.expected[row]) : 0;
    return advance(slots.expected[row], Math.max(this.holes.reach(slot, side), fin, 0) + 1);
  }
}
