// Proves that a UDP port alone makes no tunnel: without IP inside it is a datagram like others, and counts once.
import { describe, expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { ascii, concat, counting, u16 } from '../support/bytes.ts';
import { seeded } from '../support/chunks.ts';
import { ethernet } from '../support/link.ts';
import { ip, protocols, tcp, udp } from '../support/packet.ts';
import { carriedByIp, carriedByUdp, geneve, outer, vxlan } from '../support/tunnel.ts';
import { decodeOne } from './decoding.ts';
import { frame4, outcome, segment, v4 } from './tunnels.ts';

const ports = [4789, 8472, 4790, 6081];
const over = (payload: Uint8Array, port = 4789) => ethernet(carriedByUdp(payload, port));
const ends = { source: '10.0.0.1', target: '10.0.0.2' };

describe('a datagram to the port of a tunnel', () => {
  it.each(ports)('that is something else stays one: port %i', (port) => {
    for (const bytes of [new Uint8Array(0), ascii('hello'), counting(100), new Uint8Array(64)]) {
      expect(outcome(over(bytes, port))).toBe(Next.transportUnsupported);
    }
    const random = seeded(port);
    for (let round = 0; round < 2000; round++) {
      const noise = Uint8Array.from({ length: 8 + Math.floor(random() * 60) }, () => Math.floor(random() * 256));
      // A protocol of GENEVE or GPE may be hit by chance: that is told by its number.
      expect([Next.transportUnsupported, Next.encapsulationUnsupported]).toContain(outcome(over(noise, port)));
    }
  });

  it.each([
    ['ARP', ethernet(counting(28), { etherType: 0x0806 })],
    ['a frame cut short', frame4.subarray(0, 13)],
    ['no IP where it should be', ethernet(counting(40), { etherType: 0x0800 })],
    [
      'UDP',
      ethernet(ip(udp(counting(9), { ...ends, sourcePort: 1, targetPort: 53 }), { ...ends, protocol: protocols.udp })),
    ],
  ])('that holds no TCP stays one: %s', (_, frame) => {
    expect(outcome(over(vxlan(frame, 1)))).toBe(Next.transportUnsupported);
    expect(outcome(over(geneve(frame, 1), 6081))).toBe(Next.transportUnsupported);
  });

  it('that the snap length cut inside the tunnel is malformed: there was one', () => {
    const bytes = over(vxlan(frame4, 1));
    const inner = bytes.length - frame4.length;
    expect(outcome(bytes, { snapLength: inner + 10 })).toBe(Next.malformedLink);
    expect(outcome(bytes, { snapLength: inner + 30 })).toBe(Next.malformedNetwork);
    expect(outcome(bytes, { snapLength: inner + 50 })).toBe(Next.malformedTransport);
    expect(outcome(bytes, { snapLength: inner + 54 })).toBe(Next.tcp);
  });

  it('with a broken TCP header is malformed: IP proved the tunnel', () => {
    const short = ethernet(
      ip(tcp(new Uint8Array(0), { ...ends, sourcePort: 1, targetPort: 2, sequence: 3 }).subarray(0, 19), ends),
    );
    expect(outcome(over(vxlan(short, 1)))).toBe(Next.malformedTransport);
  });
});

it('other ports, and these as source, are not looked into', () => {
  expect(outcome(over(vxlan(frame4, 1), 4788))).toBe(Next.transportUnsupported);
  const answer = udp(vxlan(frame4, 1), { ...outer, sourcePort: 4789, targetPort: 50_000 });
  expect(outcome(ethernet(carriedByIp(answer, protocols.udp)))).toBe(Next.transportUnsupported);
  for (let length = 0; length < 8; length++) {
    expect(outcome(ethernet(carriedByIp(counting(length), protocols.udp)))).toBe(Next.transportUnsupported);
  }
});

it('the length of a datagram ends it, unless it is none', () => {
  const datagram = (length: number) => {
    const bytes = udp(concat(vxlan(ethernet(v4), 1), counting(5)), { ...outer, sourcePort: 1, targetPort: 4789 });
    bytes.set(u16(length), 4);
    return decodeOne(ethernet(carriedByIp(bytes, protocols.udp)));
  };
  const whole = 8 + 8 + 14 + v4.length;
  for (const length of [whole, whole + 5, 0, 7, 65_535]) expect(datagram(length)).toEqual(segment(['vxlan:1']));
  expect(datagram(whole - 1).length).toBe(32);
});
