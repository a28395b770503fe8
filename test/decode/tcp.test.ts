// Proves that TCP headers are read as RFC 9293 section 3.1 lays them out, and bad ones refused.
import { describe, expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { concat, counting } from '../support/bytes.ts';
import { ethernet } from '../support/link.ts';
import { ipv4, tcp, tcpOption } from '../support/packet.ts';
import { type Decoded, decodeOne, makeDecoder } from './decoding.ts';

const four = { source: '10.0.0.1', target: '192.168.7.9' };
const ports = { sourcePort: 50_000, targetPort: 104, sequence: 0xfffffff0 };
const segment = (ends: { source: string; target: string }, payload = counting(33)) =>
  tcp(payload, { ...ends, ...ports });
const found = (decoded: Decoded) => [decoded.next, decoded.payload, decoded.length];

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
    expect([sequence >>> 0, acknowledgement >>> 0, checksum, identification]).toEqual([
      0xfffffff0, 0xfedcba98, 0xabcd, 0x1234,
    ]);
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
