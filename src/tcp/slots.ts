import { spread } from '../bytes/column.ts';
import type { Packet } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import { Ends } from './ends.ts';
import type { Order } from './order.ts';

/**
 * Few, so that growing comes before V8 has optimised what reads the columns: it takes a column that was never another
 * for a constant.
 */
const capacityFirst = 256;

/**
 * Lists that connections age in; each has one time limit, so the oldest is always at its head. From `closed` on they
 * are over: `reset` ones as far as can be told, and their consumer does not know yet.
 */
export const Age = { halfOpen: 0, unknown: 1, identified: 2, closed: 3, reset: 4 } as const;
export const ages = 5;

/** Bits of `flags`; those of side 1 are those of side 0 shifted left by one. */
export const Flag = {
  syn: 1 << 0,
  known: 1 << 2, // `expected` is set
  initial: 1 << 4, // `initial` is set
  fin: 1 << 6, // `finAt` is set
  finished: 1 << 8, // the stream was read up to its FIN
  pending: 1 << 10, // out-of-order bytes are held
  seen: 1 << 12, // a packet came from this side
  acknowledged: 1 << 14, // `acknowledged` is set: what the other side acknowledged of this one's bytes
  synAck: 1 << 16, // this side sent SYN-ACK
  reset: 1 << 18, // this side sent a reset that fits
  truncated: 1 << 20, // the snap length cut packets of this side
  missed: 1 << 22, // bytes of this side were given up
  claim: 1 << 24, // of no side: it began beside another connection of its ends, and no SYN-ACK answered it
  ours: 1 << 25, // of no side: it is of a protocol of ours
  ambiguous: 1 << 26, // bytes of this side came again with others in their place
  summedRight: 1 << 28, // a segment of this side had the right TCP checksum
  summedWrong: 1 << 30, // one had a wrong one that offload does not explain
} as const;

/**
 * The table of connections: columns of numbers, found by keyed integer hashing, no object per connection. A row is
 * a `slot`; side 0 is the lower endpoint in Community-ID order (address, then port).
 */
export class Slots {
  capacity = capacityFirst;
  used = 0;
  readonly ends: Ends;
  hash = new Int32Array(capacityFirst);
  flags = new Int32Array(capacityFirst);
  age = new Uint8Array(capacityFirst);
  firstSeconds = new Uint32Array(capacityFirst);
  firstNanos = new Uint32Array(capacityFirst);
  lastSeconds = new Uint32Array(capacityFirst);
  lastNanos = new Uint32Array(capacityFirst);
  /** Seconds that had gone by at the last packet: what lists are ordered by, for a packet's own stamp may be older. */
  idleSince = new Float64Array(capacityFirst);
  /** This and `lastInput` are written where they change: while there is one input, number 0, they take no memory. */
  firstInput = new Uint32Array(capacityFirst);
  firstFrame = new Uint32Array(capacityFirst);
  lastInput = new Uint32Array(capacityFirst);
  lastFrame = new Uint32Array(capacityFirst);
  /** Sequence number of the first packet, for the id of a connection without handshake. */
  firstSequence = new Int32Array(capacityFirst);
  /** The VLAN stack seen last, as one number (`vlanMark`), so that a change is noticed. */
  vlan = new Int32Array(capacityFirst);
  /** The one before it; the same while there was none. */
  vlanBefore = new Int32Array(capacityFirst);
  /** The tunnels of the last packet as one number, so that a change is noticed. */
  tunnelMark = new Uint32Array(capacityFirst);
  // Two rows a slot: index 2 * slot + side.
  expected = new Int32Array(2 * capacityFirst);
  initial = new Int32Array(2 * capacityFirst);
  finAt = new Int32Array(2 * capacityFirst);
  acknowledged = new Int32Array(2 * capacityFirst);
  covered = new Float64Array(2 * capacityFirst);
  missed = new Float64Array(2 * capacityFirst);
  /**
   * Of the next bytes, how many the consumer need not be shown; of those before, how many it was not and is still to be
   * told of (`Handover`). Nothing's at its end.
   */
  unneeded = new Int32Array(2 * capacityFirst);
  passed = new Int32Array(2 * capacityFirst);
  mac = new Uint8Array(12 * capacityFirst);
  /** The number that a reset had. */
  resetAt = new Uint32Array(capacityFirst);
  /**
   * By row where there are any, for most have none: covered bytes that the snap length cut off, and missed ones that
   * the other side acknowledged.
   */
  readonly cut = new Map<number, number>();
  readonly unseen = new Map<number, number>();
  /** By row: tiny segments in a row at its beginning, the longest run (upper half) and the one at hand (lower half). */
  readonly tiny = new Map<number, number>();
  /** By slot: bytes that both sides had sent when a reset came that cannot have ended it. */
  readonly strangeReset = new Map<number, number>();

  private buckets = new Int32Array(2 * capacityFirst).fill(-1);
  private chain = new Int32Array(capacityFirst);
  private older = new Int32Array(capacityFirst);
  private newer = new Int32Array(capacityFirst);
  private readonly heads = new Int32Array(ages).fill(-1);
  private readonly tails = new Int32Array(ages).fill(-1);
  private free = -1;
  private fresh = 0;

  /**
   * The newest slot of the ends looked for last, for packets of one connection come one after the other; -1 for none.
   */
  private last = -1;
  private readonly order: Order | null;
  private readonly slotsMax: number;

  /**
   * `hashSeed`, 32 bits, decides which connections share a bucket, and nothing said of them; `slotsMax`: in use at
   * once, as far as is known.
   */
  constructor(hashSeed = 0, order: Order | null = null, slotsMax = 0) {
    this.ends = new Ends(capacityFirst, hashSeed);
    this.order = order;
    this.slotsMax = slotsMax;
  }

  /** Side of the packet that was looked for last. */
  get side(): Side {
    return this.ends.side;
  }

  /** 4 or 6, by slot. */
  get family(): Uint8Array {
    return this.ends.family;
  }

  /** The newest slot of a packet's ends, or -1. Follow with `next`. */
  first(packet: Packet, tunnel: number): number {
    const { ends, last } = this;
    ends.orient(packet);
    if (last !== -1 && ends.same(last, packet, tunnel)) return last;
    const slot = this.buckets[ends.hash(packet, tunnel) & (this.buckets.length - 1)];
    this.last = slot === -1 || ends.same(slot, packet, tunnel) ? slot : this.next(slot, packet, tunnel);
    return this.last;
  }

  /** The next older slot of the same ends, or -1. */
  next(slot: number, packet: Packet, tunnel: number): number {
    let older = this.after(slot);
    while (older !== -1 && !this.ends.same(older, packet, tunnel)) older = this.after(older);
    return older;
  }

  /** Looks at a packet; the first slot of its bucket, or -1. */
  locate(packet: Packet, tunnel: number): number {
    this.ends.orient(packet);
    return this.buckets[this.ends.hash(packet, tunnel) & (this.buckets.length - 1)];
  }

  /** The slot after another in its bucket, or -1. */
  after(slot: number): number {
    return this.chain[slot];
  }

  /**
   * The newest slot of two IPv4 ends without a tunnel, or -1: `first` for who has no packet. `ports` is both, the
   * source's in the upper half.
   */
  firstPlain(source: number, target: number, ports: number): number {
    const forward = source === target ? ports >>> 16 <= (ports & 0xffff) : source >>> 0 < target >>> 0;
    this.ends.side = forward ? 0 : 1;
    const low = forward ? source : target;
    const high = forward ? target : source;
    const both = forward ? ports : (ports << 16) | (ports >>> 16);
    if (this.last === -1 || !this.ends.samePlain(this.last, low, high, both))
      this.last = this.findPlain(low, high, both);
    return this.last;
  }

  private findPlain(low: number, high: number, ports: number): number {
    const { ends, buckets, chain } = this;
    let slot = buckets[ends.hashPlain(low, high, ports) & (buckets.length - 1)];
    while (slot !== -1 && !ends.samePlain(slot, low, high, ports)) slot = chain[slot];
    return slot;
  }

  /** A slot for the packet just looked for, first in its bucket, so that the newest of equal ends is found first. */
  add(packet: Packet, tunnel: number): number {
    const slot = this.take();
    const hash = this.ends.hash(packet, tunnel);
    this.ends.put(slot, packet, tunnel);
    this.hash[slot] = hash;
    this.clear(slot);
    const bucket = hash & (this.buckets.length - 1);
    this.chain[slot] = this.buckets[bucket];
    this.buckets[bucket] = slot;
    this.append(slot, Age.halfOpen);
    this.used++;
    this.last = slot;
    return slot;
  }

  remove(slot: number): void {
    this.last = -1;
    const bucket = this.hash[slot] & (this.buckets.length - 1);
    if (this.buckets[bucket] === slot) this.buckets[bucket] = this.chain[slot];
    else {
      let before = this.buckets[bucket];
      while (this.chain[before] !== slot) before = this.chain[before];
      this.chain[before] = this.chain[slot];
    }
    this.unlink(slot);
    this.chain[slot] = this.free;
    this.free = slot;
    this.used--;
  }

  /** Moves a slot to the young end of list `age`. */
  touch(slot: number, age: number): void {
    this.unlink(slot);
    this.append(slot, age);
  }

  /** The idlest slot of a list, or -1. */
  idlest(age: number): number {
    return this.heads[age];
  }

  /** The next younger slot of the same list, or -1. */
  younger(slot: number): number {
    return this.newer[slot];
  }

  port(slot: number, side: Side): number {
    return this.ends.port(slot, side);
  }

  /** The 16 address bytes of a side, written to `bytes`; IPv4 is ::ffff:a.b.c.d. */
  address(slot: number, side: Side, bytes: Uint8Array = new Uint8Array(16)): Uint8Array {
    for (let i = 0; i < 16; i++) bytes[i] = this.ends.addressWord(slot, side, i >> 2) >>> (24 - 8 * (i & 3));
    return bytes;
  }

  /** A packet of the connection came. What nearly always stays as it was is not written to. */
  noteLast(slot: number, seconds: number, nanos: number, input: number, frame: number): void {
    this.lastSeconds[slot] = seconds;
    this.lastNanos[slot] = nanos;
    if (this.lastInput[slot] !== input) this.lastInput[slot] = input;
    this.lastFrame[slot] = frame;
  }

  /** What is nothing's nearly always is not written to: so its memory is none but where it was. */
  private clear(slot: number): void {
    this.flags[slot] = 0;
    if (this.vlan[slot] !== 0) this.vlan[slot] = 0;
    if (this.vlanBefore[slot] !== 0) this.vlanBefore[slot] = 0;
    if (this.tunnelMark[slot] !== 0) this.tunnelMark[slot] = 0;
    for (let row = 2 * slot; row < 2 * slot + 2; row++) {
      this.covered[row] = 0;
      if (this.missed[row] !== 0) this.missed[row] = 0;
    }
    if (this.cut.size > 0) forget(this.cut, slot);
    if (this.unseen.size > 0) forget(this.unseen, slot);
    if (this.tiny.size > 0) forget(this.tiny, slot);
    if (this.strangeReset.size > 0) this.strangeReset.delete(slot);
    for (let at = 12 * slot; at < 12 * slot + 12; at++) this.mac[at] = 0;
  }

  private take(): number {
    if (this.free !== -1) {
      const slot = this.free;
      this.free = this.chain[slot];
      return slot;
    }
    if (this.fresh === this.capacity) this.grow();
    if (2 * this.fresh === this.buckets.length) this.rehash();
    return this.fresh++;
  }

  private append(slot: number, age: number): void {
    const tail = this.tails[age];
    this.age[slot] = age;
    if (this.order !== null) this.order.put(slot);
    this.older[slot] = tail;
    this.newer[slot] = -1;
    if (tail === -1) this.heads[age] = slot;
    else this.newer[tail] = slot;
    this.tails[age] = slot;
  }

  private unlink(slot: number): void {
    const age = this.age[slot];
    const older = this.older[slot];
    const newer = this.newer[slot];
    if (older === -1) this.heads[age] = newer;
    else this.newer[older] = newer;
    if (newer === -1) this.tails[age] = older;
    else this.older[newer] = older;
  }

  /**
   * Once, to as many as may be: a page that nothing was written to takes no memory, and nothing is copied or left
   * behind later.
   */
  private grow(): void {
    const capacity = Math.max(this.slotsMax, 2 * this.capacity);
    this.capacity = capacity;
    this.ends.grow(capacity);
    this.hash = spread(this.hash, capacity);
    this.flags = spread(this.flags, capacity);
    this.age = spread(this.age, capacity);
    this.firstSeconds = spread(this.firstSeconds, capacity);
    this.firstNanos = spread(this.firstNanos, capacity);
    this.lastSeconds = spread(this.lastSeconds, capacity);
    this.lastNanos = spread(this.lastNanos, capacity);
    this.idleSince = spread(this.idleSince, capacity);
    this.firstInput = spread(this.firstInput, capacity);
    this.firstFrame = spread(this.firstFrame, capacity);
    this.lastInput = spread(this.lastInput, capacity);
    this.lastFrame = spread(this.lastFrame, capacity);
    this.firstSequence = spread(this.firstSequence, capacity);
    this.vlan = spread(this.vlan, capacity);
    this.vlanBefore = spread(this.vlanBefore, capacity);
    this.tunnelMark = spread(this.tunnelMark, capacity);
    this.expected = spread(this.expected, 2 * capacity);
    this.initial = spread(this.initial, 2 * capacity);
    this.finAt = spread(this.finAt, 2 * capacity);
    this.acknowledged = spread(this.acknowledged, 2 * capacity);
    this.covered = spread(this.covered, 2 * capacity);
    this.missed = spread(this.missed, 2 * capacity);
    this.unneeded = spread(this.unneeded, 2 * capacity);
    this.passed = spread(this.passed, 2 * capacity);
    this.mac = spread(this.mac, 12 * capacity);
    this.resetAt = spread(this.resetAt, capacity);
    this.chain = spread(this.chain, capacity);
    this.older = spread(this.older, capacity);
    this.newer = spread(this.newer, capacity);
  }

  /** Parts each chain in two, both in its order: so the newest stays in front. */
  private rehash(): void {
    const { buckets: before, chain, hash } = this;
    const buckets = new Int32Array(2 * before.length).fill(-1);
    for (let bucket = 0; bucket < before.length; bucket++) {
      let low = -1;
      let high = -1;
      for (let slot = before[bucket]; slot !== -1; ) {
        const next = chain[slot];
        const isHigh = (hash[slot] & before.length) !== 0;
        const tail = isHigh ? high : low;
        if (tail !== -1) chain[tail] = slot;
        else buckets[isHigh ? bucket + before.length : bucket] = slot;
        chain[slot] = -1;
        if (isHigh) high = slot;
        else low = slot;
        slot = next;
      }
    }
    this.buckets = buckets;
  }
}

function forget(rows: Map<number, number>, slot: number): void {
  rows.delete(2 * slot);
  rows.delete(2 * slot + 1);
}
