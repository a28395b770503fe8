// Proves that shares of all traffic keep both directions of two hosts together, lie apart, and are of nearly equal
// size.
import { describe, expect, it } from 'vitest';
import { Packet } from '../../src/decode/packet.ts';
import { Share } from '../../src/decode/share.ts';

const shares = (count: number, seed = 7) => Array.from({ length: count }, (_, index) => new Share(index, count, seed));

function packet(source: readonly number[], target: readonly number[]): Packet {
  const made = new Packet();
  made.words.set([...source, ...target]);
  return made;
}

const ipv4 = (address: number) => [0, 0, 0xffff, address | 0];
const ipv6 = (a: number, d: number) => [0x20010db8, a, 0, d];
/** Of hosts as networks have them: one after the other. */
const pairs = (of: (host: number) => number[], count = 20_000) =>
  Array.from({ length: count }, (_, i) => [of(0x0a000000 + (i >> 7)), of(0x0a800000 + (i & 127))] as const);

describe.each([
  ['IPv4', ipv4],
  ['IPv6 by interface', (host: number) => ipv6(1, host)],
  ['IPv6 by network', (host: number) => ipv6(host, 1)],
])('%s', (_, of) => {
  it.each([2, 3, 4, 16])('of %i shares each pair of hosts is in one, whichever of them sends', (count) => {
    for (const [a, b] of pairs(of, 500)) {
      const there = shares(count).map((share) => share.has(packet(a, b)));
      expect(there.filter(Boolean)).toHaveLength(1);
      expect(shares(count).map((share) => share.has(packet(b, a)))).toEqual(there);
    }
  });

  it.each([2, 3, 8])('%i shares are of nearly equal size', (count) => {
    const all = shares(count);
    const sizes = all.map(() => 0);
    for (const [a, b] of pairs(of)) {
      const made = packet(a, b);
      sizes[all.findIndex((share) => share.has(made))]++;
    }
    for (const size of sizes) expect(Math.abs(size * count - 20_000) / 20_000).toBeLessThan(0.06);
  });
});

it('ports do not matter, for fragments have none and a station has many', () => {
  const made = packet(ipv4(0x0a000001), ipv4(0x0a000002));
  const before = shares(4).map((share) => share.has(made));
  made.sourcePort = 1;
  made.targetPort = 104;
  made.family = 6;
  expect(shares(4).map((share) => share.has(made))).toEqual(before);
});

it('two addresses of IPv4 alone say the same as their packet', () => {
  for (const [a, b] of pairs(ipv4, 500)) {
    expect(shares(3).map((share) => share.hasPlain(a[3], b[3]))).toEqual(shares(3).map((s) => s.has(packet(a, b))));
  }
});

it('the seed decides, so that nobody outside knows who shares a thread', () => {
  const shared = (seed: number) => pairs(ipv4, 500).map(([a, b]) => new Share(0, 2, seed).has(packet(a, b)));
  expect(shared(1)).not.toEqual(shared(2));
});
