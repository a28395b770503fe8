import { ACK, type Packet } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import type { Holes } from './holes.ts';
import type { Matching } from './matching.ts';
import { distance } from './sequence.ts';
import { Flag } from './slots.ts';
import type { Streams } from './streams.ts';

/** Which resets end a connection, and what is made of the bytes that come with one or after it. */
export class Resets {
  private readonly streams: Streams;
  private readonly matching: Matching;
  private readonly holes: Holes;

  constructor(streams: Streams, matching: Matching, holes: Holes) {
    this.streams = streams;
    this.matching = matching;
    this.holes = holes;
  }

  /**
   * Whether the receiver may have believed a reset (RFC 9293 section 3.5.3): it answers a SYN, or its number lies
   * in the receive window. That begins at what the receiver has acknowledged, or at the next byte; its size is
   * not known, so it is a generous one from the last byte seen. RFC 5961 has receivers take the first number
   * alone; not all do. A reset from a side of which nothing is known has no number to be held against.
   */
  believes(slot: number, packet: Packet): boolean {
    const { slots, limits } = this.streams;
    const side = slots.side;
    const row = 2 * slot + side;
    const flags = slots.flags[slot] >>> side;
    const syn = (slots.flags[slot] & (Flag.initial << (1 - side))) !== 0;
    if ((flags & Flag.seen) === 0 && syn && packet.flags & ACK) return this.matching.answersSyn(slot, packet);
    const known = (flags & Flag.known) !== 0;
    if (!known && (flags & Flag.acknowledged) === 0) return true;
    const next = known ? slots.expected[row] : slots.acknowledged[row];
    const acknowledged = flags & Flag.acknowledged ? distance(slots.acknowledged[row], next) : 0;
    const first = Math.max(Math.min(0, acknowledged), -limits.resetBytesMax);
    const last = Math.max(this.holes.reach(slot, side), acknowledged, 0) + limits.resetBytesMax;
    const ahead = distance(packet.sequence, next);
    return ahead >= first && ahead <= last;
  }

  /** A segment of a connection that is over. New bytes after a reset say that a peer went on, or had some on the way. */
  late(slot: number, side: Side, packet: Packet): void {
    const { slots, counts } = this.streams;
    const length = packet.payloadLength;
    if (length === 0) return;
    const wasReset = (slots.flags[slot] & (Flag.reset | (Flag.reset << 1))) !== 0;
    const known = (slots.flags[slot] & (Flag.known << side)) !== 0;
    const beyond = known ? distance(packet.sequence, slots.expected[2 * slot + side]) + length : length;
    const fresh = wasReset ? Math.max(0, Math.min(length, beyond)) : 0;
    if (fresh === 0) counts.retransmitted++;
    else this.text(fresh);
    counts.retransmittedBytes += length - fresh;
  }

  /** Bytes of a reset itself are a text about it, no part of the stream (RFC 9293 section 3.5.3). */
  text(length: number): void {
    this.streams.counts.afterReset++;
    this.streams.counts.afterResetBytes += length;
  }
}
