// Proves B06 and B14: VLAN tags are taken off and noted, to a bounded depth; the addresses are found where they are.
import { describe, expect, it } from 'vitest';
import { Next } from '../../src/decode/packet.ts';
import { concat, counting, u16, u32 } from '../support/bytes.ts';
import { ethernet, linkTypes, linuxCooked, type Tag } from '../support/link.ts';
import { ip, tcp } from '../support/packet.ts';
import { decodeOne, hexOf, makeDecoder } from './decoding.ts';

const payload = counting(33);
const v4 = packet({ source: '10.0.0.1', target: '192.168.7.9' });
const v6 = packet({ source: '2001:db8::1', target: 'fe80::2:0:3' });

function packet(ends: { source: string; target: string }, bytes = payload): Uint8Array {
  return ip(tcp(bytes, { ...ends, sourcePort: 50_000, targetPort: 104, sequence: 7, flags: 'PA' }), ends);
}

describe('VLAN tags', () => {
  const tagged = (tags: readonly Tag[], bytes = v4) => decodeOne(ethernet(bytes, { tags }));

  it.each<[string, Tag[]]>([
    ['802.1Q', [{ vlan: 12 }]],
    ['with a priority', [{ vlan: 4094, priority: 7 }]],
    ['QinQ', [{ vlan: 12, tpid: 0x88a8 }, { vlan: 7 }]],
    ['QinQ as it was before the standard', [{ vlan: 12, tpid: 0x9100 }, { vlan: 7 }]],
    ['and before that', [{ vlan: 12, tpid: 0x9200 }, { vlan: 7 }]],
    ['with a priority alone', [{ vlan: 0, priority: 5 }]],
    ['with a priority alone around another', [{ vlan: 0, priority: 5 }, { vlan: 7 }]],
    ['802.1Q twice', [{ vlan: 1 }, { vlan: 1 }]],
    ['eight', Array.from({ length: 8 }, (_, i) => ({ vlan: i + 1 }))],
  ])('%s', (_, tags) => {
    for (const bytes of [v4, v6]) {
      const decoded = tagged(tags, bytes);
      expect([decoded.next, decoded.vlans, decoded.payload]).toEqual([
        Next.tcp,
        tags.map((tag) => tag.vlan).filter((vlan) => vlan !== 0),
        hexOf(payload),
      ]);
    }
  });

  it('a ninth is too deep; a tag without its end is malformed', () => {
    expect(tagged(Array.from({ length: 9 }, () => ({ vlan: 5 }))).next).toBe(Next.encapsulationTooDeep);
    for (let length = 14; length < 18; length++) {
      const cut = decodeOne(ethernet(v4, { tags: [{ vlan: 5 }] }), { snapLength: length });
      expect(cut.next).toBe(Next.malformedLink);
    }
  });

  it('inside a cooked frame', () => {
    const inner = concat(u16(0x0123), u16(0x0800), v4);
    const decoded = decodeOne(linuxCooked(inner, undefined, 0x8100), { linkType: linkTypes.linuxCooked });
    expect([decoded.next, decoded.vlans]).toEqual([Next.tcp, [0x123]]);
  });

  it('of the packet before do not stay', () => {
    const decoder = makeDecoder();
    decodeOne(ethernet(v4, { tags: [{ vlan: 5 }] }), { decoder });
    expect(decodeOne(ethernet(v4), { decoder }).vlans).toEqual([]);
  });
});

it('Ethernet addresses are found where they are, and only there', () => {
  const decoder = makeDecoder();
  decodeOne(ethernet(v4), { decoder });
  const { packet } = decoder;
  expect(hexOf(packet.frameBytes.subarray(packet.macAt, packet.macAt + 12))).toBe('020000000002020000000001');
  decodeOne(linuxCooked(v4), { decoder, linkType: linkTypes.linuxCooked });
  expect(packet.macAt).toBe(-1);
  decodeOne(concat(u32(2), v4), { decoder, linkType: linkTypes.loopback });
  expect(packet.macAt).toBe(-1);
});
