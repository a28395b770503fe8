// Proves that GRE is read with every field of RFC 2784 and 2890, and that what it carries but is not decoded is told by
// its number.
import { describe, expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { carriedText } from '../../src/decode/tunnel.ts';
import { ethernet } from '../support/link.ts';
import { protocols } from '../support/packet.ts';
import { carriedByIp, gre, greProtocols, outer6 } from '../support/tunnel.ts';
import { decodeOne, makeDecoder } from './decoding.ts';
import { frame4, frame6, outcome, segment, v4, v6 } from './tunnels.ts';

const over = (payload: Uint8Array) => ethernet(carriedByIp(payload, protocols.gre));

describe('GRE', () => {
  it.each([
    ['no fields', {}, 'gre'],
    ['a checksum', { checksum: true }, 'gre'],
    ['a key', { key: 0xffffffff }, 'gre:4294967295'],
    ['a key of 0', { key: 0 }, 'gre:0'],
    ['a sequence number', { sequence: 9 }, 'gre'],
    ['a checksum and a key', { checksum: true, key: 5 }, 'gre:5'],
    ['all fields', { checksum: true, key: 6, sequence: 9 }, 'gre:6'],
  ] as const)('with %s', (_, fields, tunnel) => {
    expect(decodeOne(over(gre(v4, { protocol: 0x0800, ...fields })))).toEqual(segment([tunnel]));
    expect(decodeOne(over(gre(v6, { protocol: 0x86dd, ...fields })))).toEqual(segment([tunnel]));
    expect(decodeOne(over(gre(frame6, { protocol: greProtocols.ethernet, ...fields })))).toEqual(segment([tunnel]));
  });

  it('over IPv6', () => {
    const bytes = ethernet(carriedByIp(gre(v4, { protocol: 0x0800 }), protocols.gre, outer6));
    expect(decodeOne(bytes)).toEqual(segment(['gre']));
  });

  it('keeps the tags of a bridged frame', () => {
    const tagged = ethernet(v4, { tags: [{ vlan: 7 }] });
    expect(decodeOne(over(gre(tagged, { protocol: greProtocols.ethernet })))).toEqual(segment(['gre'], [7]));
  });

  it('of NVGRE gives the network, not the flow', () => {
    const nvgre = (key: number) => decodeOne(over(gre(frame4, { protocol: greProtocols.ethernet, key }))).tunnel;
    expect(nvgre(0x123456ff)).toEqual(nvgre(0x12345600));
    expect(nvgre(0x12345601)).toEqual(['nvgre:1193046']);
    // Network numbers below 1000H are reserved: that is a key.
    expect(nvgre(0x000fffff)).toEqual(['gre:1048575']);
    expect(nvgre(0x00100000)).toEqual(['nvgre:4096']);
  });
});

describe('what GRE carries but is not decoded', () => {
  it.each([
    ['PPP', gre(v4, { protocol: greProtocols.ppp }), 'GRE 0x880b'],
    ['version 1', gre(v4, { protocol: greProtocols.ppp, flags: 1, key: 1 }), 'GRE 0x880b'],
    ['routing of RFC 1701', gre(v4, { protocol: 0x0800, flags: 0x4000 }), 'GRE 0x0800'],
    ['next hop resolution', gre(v4, { protocol: 0x2001 }), 'GRE 0x2001'],
  ])('is told by its number: %s', (_, bytes, text) => {
    const decoder = makeDecoder();
    expect(outcome(over(bytes), { decoder })).toBe(Next.encapsulationUnsupported);
    expect(carriedText(decoder.packet.carrier * 0x10000 + decoder.packet.protocol)).toBe(text);
  });

  it('is not what a bridge carries beside IP', () => {
    const arp = ethernet(v4, { etherType: 0x0806 });
    expect(outcome(over(gre(arp, { protocol: greProtocols.ethernet })))).toBe(Next.networkUnsupported);
  });
});

it('a header without its fields is malformed', () => {
  const whole = gre(new Uint8Array(0), { protocol: 0x0800, checksum: true, key: 6, sequence: 9 });
  for (let length = 0; length < whole.length; length++) {
    expect(outcome(over(whole.subarray(0, length)))).toBe(Next.malformedLink);
  }
});
