// Proves that built frames are what tshark takes them for, with right lengths and checksums in every layer.
import { describe, expect, it } from 'vitest';
import { counting } from './bytes.ts';
import { type Frame, pcap } from './capture.ts';
import { ethernet, linkTypes, linuxCooked, linuxCooked2, loopback, rawIp } from './link.ts';
import { ip, ipv4, ipv4Fragments, ipv6, ipv6Fragments, protocols, tcp, tcpOption, udp } from './packet.ts';
import { tsharkComplaints, tsharkFields, tsharkFound } from './tshark.ts';

const v4 = { source: '10.0.0.1', target: '192.168.7.9' };
const v6 = { source: '2001:db8::1', target: 'fe80::2:0:3' };
const ports = { sourcePort: 50_000, targetPort: 104 };

const asFrames = (list: readonly Uint8Array[]): Frame[] => list.map((bytes, i) => ({ bytes, seconds: i, nanos: 0 }));
const segment = (ends: { source: string; target: string }, payload = counting(33)) =>
  tcp(payload, { ...ends, ...ports, sequence: 7, acknowledgement: 9, flags: 'PA' });

const framings: [string, number, (packet: Uint8Array) => Uint8Array, string][] = [
  ['Ethernet', linkTypes.ethernet, (packet) => ethernet(packet), 'eth:ethertype:'],
  [
    'one VLAN tag',
    linkTypes.ethernet,
    (packet) => ethernet(packet, { tags: [{ vlan: 12 }] }),
    'eth:ethertype:vlan:ethertype:',
  ],
  [
    'QinQ',
    linkTypes.ethernet,
    (packet) =>
      ethernet(packet, {
        tags: [
          { vlan: 12, tpid: 0x88a8 },
          { vlan: 4094, priority: 5 },
        ],
      }),
    'eth:ethertype:ieee8021ad:ethertype:vlan:ethertype:',
  ],
  ['Linux cooked v1', linkTypes.linuxCooked, (packet) => linuxCooked(packet), 'sll:ethertype:'],
  ['Linux cooked v2', linkTypes.linuxCooked2, (packet) => linuxCooked2(packet), 'sll:ethertype:'],
  ['raw IP', linkTypes.rawIp, rawIp, 'raw:'],
  ['loopback, little-endian', linkTypes.loopback, (packet) => loopback(packet), 'null:'],
  ['loopback, big-endian', linkTypes.loopback, (packet) => loopback(packet, 'big'), 'null:'],
  ['OpenBSD loopback', linkTypes.openbsdLoopback, (packet) => loopback(packet, 'big', 24), 'null:'],
];

if (tsharkFound) {
  describe('frames as tshark reads them', () => {
    it.each(framings)('%s carries both versions of IP', (_, linkType, framed, expected) => {
      const capture = pcap(asFrames([framed(ip(segment(v4), v4)), framed(ip(segment(v6), v6))]), { linkType });
      const rows = tsharkFields(capture, ['frame.protocols', 'tcp.dstport', 'tcp.len', 'tcp.checksum.status']);
      expect(tsharkComplaints(capture)).toEqual([]);
      expect(rows.map(([stack]) => stack.startsWith(expected))).toEqual([true, true]);
      expect(rows.map((row) => row.slice(1))).toEqual([
        ['104', '33', '1'],
        ['104', '33', '1'],
      ]);
    });

    it('says VLAN ids, padding and IP options as they were asked for', () => {
      const optioned = ipv4(segment(v4, counting(1)), { ...v4, options: Uint8Array.of(7, 3, 4), id: 0xabcd, ttl: 3 });
      const capture = pcap(asFrames([ethernet(optioned, { tags: [{ vlan: 77 }], padTo: 100 })]));
      const fields = ['vlan.id', 'frame.len', 'ip.hdr_len', 'ip.id', 'ip.ttl', 'tcp.len', 'ip.checksum.status'];
      expect(tsharkFields(capture, fields)).toEqual([['77', '100', '24', '0xabcd', '3', '1', '1']]);
    });

    it('puts the fragments of both versions together again', () => {
      const long = counting(3000);
      const list = [
        ...ipv4Fragments(segment(v4, long), { ...v4, id: 5 }, 1000),
        ...ipv6Fragments(segment(v6, long), v6, 1000, 5),
      ].map((packet) => ethernet(packet));
      const rows = tsharkFields(pcap(asFrames(list)), ['tcp.len', 'tcp.checksum.status']);
      expect(rows).toEqual([
        ['', ''],
        ['', ''],
        ['', ''],
        ['3000', '1'],
        ['', ''],
        ['', ''],
        ['', ''],
        ['3000', '1'],
      ]);
    });

    it('chains IPv6 extension headers', () => {
      const routing = { header: 43, body: Uint8Array.of(253, 0, 0, 0, 0, 0) };
      const extensions = [{ header: 0 }, { header: 60 }, routing];
      const packet = ipv6(segment(v6), { ...v6, extensions });
      const rows = tsharkFields(pcap(asFrames([ethernet(packet)])), ['frame.protocols', 'tcp.len']);
      expect(rows[0][0]).toContain('ipv6.hopopts:ipv6.dstopts:ipv6.routing');
      expect(rows[0][1]).toBe('33');
    });

    it('writes TCP flags, options and wrong checksums as asked', () => {
      const options = Uint8Array.from([
        ...tcpOption.maximumSegmentSize(1400),
        ...tcpOption.selectivePermitted(),
        ...tcpOption.windowScale(14),
        ...tcpOption.timestamps(1, 2),
      ]);
      const syn = tcp(new Uint8Array(0), { ...v4, ...ports, sequence: 0xffffffff, flags: 'S', options });
      const wrong = tcp(counting(3), { ...v4, ...ports, sequence: 0, flags: 'FRU', checksum: 0x1234, urgent: 2 });
      const capture = pcap(asFrames([ethernet(ip(syn, v4)), ethernet(ip(wrong, v4))]));
      const fields = ['tcp.seq', 'tcp.flags', 'tcp.options.mss_val', 'tcp.options.wscale.shift', 'tcp.checksum.status'];
      expect(tsharkFields(capture, fields)).toEqual([
        ['4294967295', '0x0002', '1400', '14', '1'],
        ['0', '0x0025', '', '', '0'],
      ]);
    });

    it('writes UDP over both versions', () => {
      const list = [v4, v6].map((ends) =>
        ethernet(
          ip(udp(counting(5), { ...ends, sourcePort: 9, targetPort: 10 }), { ...ends, protocol: protocols.udp }),
        ),
      );
      const capture = pcap(asFrames(list));
      expect(tsharkFields(capture, ['udp.dstport', 'udp.length', 'udp.checksum.status'])).toEqual([
        ['10', '13', '1'],
        ['10', '13', '1'],
      ]);
    });
  });
}
