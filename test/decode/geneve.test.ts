// Proves that GENEVE is read by RFC 8926, options passed over, and that what only looks like it is left alone.
import { expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { carriedText } from '../../src/decode/tunnel.ts';
import { ethernet } from '../support/link.ts';
import { carriedByUdp, geneve } from '../support/tunnel.ts';
import { decodeOne, makeDecoder } from './decoding.ts';
import { frame4, frame6, outcome, segment, v4, v6 } from './tunnels.ts';

const over = (payload: Uint8Array) => ethernet(carriedByUdp(payload, 6081));

it.each([0, 4, 28, 252])('a frame or a packet comes after %i bytes of options', (length) => {
  const options = new Uint8Array(length);
  expect(decodeOne(over(geneve(frame4, 5, { options })))).toEqual(segment(['geneve:5']));
  expect(decodeOne(over(geneve(frame6, 0xffffff, { options, flags: 0x40 })))).toEqual(segment(['geneve:16777215']));
  expect(decodeOne(over(geneve(v4, 0, { options, protocol: 0x0800 })))).toEqual(segment(['geneve:0']));
  expect(decodeOne(over(geneve(v6, 1, { options, protocol: 0x86dd })))).toEqual(segment(['geneve:1']));
});

it('another protocol is told by its number', () => {
  const decoder = makeDecoder();
  expect(outcome(over(geneve(v4, 5, { protocol: 0x894f })), { decoder })).toBe(Next.encapsulationUnsupported);
  expect(carriedText(decoder.packet.carrier * 0x10000 + decoder.packet.protocol)).toBe('GENEVE 0x894f');
});

it('another version, bits that are reserved and control messages are left alone', () => {
  const changed = (at: number, value: number) => {
    const bytes = geneve(frame4, 5);
    bytes[at] = value;
    return outcome(over(bytes));
  };
  expect(changed(0, 0x40)).toBe(Next.transportUnsupported);
  expect(changed(1, 0x80)).toBe(Next.transportUnsupported);
  expect(changed(1, 0x01)).toBe(Next.transportUnsupported);
  expect(changed(7, 0x01)).toBe(Next.transportUnsupported);
});

it('options beyond the datagram are none', () => {
  const bytes = geneve(frame4.subarray(0, 8), 5);
  bytes[0] = 0x3f;
  expect(outcome(over(bytes))).toBe(Next.transportUnsupported);
});
