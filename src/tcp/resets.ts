import { ACK, FIN, type Packet, RST, SYN } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import type { Holes } from './holes.ts';
import type { Matching } from './matching.ts';
import { advance, distance } from './sequence.ts';
import { Flag } from './slots.ts';
import type { Streams } from './streams.ts';

/** Packets are captured in the wrong order by less. */
const disorderSecondsMax = 1;

/** Connections of which such a reset is remembered: more are a flood. */
const strangeResetsMax = 10_000;

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

  /**
   * Whether a segment shows that its side, from which a reset came, lives on: the reset was forged, and its receiver
   * took none with that number (RFC 5961 section 3). Who has reset a connection sends no byte beyond the reset's number
   * and acknowledges none that the peer sent since. What it sent before may come here after, but not seconds after.
   */
  goesOn(slot: number, side: Side, packet: Packet): boolean {
    const { slots, clock } = this.streams;
    const flags = slots.flags[slot];
    if (packet.flags & (RST | SYN) || (flags & (Flag.reset << side)) === 0) return false;
    const row = 2 * slot + side;
    const other = 2 * slot + 1 - side;
    const heard = (flags & (Flag.known << (1 - side))) !== 0 && (packet.flags & ACK) !== 0;
    // An acknowledgement one byte ahead is that of a FIN.
    if (heard && distance(packet.acknowledgement, slots.expected[other]) > 1) return true;
    const end = advance(packet.sequence, packet.payloadLength + (packet.flags & FIN ? 1 : 0));
    if ((flags & (Flag.known << side)) === 0 || distance(end, slots.expected[row]) <= 0) return false;
    return distance(end, slots.resetAt[slot]) > 0 || clock.elapsed - slots.idleSince[slot] > disorderSecondsMax;
  }

  /** A reset came that cannot have ended a connection that carries data: too far off, or its side lives on. */
  noteStrange(slot: number): void {
    const { strangeReset, covered } = this.streams.slots;
    const bytes = covered[2 * slot] + covered[2 * slot + 1];
    if (bytes > 0 && strangeReset.size < strangeResetsMax && !strangeReset.has(slot)) strangeReset.set(slot, bytes);
  }

  /** A segment after a reset that may have been one: its new bytes wait until that is known. */
  hold(slot: number, side: Side, packet: Packet): void {
    const { slots, counts } = this.streams;
    const length = packet.payloadLength;
    if (length === 0) return;
    const flags = slots.flags[slot] >>> side;
    if (packet.flags & RST || (flags & Flag.known) === 0) this.streams.afterReset(length);
    else if (flags & Flag.finished) this.streams.unplaced(length);
    else {
      const sequence = packet.flags & SYN ? advance(packet.sequence, 1) : packet.sequence;
      const ahead = distance(sequence, slots.expected[2 * slot + side]);
      if (ahead + length <= 0) this.streams.unplaced(length);
      else {
        if (ahead < 0) counts.retransmittedBytes -= ahead;
        this.holes.hold(slot, side, packet.bytes, packet.payloadStart, packet.payloadEnd, ahead, length, 0);
      }
    }
  }

  /**
   * A segment of a connection that is over. New bytes after a reset say that a peer went on, or had some on the way.
   */
  late(slot: number, side: Side, packet: Packet): void {
    const { slots, counts } = this.streams;
    const length = packet.payloadLength;
    if (length === 0) return;
    const wasReset = (slots.flags[slot] & (Flag.reset | (Flag.reset << 1))) !== 0;
    const known = (slots.flags[slot] & (Flag.known << side)) !== 0;
    const beyond = known ? distance(packet.sequence, slots.expected[2 * slot + side]) + length : length;
    const fresh = wasReset ? Math.max(0, Math.min(length, beyond)) : 0;
    if (fresh === 0) counts.retransmitted++;
    else this.streams.afterReset(fresh);
    counts.retransmittedBytes += length - fresh;
  }
}
