// Proves B07, B08 and B18 for IPv4: lengths come from its header, options and padding are no payload.
import { describe, expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { counting } from '../support/bytes.ts';
import { ethernet } from '../support/link.ts';
import { ipv4, protocols, tcp, tcpOption, udp } from '../support/packet.ts';
import { type Decoded, decodeOne, hexOf } from './decoding.ts';

const four = { source: '10.0.0.1', target: '192.168.7.9' };
const ports = { sourcePort: 50_000, targetPort: 104, sequence: 0xfffffff0 };
const segment = (ends: { source: string; target: string }, payload = counting(33)) =>
  tcp(payload, { ...ends, ...ports });
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
