// Proves that PPP is read in each of its framings and over Ethernet, and its control protocols set apart from hidden
// packets.
import { describe, expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { carriedText } from '../../src/decode/tunnel.ts';
import { concat, counting, hex } from '../support/bytes.ts';
import { ethernet, linkTypes } from '../support/link.ts';
import { mpls, ppp, pppoe } from '../support/tunnel.ts';
import { decodeOne, makeDecoder } from './decoding.ts';
import { outcome, segment, v4, v6 } from './tunnels.ts';

const over = (payload: Uint8Array) => ethernet(payload, { etherType: 0x8864 });

describe('PPP', () => {
  it.each([
    ['bare', {}],
    ['with address and control', { framed: true }],
    ['with a protocol of one byte', { compressed: true }],
    ['with both', { framed: true, compressed: true }],
  ])('%s', (_, options) => {
    for (const packet of [v4, v6]) {
      expect(decodeOne(ppp(packet, options), { linkType: linkTypes.ppp })).toEqual(segment([]));
    }
  });

  it('carries MPLS', () => {
    for (const protocol of [0x0281, 0x0283]) {
      expect(decodeOne(ppp(mpls(v4, [5]), { protocol }), { linkType: linkTypes.ppp })).toEqual(segment(['mpls']));
    }
  });

  it('sets its line up without packets of anyone', () => {
    for (const protocol of [0xc021, 0x8021, 0xc223, 0x4003]) {
      expect(outcome(ppp(v4, { protocol }), { linkType: linkTypes.ppp })).toBe(Next.networkUnsupported);
    }
  });

  it('may hide packets: those are told by their number', () => {
    const decoder = makeDecoder();
    expect(outcome(ppp(v4, { protocol: 0x00fd, compressed: true }), { linkType: linkTypes.ppp, decoder })).toBe(
      Next.encapsulationUnsupported,
    );
    expect(carriedText(decoder.packet.carrier * 0x10000 + decoder.packet.protocol)).toBe('PPP 0x00fd');
  });

  it('without a protocol is malformed', () => {
    for (const bytes of [hex(''), hex('00'), hex('ff 03'), hex('ff 03 00')]) {
      expect(outcome(bytes, { linkType: linkTypes.ppp })).toBe(Next.malformedLink);
    }
  });
});

describe('PPPoE', () => {
  it('sessions carry both versions of IP, padded or not', () => {
    for (const packet of [v4, v6]) {
      expect(decodeOne(over(pppoe(ppp(packet))))).toEqual(segment(['pppoe']));
      expect(decodeOne(over(concat(pppoe(ppp(packet)), counting(20))))).toEqual(segment(['pppoe']));
      expect(decodeOne(pppoe(ppp(packet)), { linkType: linkTypes.pppEther })).toEqual(segment(['pppoe']));
    }
    expect(decodeOne(ethernet(pppoe(ppp(v4)), { etherType: 0x8864, tags: [{ vlan: 7 }] }))).toEqual(
      segment(['pppoe'], [7]),
    );
  });

  it('discovery is none of ours, another version is malformed', () => {
    expect(outcome(over(pppoe(counting(20), 0, 9)))).toBe(Next.networkUnsupported);
    expect(outcome(ethernet(pppoe(counting(20), 0, 9), { etherType: 0x8863 }))).toBe(Next.networkUnsupported);
    expect(outcome(over(concat(hex('21'), pppoe(ppp(v4)).subarray(1))))).toBe(Next.malformedLink);
    for (let length = 0; length < 6; length++)
      expect(outcome(over(pppoe(ppp(v4)).subarray(0, length)))).toBe(Next.malformedLink);
  });
});
