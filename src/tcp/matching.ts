import { ACK, type Packet, RST, SYN } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import { distance } from './sequence.ts';
import { Flag } from './slots.ts';
import type { Streams } from './streams.ts';

/** Which connection a segment belongs to: equal ends are not enough, its numbers must fit too. */
export class Matching {
  /** Of the last `find` that found none: the newest and the oldest connection of these ends, -1 without; how many. */
  newest = -1;
  oldest = -1;
  count = 0;
  private readonly streams: Streams;

  constructor(streams: Streams) {
    this.streams = streams;
  }

  /** The slot of a segment's connection, or -1. */
  find(packet: Packet, tunnel: number): number {
    const { slots } = this.streams;
    const opens = isOpening(packet);
    this.newest = -1;
    this.oldest = -1;
    this.count = 0;
    for (let slot = slots.locate(packet, tunnel); slot !== -1; slot = slots.after(slot)) {
      if (!slots.same(slot, packet, tunnel)) continue;
      if (opens ? this.sameSyn(slot, packet) : this.fits(slot, packet)) return slot;
      if (this.newest === -1) this.newest = slot;
      this.oldest = slot;
      this.count++;
    }
    return -1;
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

  /** Whether the numbers of a packet lie near those of a connection. */
  private fits(slot: number, packet: Packet): boolean {
    const { slots } = this.streams;
    const side = slots.side;
    const flags = slots.flags[slot];
    const window = this.streams.limits.windowBytesMax;
    const other = 2 * slot + 1 - side;
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
export function isOpening(packet: Packet): boolean {
  return (packet.flags & (SYN | ACK | RST)) === SYN;
}

/** The VLAN stack as one number; -1 for none. */
export function vlanMark(packet: Packet): number {
  let mark = -1;
  for (let i = 0; i < packet.vlanCount; i++) mark = (Math.imul(mark, 4099) + packet.vlans[i] + 1) | 0;
  return mark;
}
