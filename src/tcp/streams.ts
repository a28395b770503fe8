import type { Side } from '../model/facts.ts';
import type { Limits } from '../model/limits.ts';
import { PacketClock } from './clock.ts';
import type { StreamConsumer } from './consumer.ts';
import { Handover } from './handover.ts';
import type { Order } from './order.ts';
import { advance, distance } from './sequence.ts';
import { Flag, Slots } from './slots.ts';

/** What the parts of the tracker share: the table of connections, packet time, what was counted, and whom they tell. */
export class Streams {
  readonly slots: Slots;
  readonly clock: PacketClock;
  readonly limits: Limits;
  readonly handover: Handover;
  readonly counts: TrackerCounts = zeroCounts();
  /** Null where one tracker has all connections. */
  readonly order: Order | null;
  /**
   * Input, frame number and time of what is being stated: the packet at hand, or the last of a connection that ends.
   */
  input = 0;
  frame = 0;
  seconds = 0;
  nanos = 0;
  /** Set by the consumer that has something to do before the next packet; the sensor clears it. */
  paused = false;
  /** Payload up to which a segment is tiny: a threshold of the policy. */
  tinySegmentBytes = 8;

  constructor(limits: Limits, consumer: StreamConsumer, hashSeed: number, order: Order | null = null) {
    this.order = order;
    this.slots = new Slots(hashSeed, order, limits.connectionsMax);
    this.limits = limits;
    this.handover = new Handover(consumer, this.slots);
    this.clock = new PacketClock(limits);
  }

  /** Stream position of the next byte of a side. */
  position(slot: number, side: Side): number {
    return this.slots.covered[2 * slot + side] + this.slots.missed[2 * slot + side];
  }

  /** What follows is stated at a connection's last packet, not at the one at hand. */
  stampLast(slot: number): void {
    const { slots } = this;
    this.seconds = slots.lastSeconds[slot];
    this.nanos = slots.lastNanos[slot];
    this.input = slots.lastInput[slot];
    this.frame = slots.lastFrame[slot];
  }

  /** The snap length cut the next `length` bytes of a side off. */
  cutOff(slot: number, side: Side, length: number): void {
    const row = 2 * slot + side;
    this.counts.truncated++;
    this.counts.truncatedBytes += length;
    this.slots.flags[slot] |= Flag.truncated << side;
    addTo(this.slots.cut, row, length);
    this.handover.gap(slot, side, length);
  }

  /** The next `length` bytes of a side will never come. */
  giveUp(slot: number, side: Side, length: number): void {
    const { slots } = this;
    const row = 2 * slot + side;
    const flags = slots.flags[slot] >>> side;
    const received = flags & Flag.acknowledged ? distance(slots.acknowledged[row], slots.expected[row]) : 0;
    const unseen = Math.max(0, Math.min(length, received));
    if (unseen > 0) {
      this.counts.unseen++;
      this.counts.unseenBytes += unseen;
      addTo(slots.unseen, row, unseen);
    }
    slots.expected[row] = advance(slots.expected[row], length);
    slots.missed[row] += length;
    slots.flags[slot] |= Flag.missed << side;
    this.handover.gap(slot, side, length);
  }

  /** Bytes in a reset, which are a text about it (RFC 9293 section 3.5.3), or new ones after it: of no stream. */
  afterReset(length: number): void {
    this.counts.afterReset++;
    this.counts.afterResetBytes += length;
  }

  /** Bytes that no stream has a place for any more. */
  unplaced(length: number): void {
    if (length === 0) return;
    this.counts.retransmitted++;
    this.counts.retransmittedBytes += length;
  }
}

/** What the tracker counted; the sensor's book of losses gives them names. */
export interface TrackerCounts {
  duplicates: number;
  duplicateBytes: number;
  retransmitted: number;
  retransmittedBytes: number;
  afterReset: number;
  afterResetBytes: number;
  /** Segments with other bytes than those that came before them in the same place. */
  conflicting: number;
  /** Segments whose checksums were looked at (`Checks`), and those with a wrong one of the IP header, and of TCP. */
  summed: number;
  wrongIp: number;
  wrongIpBytes: number;
  wrongTcp: number;
  wrongTcpBytes: number;
  outOfWindow: number;
  outOfWindowBytes: number;
  truncated: number;
  truncatedBytes: number;
  /** Holes of which the receiver acknowledged bytes: lost before the sensor. */
  unseen: number;
  unseenBytes: number;
  evicted: number;
  clockBackward: number;
}

function addTo(rows: Map<number, number>, row: number, bytes: number): void {
  rows.set(row, (rows.get(row) ?? 0) + bytes);
}

function zeroCounts(): TrackerCounts {
  return {
    duplicates: 0,
    duplicateBytes: 0,
    retransmitted: 0,
    retransmittedBytes: 0,
    afterReset: 0,
    afterResetBytes: 0,
    conflicting: 0,
    summed: 0,
    wrongIp: 0,
    wrongIpBytes: 0,
    wrongTcp: 0,
    wrongTcpBytes: 0,
    outOfWindow: 0,
    outOfWindowBytes: 0,
    truncated: 0,
    truncatedBytes: 0,
    unseen: 0,
    unseenBytes: 0,
    evicted: 0,
    clockBackward: 0,
  };
}
