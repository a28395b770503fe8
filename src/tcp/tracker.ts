import type { Batch } from '../capture/batch.ts';
import type { Heads } from '../decode/heads.ts';
import { ACK, FIN, type Packet, RST, SYN } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import type { Limits } from '../model/limits.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { Checks } from './checks.ts';
import { Claims } from './claims.ts';
import type { PacketClock } from './clock.ts';
import { Closing } from './closing.ts';
import type { StreamConsumer } from './consumer.ts';
import { Duplicates } from './duplicates.ts';
import { Eviction } from './eviction.ts';
import { Holes } from './holes.ts';
import { InStep } from './in-step.ts';
import { LongRun } from './long-run.ts';
import { Matching, vlanMark } from './matching.ts';
import type { Order } from './order.ts';
import { unread } from './piece.ts';
import { Resets } from './resets.ts';
import { advance, distance } from './sequence.ts';
import { Age, ages, Flag, type Slots } from './slots.ts';
import { Streams, type TrackerCounts } from './streams.ts';

/**
 * TCP segments → ordered bytes, gaps and closes, per direction (RFC 9293). In-order segments go straight on; early ones
 * stay where they were captured until that memory is used again, and only those that still wait then, and may be read,
 * are copied, under a byte budget. No depth limit. All time is packet time.
 *
 *   long run: the shortest lane, of many segments at once
 *   in step: the short lane of most segments
 *   matching: whose segment → here: read it → holes: what came early → closing: how it ends
 */
export class Tracker {
  readonly streams: Streams;
  readonly slots: Slots;
  readonly clock: PacketClock;
  readonly counts: TrackerCounts;
  readonly eviction: Eviction;
  readonly holes: Holes;
  connections = 0;
  private readonly limits: Limits;
  private readonly duplicates: Duplicates;
  private readonly checks: Checks;
  private readonly inStep: InStep;
  private readonly longRun: LongRun;
  private readonly matching: Matching;
  private readonly closing: Closing;
  private readonly claims: Claims;
  private readonly resets: Resets;
  private readonly acknowledgements: Acknowledgements;
  private expiredAt = 0;
  private packetSeconds = 0;
  private packetNanos = 0;
  private packetInput = 0;
  private packetFrame = 0;

  /**
   * `hashSeed`: 32 bits that whoever sends the packets cannot know, so that no flood makes its connections slow to
   * find.
   */
  constructor(limits: Limits, consumer: StreamConsumer, hashSeed = 0, order: Order | null = null) {
    const streams = new Streams(limits, consumer, hashSeed, order);
    this.streams = streams;
    this.slots = streams.slots;
    this.clock = streams.clock;
    this.counts = streams.counts;
    this.limits = limits;
    this.duplicates = new Duplicates(limits.duplicateMsMax);
    this.checks = new Checks(streams);
    this.matching = new Matching(streams);
    this.holes = new Holes(streams, this.checks, this);
    this.acknowledgements = new Acknowledgements(streams, this.holes);
    this.inStep = new InStep(streams, this.duplicates, this.checks, this.acknowledgements);
    this.longRun = new LongRun(streams, this.duplicates, this.checks, this.holes, this.acknowledgements);
    this.closing = new Closing(streams, this.holes, this.acknowledgements);
    this.eviction = new Eviction(streams, this.closing);
    this.claims = new Claims(streams, this.matching, this.closing);
    this.resets = new Resets(streams, this.matching, this.holes);
  }

  /** Packet time now: expiries that are due happen. Called for every packet, TCP or not. */
  tick(seconds: number, nanos: number): void {
    this.streams.order?.next();
    const believed = this.clock.observe(seconds, nanos);
    this.packetSeconds = believed ? seconds : this.clock.seconds;
    this.packetNanos = believed ? nanos : this.clock.nanos;
    if (this.clock.elapsed !== this.expiredAt) this.expire();
  }

  /** The same by the machine's own clock, on a silent wire. */
  advance(seconds: number, nanos: number): void {
    this.clock.set(seconds, nanos);
    if (this.clock.elapsed !== this.expiredAt) this.expire();
  }

  /**
   * Packets of a batch from `from` on, as many as the shortest lane takes: the first that it does not, or `to`. No
   * `tick` is needed for these.
   */
  run(batch: Batch, heads: Heads, from: number, to: number, input: number): number {
    return this.longRun.take(batch, heads, from, to, input);
  }

  /** One decoded segment, frame `frame` of input `input`. `tick` was called with its stamp. */
  segment(packet: Packet, tunnel: number, input: number, frame: number): void {
    const newest = this.slots.first(packet, tunnel);
    const { packetSeconds, packetNanos } = this;
    if (newest !== -1 && this.inStep.takes(newest, packet, packetSeconds, packetNanos, input, frame)) return;
    this.general(newest, packet, tunnel, input, frame);
  }

  /** The same for any segment, those in step too; `newest` is the newest slot of its ends (`Slots.first`). */
  general(newest: number, packet: Packet, tunnel: number, input: number, frame: number): void {
    const { slots, streams, counts, connections } = this;
    this.packetInput = input;
    this.packetFrame = frame;
    const slot = this.connectionOf(newest, packet, tunnel);
    if (slot === -1) return;
    const isFirst = this.connections > connections;
    const side = slots.side;
    streams.seconds = this.packetSeconds;
    streams.nanos = this.packetNanos;
    streams.input = input;
    streams.frame = frame;
    // A connection that ended was forgotten: its late packets tell nothing of it.
    const age = slots.age[slot];
    const over = age >= Age.closed;
    if (!over && (packet.vlanCount > 0 || slots.vlan[slot] !== 0)) this.noteVlan(slot, packet);
    if (!over && packet.tunnelMark !== slots.tunnelMark[slot]) this.noteTunnels(slot, packet);
    const isNew =
      isFirst || this.holes.bringsBytes(slot, side, packet) || this.acknowledgements.saysMore(slot, side, packet);
    if (isNew) this.duplicates.note(slot, packet, this.clock.ms32);
    else if (this.duplicates.seen(slot, packet, this.clock.ms32)) {
      counts.duplicates++;
      counts.duplicateBytes += packet.payloadLength;
      return;
    }
    if (packet.flags & RST && !over && !this.resets.believes(slot, packet)) {
      if (newest === slot && slots.next(slot, packet, tunnel) === -1) this.resets.noteStrange(slot);
      this.countOutOfWindow(packet);
      return;
    }
    if (age === Age.reset) {
      if (!this.resets.goesOn(slot, side, packet)) {
        this.resets.hold(slot, side, packet);
        return;
      }
      this.resets.noteStrange(slot);
      this.closing.revive(slot, side);
    }
    this.touch(slot, side, packet);
    if (age === Age.closed) this.resets.late(slot, side, packet);
    else this.read(slot, side, packet);
  }

  /** The connection became one of a protocol of ours: it may stay idle for longer. */
  identified(slot: number): void {
    this.slots.flags[slot] |= Flag.ours;
    if (this.slots.age[slot] === Age.unknown || this.slots.age[slot] === Age.halfOpen)
      this.slots.touch(slot, Age.identified);
  }

  /**
   * End of all input: holes are given up, connections end as they are. Those that are closed have told all: they stay,
   * for nobody asks.
   */
  finish(): void {
    for (let age = 0; age < ages; age++) {
      if (age === Age.closed) continue;
      for (let slot = this.slots.idlest(age); slot !== -1; slot = this.slots.idlest(age)) {
        this.streams.order?.ofList(age, slot);
        this.closing.end(slot, 'input-end');
      }
    }
    this.streams.order?.atHand();
  }

  /** Hands on the next bytes of a side, up to its FIN: `to - start` captured ones of `all` on the wire. */
  deliver(slot: number, side: Side, bytes: Uint8Array, start: number, to: number, all: number): void {
    const { slots } = this;
    const row = 2 * slot + side;
    const length = (slots.flags[slot] & (Flag.fin << side)) === 0 ? all : this.closing.upToFin(row, all);
    const end = Math.min(to, start + length);
    slots.expected[row] = advance(slots.expected[row], length);
    slots.covered[row] += length;
    if (bytes === unread) this.streams.handover.pass(row, length);
    else if (end > start) this.streams.handover.data(slot, side, bytes, start, end);
    if (bytes !== unread && end - start < length) this.streams.cutOff(slot, side, length - (end - start));
    if ((slots.flags[slot] & (Flag.fin << side)) !== 0) this.closing.finIfReached(slot, side);
  }

  // Opening

  private connectionOf(newest: number, packet: Packet, tunnel: number): number {
    const { matching } = this;
    const found = matching.find(newest, packet, tunnel);
    if (found !== -1) {
      if (packet.flags & SYN && matching.isAnsweredClaim(found, packet)) this.claims.answered(found, packet);
      return found;
    }
    if (matching.newest !== -1) {
      if (packet.flags & RST) {
        if (this.slots.next(matching.newest, packet, tunnel) === -1) this.resets.noteStrange(matching.newest);
        this.countOutOfWindow(packet);
        return -1;
      }
      const others = this.claims.makeRoom(packet);
      const slot = this.open(packet, tunnel);
      if (others > 0) this.slots.flags[slot] |= Flag.claim;
      return slot;
    }
    return this.open(packet, tunnel);
  }

  private countOutOfWindow(packet: Packet): void {
    this.counts.outOfWindow++;
    this.counts.outOfWindowBytes += packet.payloadLength;
  }

  private open(packet: Packet, tunnel: number): number {
    const { slots, limits } = this;
    if (slots.used >= limits.connectionsMax) this.eviction.any();
    const slot = slots.add(packet, tunnel);
    this.connections++;
    slots.firstSeconds[slot] = this.packetSeconds;
    slots.firstNanos[slot] = this.packetNanos;
    if (slots.firstInput[slot] !== this.packetInput) slots.firstInput[slot] = this.packetInput;
    slots.firstFrame[slot] = this.packetFrame;
    slots.firstSequence[slot] = packet.sequence;
    slots.noteLast(slot, this.packetSeconds, this.packetNanos, this.packetInput, this.packetFrame);
    slots.idleSince[slot] = this.clock.elapsed;
    return slot;
  }

  private touch(slot: number, side: Side, packet: Packet): void {
    const { slots, streams } = this;
    if ((slots.flags[slot] & (Flag.seen << side)) === 0) this.firstOfSide(slot, side, packet);
    const last = slots.lastSeconds[slot];
    if (streams.seconds < last || (streams.seconds === last && streams.nanos < slots.lastNanos[slot])) {
      this.counts.clockBackward++;
      streams.seconds = last;
      streams.nanos = slots.lastNanos[slot];
    }
    slots.noteLast(slot, streams.seconds, streams.nanos, streams.input, streams.frame);
    const age = slots.age[slot];
    const both = Flag.seen | (Flag.seen << 1);
    const grown =
      age === Age.halfOpen &&
      (packet.payloadLength > 0 || ((slots.flags[slot] & both) === both && !(packet.flags & SYN)));
    if (this.clock.elapsed !== slots.idleSince[slot] || grown) {
      slots.idleSince[slot] = this.clock.elapsed;
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
    const some = (slots.flags[slot] & (Flag.seen | (Flag.seen << 1))) !== 0;
    slots.vlanBefore[slot] = some ? slots.vlan[slot] : mark;
    slots.vlan[slot] = mark;
    this.streams.handover.path(slot, packet);
  }

  private noteTunnels(slot: number, packet: Packet): void {
    this.slots.tunnelMark[slot] = packet.tunnelMark;
    this.streams.handover.path(slot, packet);
  }

  // Reading

  private read(slot: number, side: Side, packet: Packet): void {
    const { slots } = this;
    const row = 2 * slot + side;
    let sequence = packet.sequence;
    const flags = packet.flags;
    if (flags & (SYN | RST)) this.checks.verify(slot, side, packet);
    if (flags & SYN) {
      this.handshake(slot, side, packet);
      sequence = advance(sequence, 1);
    } else if ((slots.flags[slot] & (Flag.known << side)) === 0) {
      slots.expected[row] = sequence;
      slots.flags[slot] |= Flag.known << side;
    }
    if (flags & ACK) this.acknowledgements.take(slot, (1 - side) as Side, packet.acknowledgement);
    if (packet.payloadLength > 0) {
      if (flags & RST) this.streams.afterReset(packet.payloadLength);
      else if (slots.flags[slot] & (Flag.finished << side)) this.streams.unplaced(packet.payloadLength);
      else this.payload(slot, side, packet, sequence);
    }
    if (slots.flags[slot] & (Flag.pending | (Flag.pending << 1))) this.holes.review(slot);
    if (flags & FIN) this.closing.fin(slot, side, advance(sequence, packet.payloadLength));
    if (flags & RST) this.closing.reset(slot, side, sequence);
  }

  private handshake(slot: number, side: Side, packet: Packet): void {
    const { slots } = this;
    const row = 2 * slot + side;
    const other = (1 - side) as Side;
    if ((slots.flags[slot] & (Flag.initial << side)) === 0 && this.streams.position(slot, side) === 0) {
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
    const { slots, counts } = this;
    const row = 2 * slot + side;
    const length = packet.payloadLength;
    let ahead = distance(sequence, slots.expected[row]);
    if (ahead === 1 && this.beganWithKeepAlive(slot, side)) {
      slots.expected[row] = sequence;
      ahead = 0;
    }
    if (ahead === 0 && (slots.flags[slot] & (Flag.pending << side)) === 0) {
      const covered = slots.covered[row];
      if (covered < this.limits.markedBytesMax) this.checks.first(slot, side, packet, covered);
      this.deliver(slot, side, packet.bytes, packet.payloadStart, packet.payloadEnd, length);
      return;
    }
    if (ahead + length <= 0) {
      this.checks.again(slot, side, packet, -ahead);
      counts.retransmitted++;
      counts.retransmittedBytes += length;
      return;
    }
    if (ahead < 0) this.checks.again(slot, side, packet, -ahead);
    if (ahead <= 0) {
      const start = Math.min(packet.payloadEnd, packet.payloadStart - ahead);
      counts.retransmittedBytes -= ahead;
      if ((slots.flags[slot] & (Flag.pending << side)) === 0) {
        this.deliver(slot, side, packet.bytes, start, packet.payloadEnd, length + ahead);
        return;
      }
    }
    if (this.holes.isUnneeded(slot, side, packet, ahead)) this.holes.hold(slot, side, unread, 0, 0, ahead, length, 0);
    else {
      const owed = ahead < 0 ? 0 : this.checks.owed(packet);
      this.holes.hold(slot, side, packet.bytes, packet.payloadStart, packet.payloadEnd, ahead, length, owed);
    }
  }

  /** Joined in the middle at a keep-alive, whose number is one below the next (RFC 9293 section 3.8.4). */
  private beganWithKeepAlive(slot: number, side: Side): boolean {
    const some = (Flag.initial | Flag.pending) << side;
    return (this.slots.flags[slot] & some) === 0 && this.streams.position(slot, side) === 0;
  }

  // Time

  /** Once a second of packet time: connections that were idle for too long end, and old holes are given up. */
  private expire(): void {
    const { slots, limits, clock } = this;
    this.expiredAt = clock.elapsed;
    this.holes.expire();
    this.expireList(Age.halfOpen, limits.halfOpenMsMax);
    this.expireList(Age.unknown, limits.unknownIdleMsMax);
    this.expireList(Age.identified, limits.identifiedIdleMsMax);
    this.expireList(Age.reset, limits.closedMsMax);
    this.streams.order?.atHand();
    for (let slot = slots.idlest(Age.closed); slot !== -1; slot = slots.idlest(Age.closed)) {
      if ((clock.elapsed - slots.idleSince[slot]) * 1000 <= limits.closedMsMax) return;
      slots.remove(slot);
    }
  }

  private expireList(age: number, msMax: number): void {
    const { slots, clock } = this;
    for (let slot = slots.idlest(age); slot !== -1; slot = slots.idlest(age)) {
      if ((clock.elapsed - slots.idleSince[slot]) * 1000 <= msMax) return;
      this.streams.order?.ofList(age, slot);
      this.closing.end(slot, 'expired');
    }
  }
}
