// Proves that VXLAN and VXLAN-GPE are read by RFC 7348 and its draft, and that what only looks like them is left alone.
import { describe, expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { carriedText } from '../../src/decode/tunnel.ts';
import { ethernet } from '../support/link.ts';
import { carriedByUdp, mpls, vxlan, vxlanGpe } from '../support/tunnel.ts';
import { decodeOne, makeDecoder } from './decoding.ts';
import { frame4, frame6, outcome, segment, v4, v6 } from './tunnels.ts';

const over = (payload: Uint8Array, port = 4789) => ethernet(carriedByUdp(payload, port));

describe('VXLAN', () => {
  it.each([0, 1, 42, 0xffffff])('network %i', (vni) => {
    for (const frame of [frame4, frame6]) {
      expect(decodeOne(over(vxlan(frame, vni)))).toEqual(segment([`vxlan:${vni}`]));
      expect(decodeOne(over(vxlan(frame, vni), 8472))).toEqual(segment([`vxlan:${vni}`]));
    }
  });

  it('with a group policy, and tags inside', () => {
    const tagged = ethernet(v4, { tags: [{ vlan: 7 }] });
    expect(decodeOne(over(vxlan(tagged, 3, 0x88)))).toEqual(segment(['vxlan:3'], [7]));
  });

  it('without a valid network is none', () => {
    expect(outcome(over(vxlan(frame4, 3, 0)))).toBe(Next.transportUnsupported);
  });
});

describe('VXLAN-GPE', () => {
  it.each([
    ['IPv4', 1, v4, ['vxlan:8']],
    ['IPv6', 2, v6, ['vxlan:8']],
    ['Ethernet', 3, frame4, ['vxlan:8']],
    ['MPLS', 5, mpls(v4, [16]), ['vxlan:8', 'mpls']],
  ] as const)('carries %s', (_, protocol, payload, tunnel) => {
    expect(decodeOne(over(vxlanGpe(payload, 8, protocol), 4790))).toEqual(segment(tunnel));
  });

  it('without a protocol carries Ethernet', () => {
    expect(decodeOne(over(vxlan(frame4, 8), 4790))).toEqual(segment(['vxlan:8']));
  });

  it('of another protocol is told by its number, of another version or for itself left alone', () => {
    const decoder = makeDecoder();
    expect(outcome(over(vxlanGpe(v4, 8, 4), 4790), { decoder })).toBe(Next.encapsulationUnsupported);
    expect(carriedText(decoder.packet.carrier * 0x10000 + decoder.packet.protocol)).toBe('VXLAN-GPE 0x0004');
    for (const flags of [0x1c, 0x0d, 0x04]) {
      expect(outcome(over(vxlan(frame4, 8, flags), 4790))).toBe(Next.transportUnsupported);
    }
  });
});
