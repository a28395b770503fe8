// Proves that the whole way from frame to segment stays within the captured bytes, and keeps addresses apart.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { concat, counting, u32 } from '../support/bytes.ts';
import { ethernet } from '../support/link.ts';
import { ipv4, ipv6, tcp } from '../support/packet.ts';
import { decodeAll, decodeOne, hexOf, makeDecoder } from './decoding.ts';

const four = { source: '10.0.0.1', target: '192.168.7.9' };
const six = { source: '2001:db8::1', target: 'fe80::2:0:3' };
const ports = { sourcePort: 50_000, targetPort: 104, sequence: 0xfffffff0 };
const segment = (ends: { source: string; target: string }, payload = counting(33)) =>
  tcp(payload, { ...ends, ...ports });

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
  expect(Array.from(decoder.packet.words, (word) => word >>> 0)).toEqual([
    0, 0, 0xffff, 0x0a000001, 0, 0, 0xffff, 0xc0a80709,
  ]);
  expect(decoder.packet.family).toBe(4);
  decodeOne(ethernet(ipv6(segment(six), six)), { decoder });
  expect(hexOf(concat(...Array.from(decoder.packet.words, u32)))).toBe(
    '20010db8000000000000000000000001fe800000000000000000000200000003',
  );
  expect(decoder.packet.family).toBe(6);
});
