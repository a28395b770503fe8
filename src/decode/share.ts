import type { Packet } from './packet.ts';

/**
 * One of several shares of all traffic, told by the two innermost addresses: both directions of a connection are of one
 * share, and so are all connections between two hosts, whatever VLANs, tunnels and fragments their packets come in.
 */
export class Share {
  readonly index: number;
  private readonly count: number;
  private readonly seed: number;

  /** `seed`, 32 bits, is one for all shares. */
  constructor(index: number, count: number, seed: number) {
    this.index = index;
    this.count = count;
    this.seed = seed;
  }

  /** Whether a segment is of this share. */
  has({ words }: Packet): boolean {
    const { seed } = this;
    return this.owns(
      mixed(words[0], words[1], words[2], words[3], seed),
      mixed(words[4], words[5], words[6], words[7], seed),
    );
  }

  /** The same between two addresses of IPv4. */
  hasPlain(source: number, target: number): boolean {
    const { seed } = this;
    return this.owns(mixed(0, 0, 0xffff, source, seed), mixed(0, 0, 0xffff, target, seed));
  }

  /** A sum has no order: so the direction does not matter. */
  private owns(source: number, target: number): boolean {
    const sum = (source + target) | 0;
    const hash = Math.imul(sum ^ (sum >>> 15), 0x846ca68b);
    return ((hash ^ (hash >>> 16)) >>> 0) % this.count === this.index;
  }
}

/** The four words of an address, in which IPv4 has one that tells. */
function mixed(a: number, b: number, c: number, d: number, seed: number): number {
  let hash = Math.imul(d ^ seed, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ c, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ b, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16) ^ a, 0x27d4eb2f);
  return hash ^ (hash >>> 15);
}
