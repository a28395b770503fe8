import { ACK, FIN, type Packet, RST, SYN } from '../decode/packet.ts';
import type { Acknowledgements } from './acknowledgements.ts';
import type { Checks } from './checks.ts';
import type { Duplicates } from './duplicates.ts';
import { advance, distance } from './sequence.ts';
import { Age, Flag } from './slots.ts';
import type { Streams } from './streams.ts';

/**
 * The short lane of the tracker, for what nearly every segment is: one of a connection that goes on, in step with it.
 * It brings the next bytes, or acknowledges, and nothing else: it opens and closes nothing, no byte is held or was cut
 * off, and it came the way of those before. What the long lane does with such a segment is done here in one go. Whether
 * a segment is such a one is found out before anything is changed, so that any other goes the long lane as if it had
 * never been here.
 */
export class InStep {
  private readonly streams: Streams;
  private readonly duplicates: Duplicates;
  private readonly checks: Checks;
  private readonly acknowledgements: Acknowledgements;

  constructor(streams: Streams, duplicates: Duplicates, checks: Checks, acknowledgements: Acknowledgements) {
    this.streams = streams;
    this.duplicates = duplicates;
    this.checks = checks;
    this.acknowledgements = acknowledgements;
  }

  /** Whether the segment was taken. `slot` is the newest of its ends; the numbers are the packet's stamp and place. */
  takes(slot: number, packet: Packet, seconds: number, nanos: number, input: number, frame: number): boolean {
    const { streams } = this;
    const { slots } = streams;
    const { sequence, acknowledgement, payloadStart, payloadEnd, payloadLength } = packet;
    const { side } = slots;
    const row = 2 * slot + side;
    const flags = slots.flags[slot];
    if ((packet.flags & (SYN | FIN | RST | ACK)) !== ACK || sequence !== slots.expected[row]) return false;
    if ((flags & looked[side]) !== goesOn[side] || payloadEnd - payloadStart !== payloadLength) return false;
    const age = slots.age[slot];
    if (age >= Age.closed) return false;
    if (packet.vlanCount > 0 || slots.vlan[slot] !== 0 || packet.tunnelMark !== slots.tunnelMark[slot]) return false;
    const last = slots.lastSeconds[slot];
    if (seconds < last || (seconds === last && nanos < slots.lastNanos[slot])) return false;
    // Its acknowledgement is of the other side's bytes, of those that were seen: a FIN counts as one.
    const otherRow = row ^ 1;
    const otherKnown = (flags & (Flag.known << (1 - side))) !== 0;
    const beyond = distance(acknowledgement, slots.expected[otherRow]);
    if (otherKnown && (beyond > 1 || beyond < -streams.limits.windowBytesMax)) return false;
    const acknowledged = Flag.acknowledged << (1 - side);
    const acknowledgesMore =
      (flags & acknowledged) === 0 || distance(acknowledgement, slots.acknowledged[otherRow]) > 0;
    // What is new is no copy; a bare acknowledgement that was there before may be one.
    if (payloadLength > 0 || acknowledgesMore) this.duplicates.note(slot, packet, streams.clock.ms32);
    else if (this.duplicates.seen(slot, packet, streams.clock.ms32)) return false;

    streams.seconds = seconds;
    streams.nanos = nanos;
    streams.input = input;
    streams.frame = frame;
    slots.noteLast(slot, seconds, nanos, input, frame);
    const grown = age === Age.halfOpen && (payloadLength > 0 || (flags & bothSeen) === bothSeen);
    if (grown || streams.clock.elapsed !== slots.idleSince[slot]) {
      slots.idleSince[slot] = streams.clock.elapsed;
      slots.touch(slot, grown ? Age.unknown : age);
    }
    this.acknowledgements.takeBack(otherRow);
    if (acknowledgesMore) {
      slots.acknowledged[otherRow] = acknowledgement;
      slots.flags[slot] = flags | acknowledged;
    }
    if (payloadLength === 0) return true;
    const covered = slots.covered[row];
    if (covered < streams.limits.markedBytesMax) this.checks.first(slot, side, packet, covered);
    slots.expected[row] = advance(sequence, payloadLength);
    slots.covered[row] = covered + payloadLength;
    streams.handover.data(slot, side, packet.bytes, payloadStart, payloadEnd);
    return true;
  }
}

const bothSeen = Flag.seen | (Flag.seen << 1);
/** By side, the flags that tell whether it goes on, and which of them it has then. */
const goesOn = [Flag.known | Flag.seen, (Flag.known | Flag.seen) << 1] as const;
const looked = [
  goesOn[0] | Flag.fin | Flag.finished | Flag.claim | Flag.pending | (Flag.pending << 1),
  goesOn[1] | ((Flag.fin | Flag.finished) << 1) | Flag.claim | Flag.pending | (Flag.pending << 1),
] as const;
