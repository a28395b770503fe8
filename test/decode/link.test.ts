// Proves B05, B06 and B07: every framing leads to the same segment, tags are noted, others are told apart by cause.
import { describe, expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { concat, counting, hex, u8, u32of } from '../support/bytes.ts';
import { ethernet, linkTypes, linuxCooked, linuxCooked2, loopback, rawIp } from '../support/link.ts';
import { ip, tcp } from '../support/packet.ts';
import { ciscoHdlc, ppp } from '../support/tunnel.ts';
import { decodeOne, hexOf } from './decoding.ts';

const payload = counting(33);
const v4 = packet({ source: '10.0.0.1', target: '192.168.7.9' });
const v6 = packet({ source: '2001:db8::1', target: 'fe80::2:0:3' });

function packet(ends: { source: string; target: string }, bytes = payload): Uint8Array {
  return ip(tcp(bytes, { ...ends, sourcePort: 50_000, targetPort: 104, sequence: 7, flags: 'PA' }), ends);
}

const framings: [string, number, (bytes: Uint8Array) => Uint8Array][] = [
  ['Ethernet', linkTypes.ethernet, (bytes) => ethernet(bytes)],
  ['Ethernet, padded', linkTypes.ethernet, (bytes) => ethernet(bytes, { padTo: 200 })],
  ['Linux cooked v1', linkTypes.linuxCooked, (bytes) => linuxCooked(bytes)],
  ['Linux cooked v2', linkTypes.linuxCooked2, (bytes) => linuxCooked2(bytes)],
  ['raw IP', linkTypes.rawIp, rawIp],
  ['raw IP as OpenBSD numbers it', 14, rawIp],
  ['raw IP as others number it', 12, rawIp],
  ['loopback, little-endian', linkTypes.loopback, (bytes) => loopback(bytes)],
  ['loopback, big-endian', linkTypes.loopback, (bytes) => loopback(bytes, 'big')],
  ['OpenBSD loopback', linkTypes.openbsdLoopback, (bytes) => loopback(bytes, 'big', 24)],
  ['PPP', linkTypes.ppp, (bytes) => ppp(bytes)],
  ['PPP as HDLC frames it', linkTypes.pppHdlc, (bytes) => ppp(bytes, { framed: true })],
  ['PPP with a direction', linkTypes.pppWithDirection, (bytes) => concat(u8(1), ppp(bytes, { framed: true }))],
  ['PPP with a direction for an address', linkTypes.pppPppd, (bytes) => concat(hex('01 03'), ppp(bytes))],
  ['Cisco serial line', linkTypes.ciscoHdlc, (bytes) => ciscoHdlc(bytes)],
  ['Cisco serial line as HDLC', linkTypes.pppHdlc, (bytes) => ciscoHdlc(bytes)],
  ['Cisco serial line with a direction', linkTypes.ciscoHdlcWithDirection, (bytes) => concat(u8(0), ciscoHdlc(bytes))],
  ['FreeBSD loopback', linkTypes.loopback, (bytes) => loopback(bytes, 'little', 28)],
];

describe('framings', () => {
  it.each(framings)('%s carries both versions of IP', (_, linkType, framed) => {
    for (const bytes of [v4, v6]) {
      expect(decodeOne(framed(bytes), { linkType })).toEqual({
        next: Next.tcp,
        sequence: 7,
        ports: [50_000, 104],
        vlans: [],
        tunnel: [],
        payload: hexOf(payload),
        length: 33,
      });
    }
  });

  it('raw IPv4 and raw IPv6 take their own version only', () => {
    expect(decodeOne(v4, { linkType: linkTypes.rawIpv4 }).next).toBe(Next.tcp);
    expect(decodeOne(v6, { linkType: linkTypes.rawIpv6 }).next).toBe(Next.tcp);
    expect(decodeOne(v6, { linkType: linkTypes.rawIpv4 }).next).toBe(Next.malformedNetwork);
    expect(decodeOne(v4, { linkType: linkTypes.rawIpv6 }).next).toBe(Next.malformedNetwork);
  });

  it('a link type not known is told, not guessed', () => {
    for (const linkType of [105, 127, 147, 65_535]) {
      expect(decodeOne(ethernet(v4), { linkType }).next).toBe(Next.linkUnsupported);
    }
  });

  it('headers cut short are told by their layer, at every length', () => {
    for (const [name, linkType, framed] of framings) {
      const whole = framed(v4);
      const linkBytes = name.startsWith('Ethernet') ? 14 : whole.length - v4.length;
      for (let length = 0; length < linkBytes + 40; length++) {
        const { next } = decodeOne(whole, { linkType, snapLength: length });
        const afterLink = length - linkBytes;
        const cut = linkBytes === 0 ? length === 0 : afterLink < 0;
        const layer = cut ? Next.malformedLink : afterLink < 20 ? Next.malformedNetwork : Next.malformedTransport;
        expect([name, length, next]).toEqual([name, length, layer]);
      }
    }
  });
});

describe('what carries no IP', () => {
  it.each([
    ['ARP', ethernet(counting(28), { etherType: 0x0806 }), linkTypes.ethernet],
    ['802.3 with LLC', ethernet(counting(38), { etherType: 38 }), linkTypes.ethernet],
    ['a loopback family not known', concat(u32of('little', 99), v4), linkTypes.loopback],
    ['raw bytes of version 5', hex('50 00'), linkTypes.rawIp],
    ['keep-alives of a Cisco serial line', ciscoHdlc(counting(14), 0x8035), linkTypes.ciscoHdlc],
    ['an EtherType in a cooked frame', linuxCooked2(v4, undefined, 0x88cc), linkTypes.linuxCooked2],
  ])('%s', (_, bytes, linkType) => {
    expect(decodeOne(bytes, { linkType }).next).toBe(Next.networkUnsupported);
  });
});
