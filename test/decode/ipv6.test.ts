// Proves B17: extension headers are passed over, atomic fragments are packets, lengths come from the header.
import { describe, expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { concat, counting, u8 } from '../support/bytes.ts';
import { ethernet } from '../support/link.ts';
import { type ExtensionHeader, ipv6, protocols, tcp } from '../support/packet.ts';
import { type Decoded, decodeOne, hexOf, makeDecoder } from './decoding.ts';

const six = { source: '2001:db8::1', target: 'fe80::2:0:3' };
const ports = { sourcePort: 50_000, targetPort: 104, sequence: 0xfffffff0 };
const segment = (ends: { source: string; target: string }, payload = counting(33)) =>
  tcp(payload, { ...ends, ...ports });
const found = (decoded: Decoded) => [decoded.next, decoded.payload, decoded.length];

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
