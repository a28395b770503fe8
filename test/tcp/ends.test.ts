// Proves that the ends of connections are told apart by all that they are, that both sides find the same ones, and that
// what is kept of them is what packets had.
import { expect, it } from 'vitest';
import { Packet } from '../../src/decode/packet.ts';
import { Ends } from '../../src/tcp/ends.ts';

const mapped = [0, 0, 0xffff, 0x0a000001, 0, 0, 0xffff, 0x0a000002];
const wide = [0x20010db8, 1, 2, 3, 0x20010db8, 1, 2, 4];

function packetOf(words: readonly number[], family: 4 | 6, ports: readonly [number, number]): Packet {
  const packet = Object.assign(new Packet(), { family, sourcePort: ports[0], targetPort: ports[1] });
  packet.words.set(words);
  return packet;
}

/** The same packet, sent by the other side. */
function answer({ words, family, sourcePort, targetPort }: Packet): Packet {
  return packetOf([...words.subarray(4), ...words.subarray(0, 4)], family, [targetPort, sourcePort]);
}

function put(ends: Ends, slot: number, packet: Packet, tunnel: number): void {
  ends.orient(packet);
  ends.put(slot, packet, tunnel);
}

function isSame(ends: Ends, slot: number, packet: Packet, tunnel: number): boolean {
  ends.orient(packet);
  return ends.same(slot, packet, tunnel);
}

function hashOf(ends: Ends, packet: Packet, tunnel: number): number {
  ends.orient(packet);
  return ends.hash(packet, tunnel);
}

const kinds: readonly [string, readonly number[], 4 | 6][] = [
  ['IPv4', mapped, 4],
  ['IPv6', wide, 6],
  ['IPv6 that holds IPv4', mapped, 6],
];

it.each(kinds)('%s: both sides have the same ends, and any other packet has not', (_, words, family) => {
  const ends = new Ends(4, 7);
  const packet = packetOf(words, family, [50_000, 104]);
  put(ends, 2, answer(packet), 9);
  for (const each of [packet, answer(packet)]) {
    expect(isSame(ends, 2, each, 9)).toBe(true);
    expect(isSame(ends, 2, each, 8)).toBe(false);
    expect(hashOf(ends, each, 9)).toBe(hashOf(ends, packet, 9));
  }
  const others = [
    packetOf(words, family, [50_001, 104]),
    packetOf(words, family, [104, 50_000]),
    packetOf(words, family === 4 ? 6 : 4, [50_000, 104]),
    ...words.map((_, i) => packetOf(words.with(i, words[i] ^ 0x40), family, [50_000, 104])),
  ];
  // Of IPv4 the other words of an address are always the same.
  const told = others.filter((_, i) => family === 6 || i < 3 || (i - 3) % 4 === 3);
  for (const other of told) {
    expect(isSame(ends, 2, other, 9)).toBe(false);
    expect(hashOf(ends, other, 9)).not.toBe(hashOf(ends, packet, 9));
  }
});

it.each(kinds)(
  '%s: what is kept is what the packet had, through growth and where another was before',
  (_, words, family) => {
    const ends = new Ends(2, 7);
    put(ends, 1, packetOf(wide.toReversed(), 6, [1, 2]), 5);
    put(ends, 1, packetOf(words, family, [50_000, 104]), 0xffff_fffe);
    ends.grow(10);
    const key = Array.from({ length: 10 }, (_, i) => ends.keyWord(1, i));
    expect(key).toEqual([...words, (50_000 << 16) | 104, -2]);
    expect([0, 1, 2, 3].map((i) => ends.addressWord(1, 1, i))).toEqual(words.slice(4));
    expect([ends.port(1, 0), ends.port(1, 1), ends.tunnel(1), ends.family[1]]).toEqual([
      50_000,
      104,
      0xffff_fffe,
      family,
    ]);
  },
);

it('IPv4 without a tunnel is found by numbers alone as by a packet', () => {
  const ends = new Ends(2, 7);
  const packet = packetOf(mapped, 4, [50_000, 104]);
  put(ends, 1, packet, 0);
  const numbers = [mapped[3], mapped[7], (50_000 << 16) | 104] as const;
  expect(ends.hashPlain(...numbers)).toBe(hashOf(ends, packet, 0));
  expect(ends.samePlain(1, ...numbers)).toBe(true);
  expect(ends.samePlain(1, numbers[1], numbers[0], numbers[2])).toBe(false);
  put(ends, 1, packet, 3);
  expect(ends.samePlain(1, ...numbers)).toBe(false);
  put(ends, 1, packetOf(mapped, 6, [50_000, 104]), 0);
  expect(ends.samePlain(1, ...numbers)).toBe(false);
});
