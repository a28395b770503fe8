// Proves B14: an exact copy within its time is a copy; no other packet is ever taken for one.
import { describe, expect, it } from 'vitest';
import { Packet } from '../../src/decode/packet.ts';
import { Duplicates } from '../../src/tcp/duplicates.ts';

const now = 1_767_600_000_123;

function packet(given: Partial<Packet> = {}): Packet {
  const base = { sequence: -16, acknowledgement: 7, identification: 0xfffff, flags: 24, checksum: 0xabcd };
  return Object.assign(new Packet(), base, { payloadLength: 1460, sourcePort: 50_000, targetPort: 104 }, given);
}

describe('copies', () => {
  it('are seen within fifty milliseconds of the first, not after', () => {
    const duplicates = new Duplicates(50);
    expect(duplicates.seen(3, packet(), now)).toBe(false);
    expect(duplicates.seen(3, packet(), now)).toBe(true);
    expect(duplicates.seen(3, packet(), now + 50)).toBe(true);
    expect(duplicates.seen(3, packet(), now + 51)).toBe(false);
    expect(duplicates.seen(3, packet(), now + 51)).toBe(true);
  });

  it.each([0, 1, 1022, 1023, 1024, 1500])(
    'of a packet that was only noted is seen too, %i packets later',
    (between) => {
      const duplicates = new Duplicates(50);
      duplicates.note(3, packet(), now);
      for (let i = 0; i < between; i++) duplicates.note(4, packet({ identification: i }), now + 1);
      expect(duplicates.seen(3, packet(), now + 50)).toBe(true);
      expect(duplicates.seen(3, packet(), now + 51)).toBe(false);
    },
  );

  it.each([2 ** 31 - 1, 2 ** 32 - 1])('are seen where the count of packets wraps, at %i', (count) => {
    const duplicates = new Duplicates(50);
    Object.assign(duplicates, { next: count | 0, unchained: count | 0 });
    duplicates.note(3, packet(), now);
    for (let i = 0; i < 10; i++) duplicates.note(4, packet({ identification: i }), now);
    expect(duplicates.seen(3, packet({ identification: 1 }), now)).toBe(false);
    expect(duplicates.seen(3, packet(), now)).toBe(true);
    expect(duplicates.seen(3, packet({ identification: 1 }), now)).toBe(true);
  });

  it('of a flood of packets that fall into one chain some are seen, and none for more than its time', () => {
    const duplicates = new Duplicates(50);
    for (let i = 0; i < 20_000; i++) duplicates.note(3, packet({ flags: i & 0xff }), now);
    expect(duplicates.seen(3, packet({ flags: 19_999 & 0xff }), now)).toBe(true);
    expect(duplicates.seen(3, packet({ flags: (19_999 - 200) & 0xff }), now)).toBe(false);
  });

  it.each<[string, Partial<Packet>]>([
    ['sequence', { sequence: -15 }],
    ['acknowledgement', { acknowledgement: 8 }],
    ['identification', { identification: 0xffffe }],
    ['flags', { flags: 16 }],
    ['checksum', { checksum: 0xabcc }],
    ['length', { payloadLength: 1459 }],
    ['length of a large segment', { payloadLength: 1460 + 65_536 }],
    ['direction', { sourcePort: 104 }],
  ])('another %s is another packet', (_, given) => {
    const duplicates = new Duplicates(50);
    duplicates.seen(3, packet(), now);
    expect(duplicates.seen(3, packet(given), now)).toBe(false);
  });

  it('another connection is another packet', () => {
    const duplicates = new Duplicates(50);
    duplicates.seen(3, packet(), now);
    expect(duplicates.seen(4, packet(), now)).toBe(false);
  });

  it('nothing is a copy of nothing', () => {
    expect(new Duplicates(50).seen(0, new Packet(), 0)).toBe(false);
    expect(new Duplicates(50).seen(0, packet({ sequence: 0, acknowledgement: 0 }), 0)).toBe(false);
  });

  it('two million packets that differ, a million a second: not one is taken for a copy', () => {
    // Proves that a packet is not told by a hash alone: one lost in a million is a hole in every large study.
    const duplicates = new Duplicates(50);
    const one = packet();
    let taken = 0;
    for (let i = 0; i < 2_000_000; i++) {
      one.sequence = (i * 1460) | 0;
      one.identification = i & 0xffff;
      one.checksum = Math.imul(i, 40_503) & 0xffff;
      if (duplicates.seen(i & 7, one, now + Math.floor(i / 1000))) taken++;
    }
    expect(taken).toBe(0);
  });

  it('of a busy wire are nearly all seen', () => {
    // Each packet and its copy a hundred packets later, at a hundred thousand a second.
    const duplicates = new Duplicates(50);
    const one = packet();
    let copies = 0;
    const at = (i: number) => {
      one.sequence = (i * 1460) | 0;
      one.identification = i & 0xffff;
      return duplicates.seen(0, one, now + Math.floor(i / 100));
    };
    for (let i = 0; i < 100_000; i++) {
      at(i);
      if (i >= 100 && at(i - 100)) copies++;
    }
    expect(copies).toBeGreaterThan(99_000);
  });

  it.each([1, 60, 400])(
    '%i packets a millisecond: those noted are told as if each had been entered at once',
    (rate) => {
      const noted = new Duplicates(50);
      const entered = new Duplicates(50);
      const one = packet();
      let told = 0;
      for (let i = 0; i < 300_000; i++) {
        // Long whiles in order, then some copies of what came just before or long ago.
        const isCopy = i % 50_000 > 49_900;
        const of = isCopy ? i - ((Math.imul(i, 0x9e3779b1) >>> 0) % (60 * rate)) : i;
        Object.assign(one, { sequence: (of * 1460) | 0, identification: of & 0xffff });
        const nowMs = now + Math.floor(i / rate);
        const expected = entered.seen(of & 7, one, nowMs);
        if (!isCopy) noted.note(of & 7, one, nowMs);
        else expect(noted.seen(of & 7, one, nowMs)).toBe(expected);
        if (expected) told++;
      }
      expect(told).toBeGreaterThan(0);
    },
  );
});
