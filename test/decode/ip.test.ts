// Proves B07, B08 and B17: payload lengths come from IP, options and extension headers are passed over.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { concat, counting, u8, u32 } from '../support/bytes.ts';
import { ethernet } from '../support/link.ts';
import { type ExtensionHeader, ipv4, ipv6, protocols, tcp, tcpOption, udp } from '../support/packet.ts';
import { type Decoded, decodeAll, decodeOne, hexOf, makeDecoder } from './decoding.ts';

const four = { source: '10.0.0.1', target: '192.168.7.9' };
const six = { source: '2001:db8::1', target: 'fe80::2:0:3' };
const ports = { sourcePort: 50_000, targetPort: 104, sequence: 0xfffffff0 };
const segment = (ends: typeof four, payload = counting(33)) => tcp(payload, { ...ends, ...ports });
const found = (decoded: Decoded) => [decoded.next, decoded.payload, decoded.length];

describe('IPv4', () => {
  it.each([0, 1, 4, 17, 40])('options of %i bytes', (length) => {
    const options = new Uint8Array(length).fill(1);
    expect(found(decodeOne(ethernet(ipv4(segment(four), { ...four, options }))))).toEqual([
      Next.tcp,
      hexOf(counting(33)),
      33,
    ]);
  });

  it('B07 padding is no payload, not one byte of it', () => {
    for (const length of [0, 1, 5]) {
      const frame = ethernet(ipv4(segment(four, counting(length)), four), { padTo: 90 });
      expect(found(decodeOne(frame))).toEqual([Next.tcp, hexOf(counting(length)), length]);
    }
  });

  it('B08 a total length of 0 or above the frame: the frame says where it ends', () => {
    for (const totalLength of [0, 65_535]) {
      const frame = ethernet(ipv4(segment(four, counting(3000)), { ...four, totalLength }));
      expect(decodeOne(frame)).toMatchObject({ next: Next.tcp, length: 3000 });
    }
  });

  it('a snap length cuts the captured bytes, not the length on the wire', () => {
    const frame = ethernet(ipv4(segment(four, counting(1000)), four), { padTo: 1100 });
    expect(found(decodeOne(frame, { snapLength: 14 + 40 + 10 }))).toEqual([Next.tcp, hexOf(counting(10)), 1000]);
    expect(found(decodeOne(frame, { snapLength: 14 + 40 }))).toEqual([Next.tcp, '', 1000]);
    const options = tcp(counting(9), { ...four, ...ports, options: tcpOption.timestamps(1, 2) });
    const cut = decodeOne(ethernet(ipv4(options, four)), { snapLength: 14 + 20 + 25 });
    expect(found(cut)).toEqual([Next.tcp, '', 9]);
  });

  it.each([
    ['version 6 in its place', (bytes: Uint8Array) => bytes.set([0x65], 14)],
    ['a header of four words', (bytes: Uint8Array) => bytes.set([0x44], 14)],
    ['a header beyond the packet', (bytes: Uint8Array) => bytes.set([0x4f], 14)],
    ['a total length below the header', (bytes: Uint8Array) => bytes.set([0, 19], 16)],
  ])('%s is malformed', (_, damage) => {
    const frame = ethernet(ipv4(segment(four, new Uint8Array(0)), four));
    damage(frame);
    expect(decodeOne(frame).next).toBe(Next.malformedNetwork);
  });

  it('other transports are told, and fragments of none', () => {
    const datagram = udp(counting(5), { ...four, sourcePort: 1, targetPort: 2 });
    expect(decodeOne(ethernet(ipv4(datagram, { ...four, protocol: protocols.udp }))).next).toBe(
      Next.transportUnsupported,
    );
  });

  it('B18 a wrong checksum is no reason to go dark', () => {
    const frame = ethernet(ipv4(tcp(counting(3), { ...four, ...ports, checksum: 1 }), { ...four, checksum: 2 }));
    expect(decodeOne(frame).next).toBe(Next.tcp);
  });
});

describe('IPv6', () => {
  const chained = (extensions: readonly ExtensionHeader[], snapLength?: number) =>
    decodeOne(ethernet(ipv6(segment(six), { ...six, extensions })), snapLength === undefined ? {} : { snapLength });

  it.each<[string, ExtensionHeader[]]>([
    ['none', []],
    ['hop-by-hop', [{ header: 0 }]],
    ['destination options, long', [{ header: 60, body: new Uint8Array(2046) }]],
    ['routing', [{ header: 43, body: Uint8Array.of(0, 0, 0, 0, 0, 0) }]],
    ['mobility', [{ header: 135 }]],
    ['all of them', [{ header: 0 }, { header: 60 }, { header: 43 }, { header: 60 }, { header: 135 }]],
    ['two hundred', Array.from({ length: 200 }, () => ({ header: 60 }))],
  ])('extension headers: %s', (_, extensions) => {
    expect(found(chained(extensions))).toEqual([Next.tcp, hexOf(counting(33)), 33]);
  });

  it('an authentication header, whose length counts words', () => {
    // RFC 4302: 12 bytes and an integrity check of 12: 24 bytes in all, so its length says 4.
    const header = concat(u8(6), u8(4), counting(22));
    const frame = ethernet(ipv6(concat(header, segment(six)), { ...six, protocol: 51 }));
    expect(found(decodeOne(frame))).toEqual([Next.tcp, hexOf(counting(33)), 33]);
  });

  it('an atomic fragment is a packet like any other, RFC 6946', () => {
    const frame = ethernet(ipv6(segment(six), { ...six, fragment: { id: 5, offset: 0, more: false } }));
    const decoder = makeDecoder();
    expect(found(decodeOne(frame, { decoder }))).toEqual([Next.tcp, hexOf(counting(33)), 33]);
    expect(decoder.fragments.waiting).toBe(0);
  });

  it('cut within a chain is malformed at every length', () => {
    const extensions = [{ header: 0 }, { header: 60, body: counting(14) }];
    for (let length = 54; length < 54 + 24; length++) {
      expect(chained(extensions, length).next).toBe(Next.malformedNetwork);
    }
    expect(chained(extensions, 54 + 24).next).toBe(Next.malformedTransport);
  });

  it('padding is no payload; payload length 0: the frame says where it ends', () => {
    const padded = ethernet(ipv6(segment(six, counting(1)), six), { padTo: 100 });
    expect(found(decodeOne(padded))).toEqual([Next.tcp, '00', 1]);
    const offloaded = ethernet(ipv6(segment(six, counting(3000)), { ...six, payloadLength: 0 }));
    expect(decodeOne(offloaded)).toMatchObject({ next: Next.tcp, length: 3000 });
  });

  it('no next header, and transports that are not TCP', () => {
    for (const protocol of [59, protocols.udp, 50, 58]) {
      expect(decodeOne(ethernet(ipv6(counting(30), { ...six, protocol }))).next).toBe(Next.transportUnsupported);
    }
  });
});

describe('TCP', () => {
  it('numbers, flags and checksum are as on the wire', () => {
    const decoder = makeDecoder();
    const flags = ['F', 'S', 'R', 'P', 'A', 'U', 'FSRPAU'];
    const bits = flags.map((letters) => {
      const options = { ...four, ...ports, flags: letters, acknowledgement: 0xfedcba98, checksum: 0xabcd };
      decodeOne(ethernet(ipv4(tcp(counting(1), options), { ...four, id: 0x1234 })), { decoder });
      return decoder.packet.flags;
    });
    expect(bits).toEqual([1, 2, 4, 8, 16, 32, 63]);
    const { sequence, acknowledgement, checksum, identification } = decoder.packet;
    expect([sequence, acknowledgement, checksum, identification]).toEqual([0xfffffff0, 0xfedcba98, 0xabcd, 0x1234]);
  });

  it('options are no payload', () => {
    const options = concat(tcpOption.maximumSegmentSize(1460), tcpOption.windowScale(14), tcpOption.timestamps(1, 2));
    const frame = ethernet(ipv4(tcp(counting(4), { ...four, ...ports, options }), four));
    expect(found(decodeOne(frame))).toEqual([Next.tcp, '00010203', 4]);
  });

  it('a header longer than its packet, or shorter than a header, is malformed', () => {
    for (const words of [0, 4, 15]) {
      const bytes = segment(four, counting(3));
      bytes.set([words << 4], 12);
      expect(decodeOne(ethernet(ipv4(bytes, four), { padTo: 200 })).next).toBe(Next.malformedTransport);
    }
    expect(decodeOne(ethernet(ipv4(counting(19), four), { padTo: 200 })).next).toBe(Next.malformedTransport);
  });
});

it('bytes from a fixed seed are decoded within their packet', () => {
  // Proves that no length on the wire leads outside what was captured.
  const frame = ethernet(ipv6(segment(six), { ...six, extensions: [{ header: 0 }, { header: 60 }] }));
  const damage = fc.array(fc.tuple(fc.integer({ min: 0, max: frame.length - 1 }), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 6,
  });
  const decoder = makeDecoder();
  fc.assert(
    fc.property(damage, fc.integer({ min: 0, max: frame.length }), (changes, snapLength) => {
      const damaged = concat(frame);
      for (const [at, value] of changes) damaged[at] = value;
      const [one] = decodeAll([damaged], { decoder, snapLength });
      if (one.next !== Next.tcp) return;
      const { packet } = decoder;
      expect(packet.payloadStart).toBeLessThanOrEqual(packet.payloadEnd);
      expect(packet.payloadEnd).toBeLessThanOrEqual(snapLength);
      expect(packet.payloadLength).toBeGreaterThanOrEqual(packet.payloadEnd - packet.payloadStart);
    }),
    { seed: 6, numRuns: 3000 },
  );
});

it('addresses are four words a side, IPv4 as ::ffff', () => {
  const decoder = makeDecoder();
  decodeOne(ethernet(ipv4(segment(four), four)), { decoder });
  expect(Array.from(decoder.packet.words)).toEqual([0, 0, 0xffff, 0x0a000001, 0, 0, 0xffff, 0xc0a80709]);
  expect(decoder.packet.family).toBe(4);
  decodeOne(ethernet(ipv6(segment(six), six)), { decoder });
  expect(hexOf(concat(...Array.from(decoder.packet.words, u32)))).toBe(
    '20010db8000000000000000000000001fe800000000000000000000200000003',
  );
  expect(decoder.packet.family).toBe(6);
});
