// Proves that the table finds every connection from both ends, through growth and reuse, and ages in order.
import { describe, expect, it } from 'vitest';
import { Packet } from '../../src/decode/packet.ts';
import { Age, Flag, Slots } from '../../src/tcp/slots.ts';
import { seeded } from '../support/chunks.ts';

/** A packet from end `a` to end `b`, each an IPv4 address as a number and a port. */
function between(a: [number, number], b: [number, number]): Packet {
  const packet = new Packet();
  packet.words.set([0, 0, 0xffff, a[0], 0, 0, 0xffff, b[0]]);
  packet.sourcePort = a[1];
  packet.targetPort = b[1];
  return packet;
}

function find(slots: Slots, packet: Packet, tunnel = 0): number {
  for (let slot = slots.locate(packet, tunnel); slot !== -1; slot = slots.after(slot)) {
    if (slots.ends.same(slot, packet, tunnel)) return slot;
  }
  return -1;
}

function add(slots: Slots, packet: Packet, tunnel = 0): number {
  slots.locate(packet, tunnel);
  return slots.add(packet, tunnel);
}

const listed = (slots: Slots, age: number) => {
  const list: number[] = [];
  for (let slot = slots.idlest(age); slot !== -1; slot = slots.younger(slot)) list.push(slot);
  return list;
};

describe('finding', () => {
  it.each<[string, [number, number], [number, number]]>([
    ['by address', [0x0a000001, 50_000], [0x0a000002, 104]],
    ['by address with the upper bit', [0x0a000001, 50_000], [0xf0000002, 104]],
    ['by port', [0x0a000001, 104], [0x0a000001, 50_000]],
    ['of equal ends', [0x0a000001, 104], [0x0a000001, 104]],
  ])('%s, the lower end is side 0', (_, low, high) => {
    const slots = new Slots();
    const slot = add(slots, between(high, low));
    expect(find(slots, between(low, high))).toBe(slot);
    expect(slots.side).toBe(0);
    expect(find(slots, between(high, low))).toBe(slot);
    expect(slots.side).toBe(low.join() === high.join() ? 0 : 1);
    expect([slots.port(slot, 0), slots.port(slot, 1)]).toEqual([low[1], high[1]]);
    expect(Array.from(slots.address(slot, 1).subarray(12))).toEqual(
      [24, 16, 8, 0].map((by) => (high[0] >>> by) & 0xff),
    );
  });

  it('addresses of IPv6 are compared by all their words', () => {
    const slots = new Slots();
    const words = [0x20010db8, 1, 2, 3, 0x20010db8, 1, 2, 4];
    const slot = add(
      slots,
      Object.assign(new Packet(), { words: Uint32Array.from(words), family: 6, sourcePort: 1, targetPort: 2 }),
    );
    expect(slots.family[slot]).toBe(6);
    for (let i = 0; i < 8; i++) {
      const changed = Uint32Array.from(words, (word, at) => (at === i ? word ^ 0x80000000 : word));
      const packet = Object.assign(new Packet(), { words: changed, family: 6, sourcePort: 1, targetPort: 2 });
      expect(find(slots, packet)).toBe(-1);
    }
  });

  it('tunnels keep equal ends apart', () => {
    const slots = new Slots();
    const packet = between([1, 2], [3, 4]);
    const plain = add(slots, packet);
    const inner = add(slots, packet, 0xfffffffe);
    expect([find(slots, packet), find(slots, packet, 0xfffffffe), find(slots, packet, 9)]).toEqual([plain, inner, -1]);
    expect(slots.ends.tunnel(inner)).toBe(0xfffffffe);
  });

  it('of equal keys the newest is found first, also after growth', () => {
    const slots = new Slots();
    const packet = between([1, 2], [3, 4]);
    const twins = [add(slots, packet), add(slots, packet), add(slots, packet)];
    for (let i = 0; i < 20_000; i++) add(slots, between([100 + i, 5], [3, 4]));
    const found: number[] = [];
    for (let slot = slots.locate(packet, 0); slot !== -1; slot = slots.after(slot)) {
      if (slots.ends.same(slot, packet, 0)) found.push(slot);
    }
    expect(found).toEqual(twins.reverse());
  });
});

describe('keeping', () => {
  it('at random, against a map: adding, removing, growing', () => {
    const random = seeded(17);
    const slots = new Slots();
    const model = new Map<number, number>();
    const packetOf = (key: number) => between([0x0a000000 + (key >> 4), 1000 + (key & 15)], [0xac100001, 104]);
    for (let round = 0; round < 60_000; round++) {
      const key = Math.floor(random() * 12_000);
      const known = model.get(key);
      expect(find(slots, packetOf(key))).toBe(known ?? -1);
      if (known === undefined) model.set(key, add(slots, packetOf(key)));
      else if (random() < 0.3) {
        slots.remove(known);
        model.delete(key);
      }
    }
    expect(slots.used).toBe(model.size);
    expect(new Set(model.values()).size).toBe(model.size);
    expect(listed(slots, Age.halfOpen).length).toBe(model.size);
    for (const [key, slot] of model) expect(find(slots, packetOf(key))).toBe(slot);
  });

  it('a slot used again is clean', () => {
    const slots = new Slots();
    const slot = add(slots, between([1, 2], [3, 4]));
    slots.flags[slot] = 0xffffffff;
    slots.vlan[slot] = 5;
    slots.vlanBefore[slot] = 6;
    slots.covered.fill(9, 2 * slot, 2 * slot + 2);
    slots.missed.fill(9, 2 * slot, 2 * slot + 2);
    slots.mac.fill(9, 12 * slot, 12 * slot + 12);
    slots.touch(slot, Age.identified);
    slots.remove(slot);
    expect(add(slots, between([5, 6], [7, 8]))).toBe(slot);
    expect([slots.flags[slot], slots.vlan[slot], slots.vlanBefore[slot], slots.age[slot]]).toEqual([
      0,
      0,
      0,
      Age.halfOpen,
    ]);
    expect([...slots.covered.subarray(0, 2), ...slots.missed.subarray(0, 2), ...slots.mac.subarray(0, 12)]).toEqual(
      new Array(16).fill(0),
    );
    expect(find(slots, between([1, 2], [3, 4]))).toBe(-1);
  });

  it('memory does not grow while slots come and go', () => {
    const slots = new Slots();
    for (let i = 0; i < 100_000; i++) slots.remove(add(slots, between([i, 1], [2, 3])));
    expect(slots.capacity).toBe(256);
  });
});

it('lists of age hold what was touched in the order of touching', () => {
  const slots = new Slots();
  const [a, b, c, d] = [1, 2, 3, 4].map((i) => add(slots, between([i, 1], [9, 9])));
  expect(listed(slots, Age.halfOpen)).toEqual([a, b, c, d]);
  slots.touch(b, Age.unknown);
  slots.touch(a, Age.unknown);
  slots.touch(c, Age.halfOpen);
  expect([listed(slots, Age.halfOpen), listed(slots, Age.unknown)]).toEqual([
    [d, c],
    [b, a],
  ]);
  slots.remove(d);
  slots.remove(a);
  expect([listed(slots, Age.halfOpen), listed(slots, Age.unknown), listed(slots, Age.closed)]).toEqual([[c], [b], []]);
});

it('flags of the two sides do not meet', () => {
  const ofNoSide: readonly number[] = [Flag.claim, Flag.ours];
  const bits = Object.values(Flag).flatMap((flag) => (ofNoSide.includes(flag) ? [flag] : [flag, flag << 1]));
  expect(new Set(bits).size).toBe(bits.length);
  expect(bits.reduce((sum, bit) => sum | bit, 0)).toBe(bits.reduce((sum, bit) => sum + bit, 0));
});

describe('the hash seed', () => {
  /** How many slots a packet's bucket holds. */
  const chain = (slots: Slots, packet: Packet) => {
    let length = 0;
    for (let slot = slots.locate(packet, 0); slot !== -1; slot = slots.after(slot)) length++;
    return length;
  };

  it.each<[string, 4 | 6]>([
    ['IPv4', 4],
    ['IPv6', 6],
  ])('a flood made for one seed shares no bucket under another: %s', (_, family) => {
    const made = new Slots(1);
    const flood: Packet[] = [];
    for (let i = 0; flood.length < 60; i++) {
      const packet = Object.assign(between([0x0a000000 + (i >> 4), 1024 + (i & 15)], [0xac100001, 104]), { family });
      const slot = add(made, packet);
      const same = (made.hash[slot] & 0x1fff) === 5;
      made.remove(slot);
      if (same) flood.push(packet);
    }
    for (const packet of flood) add(made, packet);
    expect(chain(made, flood[0])).toBe(60);
    for (const seed of [0, 2, 0xffffffff]) {
      const slots = new Slots(seed);
      for (const packet of flood) add(slots, packet);
      expect(Math.max(...flood.map((packet) => chain(slots, packet)))).toBeLessThan(5);
    }
  });

  it.each([0, 1, 77, 0xffffffff])('neighbouring addresses and ports spread: seed %i', (seed) => {
    const slots = new Slots(seed);
    let steps = 0;
    for (let i = 0; i < 60_000; i++) {
      const packet = between([0x0a000000 + (i >> 8), 1024 + (i & 255)], [0xac100001, 104]);
      steps += chain(slots, packet);
      slots.add(packet, 0);
    }
    // An ideal hash needs half a step for each, the table being at most half full.
    expect(steps).toBeLessThan(60_000);
  });
});

describe('memory', () => {
  const bytesOf = (columns: unknown[]) =>
    columns.filter((each) => ArrayBuffer.isView(each)).reduce((sum, column) => sum + column.byteLength, 0);

  it('columns take at most 190 bytes a connection, but for those of few', () => {
    const slots = new Slots(0, null, 20_000);
    for (let port = 1; port <= 4097; port++) add(slots, between([1, port], [2, 104]));
    const { buckets, ...columns } = { ...slots } as Record<string, unknown>;
    const { upper, ...ends } = { ...slots.ends } as Record<string, unknown>;
    expect(bytesOf([...Object.values(columns), ...Object.values(ends)]) / slots.capacity).toBeLessThan(190.5);
    expect(upper).toEqual(new Int32Array(6 * slots.capacity));
    expect(bytesOf([buckets])).toBe(4 * 16_384);
    expect(slots.cut.size + slots.unseen.size).toBe(0);
  });

  it('columns grow once, to as many as there may be, and buckets as they are needed', () => {
    const slots = new Slots(0, null, 20_000);
    const capacities = new Set([slots.capacity]);
    for (let port = 1; port <= 20_000; port++) {
      add(slots, between([1, port], [2, 104]));
      capacities.add(slots.capacity);
    }
    expect([...capacities]).toEqual([256, 20_000]);
    expect(find(slots, between([1, 1], [2, 104]))).toBe(0);
    expect(find(slots, between([1, 20_000], [2, 104]))).toBe(19_999);
  });
});
