import { ACK, FIN, type Packet, RST, SYN } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import type { Limits } from '../model/limits.ts';
import type { ConnectionRecord } from '../model/records.ts';
import { PacketClock } from './clock.ts';
import { Duplicates } from './duplicates.ts';
import { Reorder } from './reorder.ts';
import { advance, distance } from './sequence.ts';
import { Age, Flag, Slots } from './slots.ts';

export type Ended = ConnectionRecord['ended'];

/** Who takes the ordered bytes of the connections. `slot` names a connection until `ended` was called for it. */
export interface StreamConsumer {
  data(slot: number, side: Side, bytes: Uint8Array, start: number, end: number): void;
  /** Bytes that will never come: lost, or cut off by the snap length. */
  gap(slot: number, side: Side, length: number): void;
  close(slot: number, side: Side, how: 'fin' | 'cut'): void;
  ended(slot: number, how: Ended): void;
  /** The stack of VLAN ids of a connection's packets changed. */
  vlans(slot: number, packet: Packet): void;
}

/** What the tracker counted; `losses.ts` of the sensor gives them names. */
export interface TrackerCounts {
  duplicates: number;
  duplicateBytes: number;
  retransmitted: number;
  retransmittedBytes: number;
  outOfWindow: number;
  outOfWindowBytes: number;
  truncated: number;
  truncatedBytes: number;
  evicted: number;
  clockBackward: number;
}

/**
 * TCP segments → ordered bytes, gaps and closes, per direction (RFC 9293). In-order segments go straight on;
 * only early ones are copied, under a byte budget. No depth limit. All time is packet time.
 */
export class Tracker {
  readonly slots = new Slots();
  readonly clock: PacketClock;
  counts: TrackerCounts = zeroCounts();
  connections = 0;
  /** Input, frame number and time of what is being stated: the packet at hand, or the last of a connection that ends. */
  input = 0;
  frame = 0;
  seconds = 0;
  nanos = 0;
  private readonly limits: Limits;
  private readonly consumer: StreamConsumer;
  private readonly duplicates: Duplicates;
  private readonly reorders = new Map<number, Reorder>();
  private reorderBytes = 0;
  private expiredAtSeconds = 0;
  private packetSeconds = 0;
  private packetNanos = 0;
  private packetInput = 0;
  private packetFrame = 0;

  constructor(limits: Limits, consumer: StreamConsumer) {
    this.limits = limits;
    this.consumer = consumer;
    this.clock = new PacketClock(limits);
    this.duplicates = new Duplicates(limits.duplicateMsMax);
  }

  /** Packet time now: expiries that are due happen. Called for every packet, TCP or not. */
  tick(seconds: number, nanos: number): void {
    const believed = this.clock.observe(seconds, nanos);
    this.packetSeconds = believed ? seconds : this.clock.seconds;
    this.packetNanos = believed ? nanos : this.clock.nanos;
    if (this.clock.seconds !== this.expiredAtSeconds) this.expire();
  }

  /** One decoded segment, frame `frame` of input `input`. `tick` was called with its stamp. */
  segment(packet: Packet, tunnel: number, input: number, frame: number): void {
    const { slots } = this;
    this.packetInput = input;
    this.packetFrame = frame;
    const slot = this.connectionOf(packet, tunnel);
    if (slot === -1) return;
    const side = slots.side;
    this.seconds = this.packetSeconds;
    this.nanos = this.packetNanos;
    this.input = input;
    this.frame = frame;
    // A connection that ended was forgotten: its late packets tell nothing of it.
    const over = slots.age[slot] === Age.closed;
    if (!over && (packet.vlanCount > 0 || slots.vlan[slot] !== -1)) this.noteVlan(slot, packet);
    // The mark is a hash: bytes that are new are never taken for a copy.
    if (this.duplicates.seen(slot, packet, this.clock.ms) && !this.bringsBytes(slot, side, packet)) {
      this.counts.duplicates++;
      this.counts.duplicateBytes += packet.payloadLength;
      return;
    }
    this.touch(slot, side, packet);
    if (over) this.afterClose(packet.payloadLength);
    else this.read(slot, side, packet);
  }

  /** The connection became one of a protocol of ours: it may stay idle for longer. */
  identified(slot: number): void {
    if (this.slots.age[slot] === Age.unknown || this.slots.age[slot] === Age.halfOpen)
      this.slots.touch(slot, Age.identified);
  }

  /** End of all input: holes are given up, connections end as they are. */
  finish(): void {
    for (let age = 0; age < 4; age++) {
      for (let slot = this.slots.idlest(age); slot !== -1; slot = this.slots.idlest(age)) {
        this.end(slot, 'input-end');
      }
    }
  }

  /** Stream position of the next byte of a side. */
  position(slot: number, side: Side): number {
    return this.slots.covered[2 * slot + side] + this.slots.missed[2 * slot + side];
  }

  // Finding and opening

  private connectionOf(packet: Packet, tunnel: number): number {
    const { slots } = this;
    const first = slots.locate(packet, tunnel);
    const opens = (packet.flags & (SYN | ACK | RST)) === SYN;
    let sibling = -1;
    let oldest = -1;
    let siblings = 0;
    for (let slot = first; slot !== -1; slot = slots.after(slot)) {
      if (!slots.same(slot, packet, tunnel)) continue;
      if (opens ? this.sameSyn(slot, packet) : this.fits(slot, packet)) return slot;
      if (sibling === -1) sibling = slot;
      oldest = slot;
      siblings++;
    }
    if (sibling !== -1) {
      if (packet.flags & RST) {
        this.counts.outOfWindow++;
        this.counts.outOfWindowBytes += packet.payloadLength;
        return -1;
      }
      // A port pair used again. On another VLAN it is another network's, and both live.
      if (opens && this.sameNetwork(sibling, packet)) this.end(sibling, 'replaced');
      else if (siblings >= this.limits.sameKeyConnectionsMax) this.end(oldest, 'replaced');
    }
    return this.open(packet, tunnel);
  }

  private sameSyn(slot: number, packet: Packet): boolean {
    const { slots } = this;
    const side = slots.side;
    const flags = slots.flags[slot];
    if (flags & (Flag.initial << side)) return slots.initial[2 * slot + side] === packet.sequence;
    // Simultaneous open: the other side's SYN came, and of this side at most a bare acknowledgement of that number.
    const other = (1 - side) as Side;
    const fresh = (flags & (Flag.seen << side)) === 0 || slots.expected[2 * slot + side] === packet.sequence;
    return (
      fresh &&
      (flags & (Flag.syn << other)) !== 0 &&
      this.position(slot, side) === 0 &&
      this.position(slot, other) === 0
    );
  }

  /** Whether a connection was seen on a packet's VLAN; one whose frames are mirrored on two has two in turn. */
  private sameNetwork(slot: number, packet: Packet): boolean {
    const mark = vlanMark(packet);
    return this.slots.vlan[slot] === mark || this.slots.vlanBefore[slot] === mark;
  }

  /** Whether the numbers of a packet lie near those of a connection. */
  private fits(slot: number, packet: Packet): boolean {
    const { slots } = this;
    const side = slots.side;
    const flags = slots.flags[slot];
    const window = this.limits.windowBytesMax;
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

  /** Whether a segment holds bytes that were neither read nor are held. */
  private bringsBytes(slot: number, side: Side, packet: Packet): boolean {
    if (packet.payloadLength === 0) return false;
    const { slots } = this;
    const row = 2 * slot + side;
    if ((slots.flags[slot] & (Flag.known << side)) === 0) return true;
    const sequence = packet.flags & SYN ? advance(packet.sequence, 1) : packet.sequence;
    const ahead = distance(sequence, slots.expected[row]);
    if (ahead + packet.payloadLength <= 0) return false;
    const position = this.position(slot, side) + Math.max(0, ahead);
    return this.reorders.get(row)?.covers(position, packet.payloadLength + Math.min(0, ahead)) !== true;
  }

  private open(packet: Packet, tunnel: number): number {
    const { slots, limits } = this;
    if (slots.used >= limits.connectionsMax) this.evict();
    const slot = slots.add(packet, tunnel);
    this.connections++;
    slots.firstSeconds[slot] = this.packetSeconds;
    slots.firstNanos[slot] = this.packetNanos;
    slots.firstInput[slot] = this.packetInput;
    slots.firstFrame[slot] = this.packetFrame;
    slots.firstSequence[slot] = packet.sequence;
    slots.lastSeconds[slot] = this.packetSeconds;
    slots.lastNanos[slot] = this.packetNanos;
    slots.lastInput[slot] = this.packetInput;
    slots.lastFrame[slot] = this.packetFrame;
    slots.idleSince[slot] = this.clock.seconds;
    return slot;
  }

  private touch(slot: number, side: Side, packet: Packet): void {
    const { slots } = this;
    if ((slots.flags[slot] & (Flag.seen << side)) === 0) this.firstOfSide(slot, side, packet);
    const last = slots.lastSeconds[slot];
    if (this.seconds < last || (this.seconds === last && this.nanos < slots.lastNanos[slot])) {
      this.counts.clockBackward++;
      this.seconds = last;
      this.nanos = slots.lastNanos[slot];
    }
    slots.lastSeconds[slot] = this.seconds;
    slots.lastNanos[slot] = this.nanos;
    slots.lastInput[slot] = this.input;
    slots.lastFrame[slot] = this.frame;
    const age = slots.age[slot];
    const both = Flag.seen | (Flag.seen << 1);
    const grown =
      age === Age.halfOpen &&
      (packet.payloadLength > 0 || ((slots.flags[slot] & both) === both && !(packet.flags & SYN)));
    if (this.clock.seconds !== slots.idleSince[slot] || grown) {
      slots.idleSince[slot] = this.clock.seconds;
      slots.touch(slot, grown ? Age.unknown : age);
    }
  }

  private firstOfSide(slot: number, side: Side, packet: Packet): void {
    const { slots } = this;
    slots.flags[slot] |= Flag.seen << side;
    if (packet.macAt < 0) return;
    // The frame's source is this side's, its target the other's.
    const at = 12 * slot + 6 * side;
    for (let i = 0; i < 6; i++) slots.mac[at + i] = packet.frameBytes[packet.macAt + 6 + i];
  }

  private noteVlan(slot: number, packet: Packet): void {
    const { slots } = this;
    const mark = vlanMark(packet);
    if (slots.vlan[slot] === mark) return;
    if (slots.flags[slot] & (Flag.seen | (Flag.seen << 1))) slots.vlanBefore[slot] = slots.vlan[slot];
    slots.vlan[slot] = mark;
    this.consumer.vlans(slot, packet);
  }

  // Reading

  private read(slot: number, side: Side, packet: Packet): void {
    const { slots } = this;
    const row = 2 * slot + side;
    let sequence = packet.sequence;
    const flags = packet.flags;
    if (flags & SYN) {
      this.handshake(slot, side, packet);
      sequence = advance(sequence, 1);
    } else if ((slots.flags[slot] & (Flag.known << side)) === 0) {
      slots.expected[row] = sequence;
      slots.flags[slot] |= Flag.known << side;
    }
    if (flags & ACK) this.acknowledge(slot, (1 - side) as Side, packet.acknowledgement);
    if (packet.payloadLength > 0) {
      // What a reset carries is a text about it, no part of the stream (RFC 9293 section 3.5.3).
      if (flags & RST || slots.flags[slot] & (Flag.finished << side)) this.afterClose(packet.payloadLength);
      else this.payload(slot, side, packet, sequence);
    }
    if (slots.flags[slot] & (Flag.pending | (Flag.pending << 1))) this.reviewHoles(slot);
    if (flags & FIN) this.fin(slot, side, advance(sequence, packet.payloadLength));
    if (flags & RST) this.reset(slot, side);
  }

  private handshake(slot: number, side: Side, packet: Packet): void {
    const { slots } = this;
    const row = 2 * slot + side;
    const other = (1 - side) as Side;
    if ((slots.flags[slot] & (Flag.initial << side)) === 0 && this.position(slot, side) === 0) {
      slots.expected[row] = advance(packet.sequence, 1);
      slots.flags[slot] |= Flag.known << side;
    }
    slots.initial[row] = packet.sequence;
    slots.flags[slot] |= ((packet.flags & ACK ? Flag.synAck : Flag.syn) | Flag.initial) << side;
    if (packet.flags & ACK && (slots.flags[slot] & (Flag.initial << other)) === 0) {
      // The SYN was not seen; its acknowledgement tells its number.
      slots.initial[2 * slot + other] = advance(packet.acknowledgement, -1);
      slots.flags[slot] |= Flag.initial << other;
      if ((slots.flags[slot] & (Flag.known << other)) === 0) {
        slots.expected[2 * slot + other] = packet.acknowledgement;
        slots.flags[slot] |= Flag.known << other;
      }
    }
  }

  private payload(slot: number, side: Side, packet: Packet, sequence: number): void {
    const { slots } = this;
    const row = 2 * slot + side;
    const length = packet.payloadLength;
    let ahead = distance(sequence, slots.expected[row]);
    if (ahead === 1 && this.beganWithKeepAlive(slot, side)) {
      slots.expected[row] = sequence;
      ahead = 0;
    }
    if (packet.payloadEnd - packet.payloadStart < length) {
      this.counts.truncated++;
      this.counts.truncatedBytes += length - (packet.payloadEnd - packet.payloadStart);
      slots.flags[slot] |= Flag.truncated << side;
    }
    if (ahead === 0 && (slots.flags[slot] & (Flag.pending << side)) === 0) {
      this.deliver(slot, side, packet.bytes, packet.payloadStart, packet.payloadEnd, length);
      return;
    }
    if (ahead + length <= 0) {
      this.counts.retransmitted++;
      this.counts.retransmittedBytes += length;
      return;
    }
    if (ahead <= 0) {
      const start = Math.min(packet.payloadEnd, packet.payloadStart - ahead);
      this.counts.retransmittedBytes -= ahead;
      if ((slots.flags[slot] & (Flag.pending << side)) === 0) {
        this.deliver(slot, side, packet.bytes, start, packet.payloadEnd, length + ahead);
        return;
      }
    }
    this.hold(slot, side, packet, ahead, length);
  }

  /** Joined in the middle at a keep-alive, whose number is one below the next (RFC 9293 section 3.8.4). */
  private beganWithKeepAlive(slot: number, side: Side): boolean {
    const some = (Flag.initial | Flag.pending) << side;
    return (this.slots.flags[slot] & some) === 0 && this.position(slot, side) === 0;
  }

  /** Hands on the next bytes of a side: `end - start` captured ones of `length` on the wire. */
  private deliver(slot: number, side: Side, bytes: Uint8Array, start: number, end: number, length: number): void {
    const { slots } = this;
    const row = 2 * slot + side;
    slots.expected[row] = advance(slots.expected[row], length);
    slots.covered[row] += length;
    if (end > start) this.consumer.data(slot, side, bytes, start, end);
    if (end - start < length) this.consumer.gap(slot, side, length - (end - start));
    if ((slots.flags[slot] & (Flag.fin << side)) !== 0) this.finIfReached(slot, side);
  }

  // Out of order

  private hold(slot: number, side: Side, packet: Packet, ahead: number, length: number): void {
    const { slots, limits } = this;
    const row = 2 * slot + side;
    let reorder = this.reorders.get(row);
    if (reorder === undefined) {
      reorder = new Reorder();
      this.reorders.set(row, reorder);
      slots.flags[slot] |= Flag.pending << side;
    }
    const before = reorder.cost;
    const position = this.position(slot, side);
    const skip = ahead < 0 ? -ahead : 0;
    const start = Math.min(packet.payloadEnd, packet.payloadStart + skip);
    const { bytes, payloadEnd } = packet;
    const added = reorder.add(position + ahead + skip, length - skip, bytes, start, payloadEnd, this.clock.ms);
    if (added < length - skip) this.counts.retransmittedBytes += length - skip - added;
    this.reorderBytes += reorder.cost - before;
    this.drain(slot, side, reorder);
    while (
      this.reorders.get(row) === reorder &&
      (reorder.bytes > limits.reorderBytesMax || reorder.pieces.length > limits.reorderPiecesMax)
    ) {
      this.giveUpHole(slot, side, reorder);
    }
    while (this.reorderBytes > limits.reorderTotalBytesMax) this.giveUpOldest();
  }

  /** Hands on the pieces that now follow, until the next hole. */
  private drain(slot: number, side: Side, reorder: Reorder): void {
    const { slots } = this;
    let position = this.position(slot, side);
    while (reorder.pieces.length > 0 && reorder.pieces[0].start <= position) {
      const before = reorder.cost;
      const piece = reorder.shift();
      this.reorderBytes -= before - reorder.cost;
      this.deliver(slot, side, piece.bytes, 0, piece.bytes.length, piece.length);
      // Its FIN was reached: what was held behind it is gone, and the connection may be over.
      if ((slots.flags[slot] & (Flag.pending << side)) === 0) return;
      position = this.position(slot, side);
    }
    if (reorder.pieces.length === 0) this.discard(slot, side);
  }

  /** Forgets what is held of a side. */
  private discard(slot: number, side: Side): void {
    const row = 2 * slot + side;
    const reorder = this.reorders.get(row);
    if (reorder === undefined) return;
    for (const piece of reorder.pieces) this.afterClose(piece.length);
    this.reorderBytes -= reorder.cost;
    this.reorders.delete(row);
    this.slots.flags[slot] &= ~(Flag.pending << side);
  }

  private acknowledge(slot: number, side: Side, acknowledgement: number): void {
    const { slots } = this;
    const row = 2 * slot + side;
    if (slots.flags[slot] & (Flag.acknowledged << side) && distance(acknowledgement, slots.acknowledged[row]) <= 0)
      return;
    slots.acknowledged[row] = acknowledgement;
    slots.flags[slot] |= Flag.acknowledged << side;
  }

  /** Gives up the holes of a connection that no packet will fill any more. */
  private reviewHoles(slot: number): void {
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

  /**
   * A hole whose end the receiver has acknowledged was received there and lost here: no retransmission will come,
   * only packets that the capture put in a wrong order, which a few packets bound. One that was not
   * acknowledged waits for a retransmission. A hole is as old as the piece behind it.
   */
  private hopeless(slot: number, side: Side, reorder: Reorder): boolean {
    const { slots, limits } = this;
    const row = 2 * slot + side;
    const piece = reorder.pieces[0];
    const hole = piece.start - this.position(slot, side);
    const ageMs = this.clock.ms - piece.ms;
    const acknowledged =
      (slots.flags[slot] & (Flag.acknowledged << side)) !== 0 &&
      distance(slots.acknowledged[row], slots.expected[row]) >= hole;
    if (acknowledged) return reorder.packets - piece.packet > limits.holePacketsMax || ageMs > limits.holeMsMax;
    return ageMs > limits.holeSilentMsMax && !this.heard(slot, side);
  }

  /** Whether the other side's packets are captured, so that its acknowledgements would be seen. */
  private heard(slot: number, side: Side): boolean {
    return (this.slots.flags[slot] & (Flag.seen << (1 - side))) !== 0;
  }

  private giveUpHole(slot: number, side: Side, reorder: Reorder): void {
    const { slots } = this;
    const row = 2 * slot + side;
    const hole = reorder.pieces[0].start - this.position(slot, side);
    slots.expected[row] = advance(slots.expected[row], hole);
    slots.missed[row] += hole;
    slots.flags[slot] |= Flag.missed << side;
    this.consumer.gap(slot, side, hole);
    this.drain(slot, side, reorder);
  }

  private giveUpOldest(): void {
    const first = this.reorders.entries().next();
    if (first.done === true) return;
    const [row, reorder] = first.value;
    const { seconds, nanos, input, frame } = this;
    this.stampLast(row >> 1);
    this.giveUpHole(row >> 1, (row & 1) as Side, reorder);
    this.seconds = seconds;
    this.nanos = nanos;
    this.input = input;
    this.frame = frame;
  }

  // Closing

  private fin(slot: number, side: Side, at: number): void {
    const { slots } = this;
    if (slots.flags[slot] & (Flag.fin << side)) return;
    // Behind bytes that were read already: an old number that no receiver takes.
    if (distance(at, slots.expected[2 * slot + side]) < 0) return;
    slots.flags[slot] |= Flag.fin << side;
    slots.finAt[2 * slot + side] = at;
    this.finIfReached(slot, side);
  }

  private finIfReached(slot: number, side: Side): void {
    const { slots } = this;
    if (distance(slots.expected[2 * slot + side], slots.finAt[2 * slot + side]) < 0) return;
    if (slots.flags[slot] & (Flag.finished << side)) return;
    slots.flags[slot] |= Flag.finished << side;
    this.discard(slot, side);
    this.consumer.close(slot, side, 'fin');
    const both = Flag.finished | (Flag.finished << 1);
    if ((slots.flags[slot] & both) === both) this.closed(slot, 'fin');
  }

  private reset(slot: number, side: Side): void {
    this.slots.flags[slot] |= Flag.reset << side;
    this.closed(slot, 'reset');
  }

  /** Bytes that no stream has a place for any more. */
  private afterClose(length: number): void {
    if (length === 0) return;
    this.counts.retransmitted++;
    this.counts.retransmittedBytes += length;
  }

  /** The connection is over; its slot stays a while for late packets. */
  private closed(slot: number, how: Ended): void {
    if (this.slots.age[slot] === Age.closed) return;
    this.settle(slot);
    if (this.slots.age[slot] === Age.closed) return; // held bytes led up to both FINs
    this.slots.idleSince[slot] = this.clock.seconds;
    this.slots.touch(slot, Age.closed);
    this.consumer.ended(slot, how);
  }

  /** Ends a connection and frees its slot. */
  private end(slot: number, how: Ended): void {
    if (this.slots.age[slot] !== Age.closed) {
      this.stampLast(slot);
      this.settle(slot);
      if (this.slots.age[slot] !== Age.closed) this.consumer.ended(slot, how);
    }
    this.slots.remove(slot);
  }

  /** Gives up all holes and closes both streams. */
  private settle(slot: number): void {
    for (let side = 0; side < 2; side++) {
      const row = 2 * slot + side;
      for (let reorder = this.reorders.get(row); reorder !== undefined; reorder = this.reorders.get(row)) {
        this.giveUpHole(slot, side as Side, reorder);
      }
      if ((this.slots.flags[slot] & (Flag.finished << side)) === 0) {
        this.giveUpTail(slot, side as Side);
        if (this.slots.flags[slot] & (Flag.finished << side)) continue;
        this.slots.flags[slot] |= Flag.finished << side;
        this.consumer.close(slot, side as Side, 'cut');
      }
    }
  }

  /** What was sent or acknowledged after the last byte seen is missing too. */
  private giveUpTail(slot: number, side: Side): void {
    const { slots } = this;
    const row = 2 * slot + side;
    const flags = slots.flags[slot] >>> side;
    if ((flags & Flag.known) === 0) return;
    let tail = flags & Flag.fin ? distance(slots.finAt[row], slots.expected[row]) : 0;
    // An acknowledgement one byte ahead is that of a FIN which was not seen.
    if (tail === 0 && flags & Flag.acknowledged) tail = distance(slots.acknowledged[row], slots.expected[row]) - 1;
    if (tail <= 0 || tail > this.limits.windowBytesMax) return;
    slots.expected[row] = advance(slots.expected[row], tail);
    slots.missed[row] += tail;
    slots.flags[slot] |= Flag.missed << side;
    this.consumer.gap(slot, side, tail);
    if (flags & Flag.fin) this.finIfReached(slot, side);
  }

  private stampLast(slot: number): void {
    const { slots } = this;
    this.seconds = slots.lastSeconds[slot];
    this.nanos = slots.lastNanos[slot];
    this.input = slots.lastInput[slot];
    this.frame = slots.lastFrame[slot];
  }

  // Time

  /** Once a second of packet time: connections that were idle for too long end, and old holes are given up. */
  private expire(): void {
    const { slots, limits, clock } = this;
    this.expiredAtSeconds = clock.seconds;
    if (this.reorders.size > 0) this.expireHoles();
    this.expireList(Age.halfOpen, limits.halfOpenMsMax);
    this.expireList(Age.unknown, limits.unknownIdleMsMax);
    this.expireList(Age.identified, limits.identifiedIdleMsMax);
    for (let slot = slots.idlest(Age.closed); slot !== -1; slot = slots.idlest(Age.closed)) {
      if ((clock.seconds - slots.idleSince[slot]) * 1000 <= limits.closedMsMax) return;
      slots.remove(slot);
    }
  }

  private expireList(age: number, msMax: number): void {
    const { slots, clock } = this;
    for (let slot = slots.idlest(age); slot !== -1; slot = slots.idlest(age)) {
      if ((clock.seconds - slots.idleSince[slot]) * 1000 <= msMax) return;
      this.end(slot, 'expired');
    }
  }

  private expireHoles(): void {
    for (const [row, reorder] of [...this.reorders]) {
      const slot = row >> 1;
      const side = (row & 1) as Side;
      while (this.reorders.get(row) === reorder && this.hopeless(slot, side, reorder)) {
        this.stampLast(slot);
        this.giveUpHole(slot, side, reorder);
      }
    }
  }

  /** Frees the idlest slot: closed ones first of equal age, identified ones last. */
  private evict(): void {
    const { slots } = this;
    let idlest = -1;
    for (const age of [Age.closed, Age.halfOpen, Age.unknown, Age.identified]) {
      const slot = slots.idlest(age);
      if (slot !== -1 && (idlest === -1 || slots.idleSince[slot] < slots.idleSince[idlest])) idlest = slot;
    }
    if (slots.age[idlest] !== Age.closed) this.counts.evicted++;
    this.end(idlest, 'evicted');
  }
}

export function zeroCounts(): TrackerCounts {
  return {
    duplicates: 0,
    duplicateBytes: 0,
    retransmitted: 0,
    retransmittedBytes: 0,
    outOfWindow: 0,
    outOfWindowBytes: 0,
    truncated: 0,
    truncatedBytes: 0,
    evicted: 0,
    clockBackward: 0,
  };
}

/** The VLAN stack as one number; -1 for none. */
function vlanMark(packet: Packet): number {
  let mark = -1;
  for (let i = 0; i < packet.vlanCount; i++) mark = (Math.imul(mark, 4099) + packet.vlans[i] + 1) | 0;
  return mark;
}
