import { giveBack, grown } from '../bytes/column.ts';
import type { Packet } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import { hashKeyOf, keyWords, mixed, product } from './key-hash.ts';
import type { Order } from './order.ts';

const capacityFirst = 4096;
/** No stack of VLAN ids, not even the empty one. */
const noVlanBefore = -2;

/** Lists that connections age in; each has one time limit, so the oldest is always at its head. */
/** From `closed` on they are over: `reset` ones as far as can be told, and their consumer does not know yet. */
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
  key = new Int32Array(capacityFirst * keyWords);
  hash = new Int32Array(capacityFirst);
  flags = new Int32Array(capacityFirst);
  age = new Uint8Array(capacityFirst);
  family = new Uint8Array(capacityFirst);
  firstSeconds = new Uint32Array(capacityFirst);
  firstNanos = new Uint32Array(capacityFirst);
  lastSeconds = new Uint32Array(capacityFirst);
  lastNanos = new Uint32Array(capacityFirst);
  /** Seconds that had gone by at the last packet: what lists are ordered by, for a packet's own stamp may be older. */
  idleSince = new Float64Array(capacityFirst);
  firstInput = new Uint32Array(capacityFirst);
  firstFrame = new Uint32Array(capacityFirst);
  lastInput = new Uint32Array(capacityFirst);
  lastFrame = new Uint32Array(capacityFirst);
  /** Sequence number of the first packet, for the id of a connection without handshake. */
  firstSequence = new Int32Array(capacityFirst);
  /** The VLAN stack seen last, as one number, so that a change is noticed. */
  vlan = new Int32Array(capacityFirst);
  /** The one before it; `noVlanBefore` while there was none. */
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
  mac = new Uint8Array(12 * capacityFirst);
  /** The number that a reset had. */
  resetAt = new Uint32Array(capacityFirst);
  /**
   * By row where there are any, for most have none: covered bytes that the snap length cut off, and missed ones that the other
   * side acknowledged.
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

  /** Side and hash of the packet that `locate` was last called with. */
  side: Side = 0;
  private packetHash = 0;
  /** The newest slot of the ends looked for last, for packets of one connection come one after the other; -1 for none. */
  private last = -1;
  private readonly hashKey: Int32Array;
  private readonly order: Order | null;

  /** `hashSeed`, 32 bits, decides which connections share a bucket, and nothing that is said of them. */
  constructor(hashSeed = 0, order: Order | null = null) {
    this.hashKey = hashKeyOf(hashSeed);
    this.order = order;
  }

  /** The newest slot of a packet's ends, or -1. Follow with `next`. */
  first(packet: Packet, tunnel: number): number {
    const { last } = this;
    if (last !== -1) {
      this.side = sideOf(packet);
      this.packetHash = this.hash[last];
      if (this.same(last, packet, tunnel)) return last;
    }
    const slot = this.locate(packet, tunnel);
    this.last = slot === -1 || this.same(slot, packet, tunnel) ? slot : this.next(slot, packet, tunnel);
    return this.last;
  }

  /** The next older slot of the same ends, or -1. */
  next(slot: number, packet: Packet, tunnel: number): number {
    let older = this.after(slot);
    while (older !== -1 && !this.same(older, packet, tunnel)) older = this.after(older);
    return older;
  }

  /** Orients and hashes a packet; the first slot of its bucket, or -1. */
  locate(packet: Packet, tunnel: number): number {
    const side = sideOf(packet);
    const hash = this.hashOf(packet, side, tunnel);
    this.side = side;
    this.packetHash = hash;
    return this.buckets[hash & (this.buckets.length - 1)];
  }

  /** The slot after another in its bucket, or -1. */
  after(slot: number): number {
    return this.chain[slot];
  }

  /**
   * The newest slot of two IPv4 ends without a tunnel, or -1: `first` for who has no packet. `ports` is both, the source's in the
   * upper half.
   */
  firstPlain(source: number, target: number, ports: number): number {
    const forward = source === target ? ports >>> 16 <= (ports & 0xffff) : source >>> 0 < target >>> 0;
    this.side = forward ? 0 : 1;
    const low = forward ? source : target;
    const high = forward ? target : source;
    const both = forward ? ports : (ports << 16) | (ports >>> 16);
    if (this.last === -1 || !this.samePlain(this.last, low, high, both)) this.last = this.findPlain(low, high, both);
    return this.last;
  }

  private findPlain(low: number, high: number, ports: number): number {
    const { hashKey } = this;
    const ends = product(low, hashKey[5]) + product(high, hashKey[9]);
    const hash = mixed(2 ** 32 + product(ports, hashKey[0]) + product(0, hashKey[1]) + ends);
    let slot = this.buckets[hash & (this.buckets.length - 1)];
    while (slot !== -1 && !this.samePlain(slot, low, high, ports)) slot = this.chain[slot];
    return slot;
  }

  private samePlain(slot: number, low: number, high: number, ports: number): boolean {
    const { key } = this;
    const at = slot * keyWords;
    if (key[at + 8] !== ports || key[at + 3] !== low || key[at + 7] !== high) return false;
    return key[at + 9] === 0 && this.family[slot] === 4;
  }

  private hashOf(packet: Packet, side: Side, tunnel: number): number {
    const { hashKey } = this;
    const { words } = packet;
    const low = 4 * side;
    const high = 4 - low;
    // The 33rd bit tells V8 from the start that the sum may pass 32 bits: it goes with the rest beyond them.
    let sum = 2 ** 32 + product(portsOf(packet, side), hashKey[0]) + product(tunnel, hashKey[1]);
    // Of IPv4 only the last word of an address tells.
    for (let i = packet.family === 4 ? 3 : 0; i < 4; i++) {
      sum += product(words[low + i], hashKey[2 + i]) + product(words[high + i], hashKey[6 + i]);
    }
    return mixed(sum);
  }

  /** Whether `slot` has the key of the packet just located. */
  same(slot: number, packet: Packet, tunnel: number): boolean {
    if (this.hash[slot] !== this.packetHash) return false;
    const { key, side } = this;
    const { words } = packet;
    const at = slot * keyWords;
    if (key[at + 8] !== portsOf(packet, side) || key[at + 9] !== (tunnel | 0)) return false;
    const low = 4 * side;
    const high = 4 - low;
    for (let i = 0; i < 4; i++) if (key[at + i] !== words[low + i] || key[at + 4 + i] !== words[high + i]) return false;
    return true;
  }

  /** A slot for the packet just located, first in its bucket, so that the newest of equal keys is found first. */
  add(packet: Packet, tunnel: number): number {
    this.last = -1;
    const slot = this.take();
    const { words } = packet;
    const at = slot * keyWords;
    const low = 4 * this.side;
    const high = 4 - low;
    for (let i = 0; i < 4; i++) {
      this.key[at + i] = words[low + i];
      this.key[at + 4 + i] = words[high + i];
    }
    this.key[at + 8] = portsOf(packet, this.side);
    this.key[at + 9] = tunnel;
    this.hash[slot] = this.packetHash;
    this.family[slot] = packet.family;
    this.clear(slot);
    const bucket = this.packetHash & (this.buckets.length - 1);
    this.chain[slot] = this.buckets[bucket];
    this.buckets[bucket] = slot;
    this.append(slot, Age.halfOpen);
    this.used++;
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
    const ports = this.key[slot * keyWords + 8];
    return side === 0 ? ports >>> 16 : ports & 0xffff;
  }

  tunnel(slot: number): number {
    return this.key[slot * keyWords + 9] >>> 0;
  }

  /** The 16 address bytes of a side, written to `bytes`; IPv4 is ::ffff:a.b.c.d. */
  address(slot: number, side: Side, bytes: Uint8Array = new Uint8Array(16)): Uint8Array {
    for (let i = 0; i < 16; i++) {
      bytes[i] = this.key[slot * keyWords + 4 * side + (i >> 2)] >>> (24 - 8 * (i & 3));
    }
    return bytes;
  }

  private clear(slot: number): void {
    this.flags[slot] = 0;
    this.vlan[slot] = -1;
    this.vlanBefore[slot] = noVlanBefore;
    this.tunnelMark[slot] = 0;
    for (let row = 2 * slot; row < 2 * slot + 2; row++) {
      this.covered[row] = 0;
      this.missed[row] = 0;
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

  private grow(): void {
    const capacity = this.capacity * 2;
    this.capacity = capacity;
    this.key = grown(this.key, capacity * keyWords);
    this.hash = grown(this.hash, capacity);
    this.flags = grown(this.flags, capacity);
    this.age = grown(this.age, capacity);
    this.family = grown(this.family, capacity);
    this.firstSeconds = grown(this.firstSeconds, capacity);
    this.firstNanos = grown(this.firstNanos, capacity);
    this.lastSeconds = grown(this.lastSeconds, capacity);
    this.lastNanos = grown(this.lastNanos, capacity);
    this.idleSince = grown(this.idleSince, capacity);
    this.firstInput = grown(this.firstInput, capacity);
    this.firstFrame = grown(this.firstFrame, capacity);
    this.lastInput = grown(this.lastInput, capacity);
    this.lastFrame = grown(this.lastFrame, capacity);
    this.firstSequence = grown(this.firstSequence, capacity);
    this.vlan = grown(this.vlan, capacity);
    this.vlanBefore = grown(this.vlanBefore, capacity);
    this.tunnelMark = grown(this.tunnelMark, capacity);
    this.expected = grown(this.expected, 2 * capacity);
    this.initial = grown(this.initial, 2 * capacity);
    this.finAt = grown(this.finAt, 2 * capacity);
    this.acknowledged = grown(this.acknowledged, 2 * capacity);
    this.covered = grown(this.covered, 2 * capacity);
    this.missed = grown(this.missed, 2 * capacity);
    this.mac = grown(this.mac, 12 * capacity);
    this.resetAt = grown(this.resetAt, capacity);
    this.chain = grown(this.chain, capacity);
    this.older = grown(this.older, capacity);
    this.newer = grown(this.newer, capacity);
    this.rehash(2 * capacity);
  }

  /** Chains every slot anew, the oldest first, so that the newest stays in front. Only called when all are in use. */
  private rehash(size: number): void {
    const before = this.buckets;
    const buckets = new Int32Array(size).fill(-1);
    const order: number[] = [];
    for (const head of before) {
      order.length = 0;
      for (let slot = head; slot !== -1; slot = this.chain[slot]) order.push(slot);
      while (order.length > 0) {
        const slot = order.pop() as number;
        const bucket = this.hash[slot] & (size - 1);
        this.chain[slot] = buckets[bucket];
        buckets[bucket] = slot;
      }
    }
    this.buckets = buckets;
    giveBack(before.buffer);
  }
}

function forget(rows: Map<number, number>, slot: number): void {
  rows.delete(2 * slot);
  rows.delete(2 * slot + 1);
}

/** The side that sends a packet: 0 is the end with the lower address, or of one address the lower port. */
function sideOf({ words, sourcePort, targetPort }: Packet): Side {
  for (let i = 0; i < 4; i++) if (words[i] !== words[4 + i]) return words[i] >>> 0 < words[4 + i] >>> 0 ? 0 : 1;
  return sourcePort <= targetPort ? 0 : 1;
}

/** Both ports as one word, that of side 0 first. */
function portsOf({ sourcePort, targetPort }: Packet, side: Side): number {
  return side === 0 ? (sourcePort << 16) | targetPort : (targetPort << 16) | sourcePort;
}
