import { spread } from '../bytes/column.ts';
import type { Packet } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import { hashKeyOf, mixed, product } from './key-hash.ts';

/** Words of a slot, and which is which. */
const endsWords = 4;
const End = {
  /** The last words of the addresses of side 0 and side 1: of IPv4 all that tells. */
  low: 0,
  high: 1,
  /** That of side 0 in the upper half. */
  ports: 2,
  tunnel: 3,
} as const;
/** Of IPv6, the other words of both addresses. */
const upperWords = 6;

/** What connections are told by, one a slot: both addresses and ports, and the tunnel that they came in. */
export class Ends {
  private words: Int32Array;
  /** Where there is no IPv6, nothing is written to it, and it takes no memory. */
  private upper: Int32Array;
  /** 4 or 6. */
  family: Uint8Array;
  /** Side of the packet that was looked at last. */
  side: Side = 0;
  private readonly hashKey: Int32Array;

  /** `hashSeed`: 32 bits. */
  constructor(capacity: number, hashSeed: number) {
    this.words = new Int32Array(endsWords * capacity);
    this.upper = new Int32Array(upperWords * capacity);
    this.family = new Uint8Array(capacity);
    this.hashKey = hashKeyOf(hashSeed);
  }

  grow(capacity: number): void {
    this.words = spread(this.words, endsWords * capacity);
    this.upper = spread(this.upper, upperWords * capacity);
    this.family = spread(this.family, capacity);
  }

  /** Looks at a packet: which side sends it. */
  orient({ family, words, sourcePort, targetPort }: Packet): void {
    for (let i = family === 4 ? 3 : 0; i < 4; i++) {
      if (words[i] === words[4 + i]) continue;
      this.side = words[i] >>> 0 < words[4 + i] >>> 0 ? 0 : 1;
      return;
    }
    this.side = sourcePort <= targetPort ? 0 : 1;
  }

  /** Of the packet just looked at. */
  hash(packet: Packet, tunnel: number): number {
    const { hashKey, side } = this;
    const { words } = packet;
    const low = 4 * side;
    const high = 4 - low;
    let sum = this.products(words[low + 3], words[high + 3], portsOf(packet, side), tunnel);
    if (packet.family === 6) {
      for (let i = 0; i < 3; i++)
        sum = (sum + product(words[low + i], hashKey[2 + i]) + product(words[high + i], hashKey[6 + i])) | 0;
    }
    return mixed(sum);
  }

  /** The same of IPv4 without a tunnel. */
  hashPlain(low: number, high: number, ports: number): number {
    return mixed(this.products(low, high, ports, 0));
  }

  private products(low: number, high: number, ports: number, tunnel: number): number {
    const { hashKey } = this;
    const addresses = (product(low, hashKey[5]) + product(high, hashKey[9])) | 0;
    return (addresses + product(ports, hashKey[0]) + product(tunnel, hashKey[1])) | 0;
  }

  /** Whether a slot has the ends of the packet just looked at. */
  same(slot: number, packet: Packet, tunnel: number): boolean {
    const { words: of, side } = this;
    const { words, family } = packet;
    const at = endsWords * slot;
    const low = 4 * side;
    if (of[at + End.ports] !== portsOf(packet, side) || of[at + End.tunnel] !== (tunnel | 0)) return false;
    if (of[at + End.low] !== words[low + 3] || of[at + End.high] !== words[7 - low]) return false;
    return this.family[slot] === family && (family === 4 || this.sameUpper(slot, words));
  }

  /** Whether a slot has these ends, of IPv4 without a tunnel. */
  samePlain(slot: number, low: number, high: number, ports: number): boolean {
    const { words } = this;
    const at = endsWords * slot;
    if (words[at + End.ports] !== ports || words[at + End.low] !== low || words[at + End.high] !== high) return false;
    return words[at + End.tunnel] === 0 && this.family[slot] === 4;
  }

  private sameUpper(slot: number, words: Int32Array): boolean {
    const { upper } = this;
    const at = upperWords * slot;
    const low = 4 * this.side;
    const high = 4 - low;
    for (let i = 0; i < 3; i++)
      if (upper[at + i] !== words[low + i] || upper[at + 3 + i] !== words[high + i]) return false;
    return true;
  }

  /** A slot gets the ends of the packet just looked at. */
  put(slot: number, packet: Packet, tunnel: number): void {
    const { side } = this;
    const { words, family } = packet;
    const at = endsWords * slot;
    const low = 4 * side;
    const high = 4 - low;
    this.words[at + End.low] = words[low + 3];
    this.words[at + End.high] = words[high + 3];
    this.words[at + End.ports] = portsOf(packet, side);
    this.words[at + End.tunnel] = tunnel;
    this.family[slot] = family;
    if (family === 4) return;
    this.upper.set(words.subarray(low, low + 3), upperWords * slot);
    this.upper.set(words.subarray(high, high + 3), upperWords * slot + 3);
  }

  port(slot: number, side: Side): number {
    const ports = this.words[endsWords * slot + End.ports];
    return side === 0 ? ports >>> 16 : ports & 0xffff;
  }

  tunnel(slot: number): number {
    return this.words[endsWords * slot + End.tunnel] >>> 0;
  }

  /** Of the four words of a side's address number `i`, as a packet has them. */
  addressWord(slot: number, side: Side, i: number): number {
    if (i === 3) return this.words[endsWords * slot + End.low + side];
    if (this.family[slot] === 4) return i === 2 ? 0xffff : 0;
    return this.upper[upperWords * slot + 3 * side + i];
  }

  /** Of the ten words of a key (`keyWords`) number `i`. */
  keyWord(slot: number, i: number): number {
    if (i >= 8) return this.words[endsWords * slot + End.ports + i - 8];
    return this.addressWord(slot, i < 4 ? 0 : 1, i & 3);
  }
}

/** Both ports as one word, that of side 0 first. */
function portsOf({ sourcePort, targetPort }: Packet, side: Side): number {
  return side === 0 ? (sourcePort << 16) | targetPort : (targetPort << 16) | sourcePort;
}
