// Proves B06: tunnels are followed into each other to a bounded depth, fragments at every level, and cut packets are
// counted.
import { describe, expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { counting } from '../support/bytes.ts';
import { seeded } from '../support/chunks.ts';
import { ethernet } from '../support/link.ts';
import { ipv4Fragments, ipv6Fragments, protocols, tcp, udp } from '../support/packet.ts';
import { carriedByIp, carriedByUdp, outer, outer6, overIpOnly, vxlan, wrappings } from '../support/tunnel.ts';
import { type Decoded, decodeAll, decodeOne, makeDecoder } from './decoding.ts';
import { frame4, frame6, outcome, packetOf, payload, segment, v4 } from './tunnels.ts';

const vlansOf = (name: string): number[] => (name === 'ERSPAN II' ? [12] : name === 'ERSPAN III' ? [13] : []);

describe.each(wrappings.map((one) => [one.name, one] as const))('%s', (name, one) => {
  const { wrap, tunnel, keepsAddresses } = one;
  it('carries both versions of IP', () => {
    for (const frame of [frame4, frame6]) {
      expect(decodeOne(wrap(frame))).toEqual(segment(tunnel, vlansOf(name)));
    }
  });

  it('gives the Ethernet addresses of the frame, and none of a tunnel’s ends', () => {
    const decoder = makeDecoder();
    decodeOne(wrap(frame4), { decoder });
    const { packet } = decoder;
    if (keepsAddresses) {
      expect(packet.frameBytes.subarray(packet.macAt, packet.macAt + 12)).toEqual(frame4.subarray(0, 12));
    } else expect(packet.macAt).toBe(-1);
  });

  it('cut at any byte is decoded or has one cause', () => {
    // Proves that the snap length leads no reader beyond it, and hides no packet.
    const causes = [
      Next.malformedLink,
      Next.malformedNetwork,
      Next.malformedTransport,
      Next.networkUnsupported,
      Next.transportUnsupported,
    ];
    for (const frame of [frame4, frame6]) {
      const whole = wrap(frame);
      for (let length = 0; length <= whole.length; length++) {
        const decoded = decodeOne(whole, { snapLength: length });
        const headers = whole.length - payload.length;
        if (length >= headers)
          expect([decoded.next, decoded.length, decoded.payload.length / 2]).toEqual([Next.tcp, 33, length - headers]);
        else expect(causes).toContain(decoded.next);
      }
      // As a packet of its own it is nothing else.
      for (let length = 0; length < whole.length; length++) outcome(whole.subarray(0, length));
    }
  });

  it('is read when the outer packet came in fragments', () => {
    if (!overIpOnly(one)) return;
    const packet = wrap(frame4).subarray(14);
    const isV6 = packet[0] >> 4 === 6;
    const content = packet.subarray(isV6 ? 40 : 20);
    const protocol = isV6 ? packet[6] : packet[9];
    const fragments = isV6
      ? ipv6Fragments(content, { ...outer6, protocol }, 24)
      : ipv4Fragments(content, { ...outer, protocol, id: 9 }, 24);
    const decoder = makeDecoder();
    const decoded = decodeAll(
      fragments.map((bytes) => ethernet(bytes)),
      { decoder },
    );
    expect(decoded.at(-1)).toEqual(segment(tunnel, vlansOf(name)));
    expect(decoded.slice(0, -1).every(({ next }) => next === Next.held)).toBe(true);
    expect(decoder.fragments.used).toBe(fragments.length - 1);
    const { packet: last } = decoder;
    if (keepsAddresses) expect(last.frameBytes.subarray(last.macAt, last.macAt + 12)).toEqual(frame4.subarray(0, 12));
  });
});

describe('nesting', () => {
  it('of each tunnel in each is followed', () => {
    for (const outside of wrappings) {
      for (const inside of wrappings) {
        if (outside.carries === 'packets' && !overIpOnly(inside)) continue;
        const decoded = decodeOne(outside.wrap(inside.wrap(frame4)));
        expect(decoded).toEqual(
          segment([...outside.tunnel, ...inside.tunnel], [...vlansOf(outside.name), ...vlansOf(inside.name)]),
        );
      }
    }
  });

  it('is followed as deep as the limit says, tags and tunnels together', () => {
    for (const one of wrappings) {
      if (one.carries === 'packets' && !overIpOnly(one)) continue;
      const { wrap } = one;
      let frame = frame4;
      for (let depth = 1; depth <= 9; depth++) {
        frame = wrap(frame);
        expect(outcome(frame)).toBe(depth <= 8 ? Next.tcp : Next.encapsulationTooDeep);
      }
      expect(outcome(wrap(wrap(frame4)), { limits: { encapsulationsMax: 1 } })).toBe(Next.encapsulationTooDeep);
      const tagged = ethernet(v4, { tags: [{ vlan: 1 }, { vlan: 2 }] });
      expect(outcome(ethernet(carriedByUdp(vxlan(tagged, 1), 4789)), { limits: { encapsulationsMax: 2 } })).toBe(
        Next.encapsulationTooDeep,
      );
    }
  });

  it('leaves nothing to the next packet', () => {
    const decoder = makeDecoder();
    for (const { wrap } of wrappings) {
      outcome(wrap(wrap(frame4)), { decoder });
      expect(decodeOne(frame4, { decoder })).toEqual(segment([]));
      const { tunnel, tunnelMark, unproven, cutByMirror } = decoder.packet;
      expect([tunnel, tunnelMark, unproven, cutByMirror]).toEqual([0, 0, false, false]);
    }
  });
});

it('damaged tunnels in each other are decoded within their packet, each to one outcome', () => {
  // Proves that no length or depth on the wire leads outside what was captured.
  const frames = wrappings.flatMap((inside) =>
    wrappings
      .filter((outside) => outside.carries === 'frames' || overIpOnly(inside))
      .map((outside) => outside.wrap(inside.wrap(frame6))),
  );
  const outcomes: ReadonlySet<number> = new Set(
    Object.values(Next).filter((next) => next === Next.tcp || next >= Next.held),
  );
  const decoder = makeDecoder();
  const random = seeded(6);
  const below = (bound: number) => Math.floor(random() * bound);
  for (let round = 0; round < 20_000; round++) {
    const damaged = Uint8Array.from(frames[round % frames.length]);
    for (let changes = below(5); changes >= 0; changes--) damaged[below(Math.min(damaged.length, 160))] = below(256);
    const snapLength = random() < 0.5 ? damaged.length : below(damaged.length + 1);
    const { next } = decodeOne(damaged, { decoder, snapLength });
    const { packet } = decoder;
    expect(outcomes.has(next), `round ${round}`).toBe(true);
    expect(packet.encapsulations).toBeLessThanOrEqual(8);
    if (next !== Next.tcp) continue;
    expect(packet.payloadStart).toBeLessThanOrEqual(packet.payloadEnd);
    expect(packet.payloadEnd).toBeLessThanOrEqual(packet.bytes.length);
    expect(packet.payloadLength).toBeGreaterThanOrEqual(packet.payloadEnd - packet.payloadStart);
  }
});

describe('fragments inside a tunnel', () => {
  const ends = { source: '10.0.0.1', target: '10.0.0.2' };
  const pieces = (first: number) =>
    ipv4Fragments(
      tcp(counting(48, first), { ...ends, sourcePort: 1, targetPort: 2, sequence: 3 }),
      { ...ends, id: 5 },
      40,
    );
  const found = (list: readonly Decoded[]) =>
    list.filter(({ next }) => next === Next.tcp).map((one) => [one.tunnel[0], one.payload.slice(0, 2)]);

  it('of two tenants do not mix', () => {
    const [a, b] = [pieces(0), pieces(100)];
    const inside = (vni: number, bytes: Uint8Array) => ethernet(carriedByUdp(vxlan(ethernet(bytes), vni), 4789));
    const decoder = makeDecoder();
    const list = [inside(1, a[0]), inside(2, b[0]), inside(2, b[1]), inside(1, a[1])];
    expect(found(decodeAll(list, { decoder }))).toEqual([
      ['vxlan:2', '64'],
      ['vxlan:1', '00'],
    ]);
    expect([decoder.fragments.used, decoder.fragments.givenUp]).toEqual([2, 0]);
  });

  it('in fragments of the tunnel’s packets are put together at both levels', () => {
    const decoder = makeDecoder();
    const list = pieces(0).flatMap((piece, i) => {
      const datagram = udp(vxlan(ethernet(piece), 3), { ...outer, sourcePort: 9, targetPort: 4789 });
      return ipv4Fragments(datagram, { ...outer, protocol: protocols.udp, id: i }, 32);
    });
    const decoded = decodeAll(
      list.map((bytes) => ethernet(bytes)),
      { decoder },
    );
    expect(found(decoded)).toEqual([['vxlan:3', '00']]);
    // Each packet once: the last one is a segment like any other.
    expect(decoder.fragments.used).toBe(list.length - 1);
  });
});

it('other protocols are none of ours', () => {
  for (const protocol of [1, 2, 50, 58, 89, 115, 132]) {
    expect(outcome(ethernet(carriedByIp(v4, protocol)))).toBe(Next.transportUnsupported);
  }
});

it('a version that its protocol number denies is malformed', () => {
  const six = packetOf({ source: '2001:db8::1', target: '2001:db8::2' });
  expect(outcome(ethernet(carriedByIp(six, 4)))).toBe(Next.malformedNetwork);
  expect(outcome(ethernet(carriedByIp(v4, 41)))).toBe(Next.malformedNetwork);
});
