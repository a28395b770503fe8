import { ACK, type Packet, RST, SYN } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import { distance } from './sequence.ts';
import { Age, Flag } from './slots.ts';
import type { Streams } from './streams.ts';

/** Which connection a segment belongs to: equal ends are not enough, its numbers must fit too. */
export class Matching {
  /** Of the last `find` that found none: the newest connection of these ends, -1 without, and how many there are. */
  newest = -1;
  count = 0;
  /**
   * Of these the one to give up when there are too many: the oldest that only one side was heard of, else the oldest.
   */
  spare = -1;
  private readonly streams: Streams;

  constructor(streams: Streams) {
    this.streams = streams;
  }

  /** The slot of a segment's connection, or -1; `newest` is that of its ends (`Slots.first`). */
  find(newest: number, packet: Packet, tunnel: number): number {
    const { slots } = this.streams;
    const opens = isOpening(packet);
    let claim = -1;
    let spareOneSided = false;
    this.newest = -1;
    this.spare = -1;
    this.count = 0;
    for (let slot = newest; slot !== -1; slot = slots.next(slot, packet, tunnel)) {
      if (opens ? this.sameSyn(slot, packet) : this.fits(slot, packet)) {
        if (opens || this.takes(slot, packet)) return claim === -1 || slots.age[slot] < Age.closed ? slot : claim;
        if (claim === -1) claim = slot;
      }
      if (this.newest === -1) this.newest = slot;
      const oneSided = !this.heardBoth(slot);
      if (oneSided || !spareOneSided) this.spare = slot;
      spareOneSided ||= oneSided;
      this.count++;
    }
    return claim;
  }

  /** The next older connection of the same ends, or -1. */
  older(slot: number, packet: Packet): number {
    const { slots } = this.streams;
    return slots.next(slot, packet, slots.ends.tunnel(slot));
  }

  /** Whether a segment is the SYN-ACK for a connection that claims the ends of another. */
  isAnsweredClaim(slot: number, packet: Packet): boolean {
    const isSynAck = (packet.flags & (SYN | ACK | RST)) === (SYN | ACK);
    return isSynAck && (this.streams.slots.flags[slot] & Flag.claim) !== 0 && this.answersSyn(slot, packet);
  }

  /** Whether both ends of a connection sent something. */
  heardBoth(slot: number): boolean {
    const both = Flag.seen | (Flag.seen << 1);
    return (this.streams.slots.flags[slot] & both) === both;
  }

  /** Whether a segment, SYN-ACK or reset, acknowledges the SYN of the other side, and no more than came with it. */
  answersSyn(slot: number, packet: Packet): boolean {
    const { slots } = this.streams;
    const side = slots.side;
    const other = 2 * slot + 1 - side;
    if (!(packet.flags & ACK) || !(slots.flags[slot] & (Flag.initial << (1 - side)))) return false;
    const count = distance(packet.acknowledgement, slots.initial[other]);
    if (count === 1) return true;
    const first =
      (slots.flags[slot] & (Flag.seen << side)) === 0 ||
      ((slots.flags[slot] & (Flag.initial << side)) !== 0 && slots.initial[2 * slot + side] === packet.sequence);
    return first && count > 1 && count <= Math.min(0xffff, distance(slots.expected[other], slots.initial[other]));
  }

  /** Whether a connection was seen on a packet's VLAN; one whose frames are mirrored on two has two in turn. */
  sameNetwork(slot: number, packet: Packet): boolean {
    const mark = vlanMark(packet);
    return this.streams.slots.vlan[slot] === mark || this.streams.slots.vlanBefore[slot] === mark;
  }

  private sameSyn(slot: number, packet: Packet): boolean {
    const { slots } = this.streams;
    const side = slots.side;
    const flags = slots.flags[slot];
    if (flags & (Flag.initial << side)) return slots.initial[2 * slot + side] === packet.sequence;
    // Simultaneous open: the other side's SYN came, and of this side at most a bare acknowledgement of that number.
    const other = (1 - side) as Side;
    const fresh = (flags & (Flag.seen << side)) === 0 || slots.expected[2 * slot + side] === packet.sequence;
    return (
      fresh &&
      (flags & (Flag.syn << other)) !== 0 &&
      this.streams.position(slot, side) === 0 &&
      this.streams.position(slot, other) === 0
    );
  }

  /**
   * Whether a segment that fits a connection is its own. One that claims the ends of another has only what answers
   * its SYN, and else what fits none that lives: numbers chosen to lie near draw nothing away (RFC 5961 section 4).
   */
  private takes(slot: number, packet: Packet): boolean {
    if ((this.streams.slots.flags[slot] & Flag.claim) === 0) return true;
    return (packet.flags & (SYN | RST)) !== 0 && this.answersSyn(slot, packet);
  }

  /** Whether the numbers of a packet lie near those of a connection. */
  private fits(slot: number, packet: Packet): boolean {
    const { slots } = this.streams;
    const side = slots.side;
    const flags = slots.flags[slot];
    const window = this.streams.limits.windowBytesMax;
    const other = 2 * slot + 1 - side;
    // A SYN that was seen has one answer, whatever lies near.
    if (packet.flags & SYN && flags & (Flag.initial << (1 - side)) && !this.answersSyn(slot, packet)) return false;
    // The answer to a SYN may come with any number; a reset that refuses one has none.
    const knownSide = (flags & (Flag.known << side)) !== 0;
    if (knownSide && Math.abs(distance(packet.sequence, slots.expected[2 * slot + side])) > window) return false;
    if (packet.flags & ACK && flags & (Flag.known << (1 - side))) {
      if (Math.abs(distance(packet.acknowledgement, slots.expected[other])) <= window) return true;
      // Of a side that is no longer captured the acknowledgements alone go on.
      const heard = (flags & (Flag.acknowledged << (1 - side))) !== 0;
      return heard && Math.abs(distance(packet.acknowledgement, slots.acknowledged[other])) <= window;
    }
    return true;
  }
}

/** Whether a segment is a SYN alone: the first of a connection. */
function isOpening(packet: Packet): boolean {
  return (packet.flags & (SYN | ACK | RST)) === SYN;
}

/** The VLAN stack as one number; 0 for none. */
export function vlanMark(packet: Packet): number {
  let mark = 0;
  for (let i = 0; i < packet.vlanCount; i++) mark = (Math.imul(mark, 4099) + packet.vlans[i] + 1) | 0;
  return mark;
}
