// Proves B16 to B18: fragments, IPv6 headers and wrong checksums leave the records as they are, and floods their
// bounds.
import { describe, expect, it } from 'vitest';
import { concat, counting, u16, u32 } from '../support/bytes.ts';
import type { Frame } from '../support/capture.ts';
import { seeded } from '../support/chunks.ts';
import { conversation, defaultStart, frame, frames, type Segment, stamp } from '../support/conversation.ts';
import { ethernet } from '../support/link.ts';
import { type ExtensionHeader, ipv4, ipv4Fragments, ipv6, ipv6Fragments, tcp } from '../support/packet.ts';
import { storing, withoutFrames } from '../support/sensing.ts';
import { withstand } from './withstand.ts';

const six = { client: { address: '2001:db8::1' }, server: { address: '2001:db8::2' } };
const told = ({ records }: { records: object }) =>
  withoutFrames(
    JSON.parse(
      JSON.stringify(records, (name, value) =>
        /^(start|end|durationMicros|time|.*Time|.*Seen)$/.test(name) ? undefined : value,
      ),
    ),
  );

/** A segment's frame in other IP packets: `wrap` makes those of its TCP segment. */
function carried(
  list: readonly Segment[],
  wrap: (segment: Uint8Array, ends: { source: string; target: string; id: number }, i: number) => Uint8Array[],
): Frame[] {
  return list.flatMap((one, i) => {
    const [source, target] =
      one.from === 'client' ? [one.path.client, one.path.server] : [one.path.server, one.path.client];
    const ends = { source: source.address, target: target.address };
    const { sequence, acknowledgement, flags, options } = one;
    const bytes = tcp(one.payload, {
      ...ends,
      sourcePort: source.port,
      targetPort: target.port,
      sequence,
      acknowledgement,
      flags,
      options,
    });
    return wrap(bytes, { ...ends, id: (i + 1) * (one.from === 'client' ? 1 : 0x101) }, i).map((packet, k) => ({
      bytes: ethernet(packet, { source: source.mac, target: target.mac }),
      ...stamp(one.at + k),
    }));
  });
}

const four = conversation(storing);
const sixes = conversation(storing, six);
const whole = { four: withstand(four), six: withstand(sixes) };
const shuffled = <T>(list: readonly T[], random: () => number): T[] =>
  list
    .map((one) => [random(), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);

describe('B16 fragments', () => {
  const fourOf = (bytes: number, change: (pieces: Uint8Array[], i: number) => Uint8Array[] = (pieces) => pieces) =>
    carried(four, (segment, ends, i) =>
      change(segment.length > bytes ? ipv4Fragments(segment, ends, bytes) : [ipv4(segment, ends)], i),
    );
  const sixOf = (bytes: number, change: (pieces: Uint8Array[], i: number) => Uint8Array[] = (pieces) => pieces) =>
    carried(sixes, (segment, ends, i) =>
      change(segment.length > bytes ? ipv6Fragments(segment, ends, bytes, i + 1) : [ipv6(segment, ends)], i),
    );

  it.each([8, 16, 64, 200])('of %i bytes, also of the first, in any order', (bytes) => {
    const random = seeded(bytes);
    for (const order of [
      (pieces: Uint8Array[]) => pieces,
      (pieces: Uint8Array[]) => pieces.toReversed(),
      (pieces: Uint8Array[]) => shuffled(pieces, random),
    ]) {
      const read = [withstand(fourOf(bytes, order)), withstand(sixOf(bytes, order))];
      expect(told(read[0])).toEqual(told(whole.four));
      expect(told(read[1])).toEqual(told(whole.six));
      expect(Object.keys(read[0].losses)).toEqual(['fragments-held']);
    }
  });

  it('each twice, equal, and overlapping with other bytes: the first copy holds', () => {
    const twice = withstand(fourOf(64, (pieces) => pieces.flatMap((piece) => [piece, piece])));
    expect(told(twice)).toEqual(told(whole.four));
    // A second piece over the first's last 8 bytes, of nonsense, before the rest comes.
    const over = withstand(
      fourOf(64, (pieces, i) => {
        if (pieces.length < 3) return pieces;
        const ends =
          four[i].from === 'client' ? four[i].path : { client: four[i].path.server, server: four[i].path.client };
        const id = (i + 1) * (four[i].from === 'client' ? 1 : 0x101);
        const nonsense = ipv4(counting(64, 9), {
          source: ends.client.address,
          target: ends.server.address,
          id,
          fragmentOffset: 56,
          moreFragments: true,
        });
        return [pieces[0], pieces[1], nonsense, ...pieces.slice(2)];
      }),
    );
    expect(told(over)).toEqual(told(whole.four));
  });

  it('the last missing: given up by packet time, counted, and what follows is read', () => {
    const data = four.findIndex(({ payload }) => payload[0] === 4);
    const list = fourOf(64, (pieces, i) => (i === data ? pieces.slice(0, -1) : pieces));
    const { losses, records } = withstand(list);
    expect(losses['fragments-given-up']?.packets).toBe(Math.ceil((20 + four[data].payload.length) / 64) - 1);
    expect(losses.missed?.bytes).toBe(four[data].payload.length);
    expect(records.associations).toMatchObject([{ outcome: 'released', complete: false }]);
  });

  it('beyond 65,535, contradicting, of odd sizes: refused and counted', () => {
    const ends = { source: '10.0.0.1', target: '10.0.0.2', id: 9 };
    const bad = [
      ipv4(counting(800), { ...ends, fragmentOffset: 65_528 }),
      ipv4(counting(9), { ...ends, fragmentOffset: 8, moreFragments: true }),
      ipv4(new Uint8Array(0), { ...ends, moreFragments: true }),
      ipv4(counting(8), { ...ends, id: 10, fragmentOffset: 16 }),
      ipv4(counting(8), { ...ends, id: 10, fragmentOffset: 48 }),
    ].map((packet, i) => ({ bytes: ethernet(packet), ...stamp(defaultStart + i) }));
    const { losses } = withstand([...bad, ...frames(four)]);
    expect(losses['fragments-given-up']?.packets).toBe(bad.length);
  });

  it('a flood of them stays within its bounds, and whole datagrams beside it come together', () => {
    const limits = { fragmentDatagramsMax: 64, fragmentBytesMax: 40_000 };
    const flood = Array.from({ length: 3000 }, (_, i) =>
      ethernet(
        ipv4(counting(400), {
          source: `10.66.${i >> 8}.${i & 255}`,
          target: '10.0.0.2',
          id: i & 0xffff,
          moreFragments: true,
          fragmentOffset: 8 * (i % 50),
        }),
      ),
    );
    const mixed = fourOf(64).flatMap((one) => [one, ...flood.splice(0, 12).map((bytes) => ({ ...one, bytes }))]);
    const read = withstand(mixed, { limits });
    expect(told(read)).toEqual(told(whole.four));
    expect(read.losses['fragments-given-up']?.packets).toBeGreaterThan(200);
  });

  it('of a clock that stands still or jumps back: none is given up for it', () => {
    const back = fourOf(64).map((one, i) => ({ ...one, ...stamp(defaultStart - (i % 2) * 500_000_000) }));
    const { losses, records } = withstand(back, { early: defaultStart, late: defaultStart + 1e9 });
    expect(losses['fragments-given-up']).toBeUndefined();
    expect(records.associations).toMatchObject([{ complete: true, objects: 1 }]);
  });
});

describe('B17 IPv6', () => {
  const rows: readonly (readonly [string, readonly ExtensionHeader[]])[] = [
    ['hop-by-hop options', [{ header: 0 }]],
    ['destination options', [{ header: 60, body: counting(20, 1) }]],
    ['a routing header', [{ header: 43, body: Uint8Array.of(4, 0, 0, 0, 0, 0) }]],
    ['mobility', [{ header: 135, body: new Uint8Array(6) }]],
    ['many in a row', [{ header: 0 }, { header: 60 }, { header: 43, body: new Uint8Array(6) }, { header: 60 }]],
  ];

  it.each(rows)('%s', (_, extensions) => {
    const read = withstand(carried(sixes, (segment, ends) => [ipv6(segment, { ...ends, extensions })]));
    expect(told(read)).toEqual(told(whole.six));
  });

  it('atomic fragments', () => {
    const atomic = carried(sixes, (segment, ends) => [
      ipv6(segment, { ...ends, fragment: { id: 7, offset: 0, more: false } }),
    ]);
    expect(told(withstand(atomic))).toEqual(told(whole.six));
  });

  it('an authentication header', () => {
    const header = concat(Uint8Array.of(6, 4), u16(0), u32(1), u32(1), counting(12));
    const list = carried(sixes, (segment, ends) => [ipv6(concat(header, segment), { ...ends, protocol: 51 })]);
    expect(told(withstand(list))).toEqual(told(whole.six));
  });

  it('a jumbogram: a payload length of 0 and a hop-by-hop option', () => {
    const jumbo = (bytes: number) => [{ header: 0, body: concat(Uint8Array.of(0xc2, 4), u32(bytes)) }];
    const big = conversation(storing, { ...six, client: { ...six.client, mss: 100_000 } });
    const list = carried(big, (segment, ends) => [
      ipv6(segment, { ...ends, extensions: jumbo(segment.length + 8), payloadLength: 0 }),
    ]);
    expect(withstand(list).records.associations).toMatchObject([{ complete: true, objects: 1 }]);
  });

  it('headers that are cut, chained to the end or without one are counted, not read', () => {
    const chain = (count: number) => Array.from({ length: count }, () => ({ header: 60 }));
    const packets = [
      ipv6(new Uint8Array(4), { source: '2001:db8::1', target: '2001:db8::2', protocol: 60 }),
      ipv6(Uint8Array.of(6, 255, 0, 0, 0, 0, 0, 0), { source: '2001:db8::1', target: '2001:db8::2', protocol: 0 }),
      ipv6(counting(20), { source: '2001:db8::1', target: '2001:db8::2', protocol: 59 }),
      ipv6(new Uint8Array(0), { source: '2001:db8::1', target: '2001:db8::2', extensions: chain(150), protocol: 60 }),
    ].map((packet) => ({ bytes: ethernet(packet), ...stamp(defaultStart) }));
    const { losses } = withstand([...packets, ...frames(sixes)]);
    expect((losses['malformed-network']?.packets ?? 0) + (losses['transport-unsupported']?.packets ?? 0)).toBe(
      packets.length,
    );
  });
});

describe('B18 wrong checksums', () => {
  /** Every frame with another TCP checksum: `of` tells which. */
  const wrong = (of: (one: Segment, i: number) => number | null) =>
    four.map((one, i) => {
      const made = frame(one);
      const checksum = of(one, i);
      const bytes = Uint8Array.from(made.bytes);
      if (checksum !== null) bytes.set(u16(checksum), 14 + 20 + 16);
      return { ...made, bytes };
    });

  it.each<[string, (one: Segment, i: number) => number | null]>([
    ['all of a sender, 0: offload', ({ from }) => (from === 'client' ? 0 : null)],
    ['all of them, of any value', (_, i) => 0x1234 + i],
  ])('%s: read all the same', (_, of) => {
    const { records } = withstand(wrong(of));
    expect(records.associations).toMatchObject([{ objects: 1, patients: 1, outcome: 'released', patientData: true }]);
  });

  it('of the IP header: read all the same', () => {
    const list = frames(four).map((one) => {
      const bytes = Uint8Array.from(one.bytes);
      bytes.set(u16(0xbeef), 14 + 10);
      return { ...one, bytes };
    });
    expect(told(withstand(list))).toEqual(told(whole.four));
  });
});
