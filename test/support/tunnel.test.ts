// Proves that built tunnels are what tshark takes them for, and that the packet in them is the one put there.
import { describe, expect, it } from 'vitest';
import { concat, counting, u8 } from './bytes.ts';
import { pcap } from './capture.ts';
import { ethernet, linkTypes } from './link.ts';
import { ip, tcp } from './packet.ts';
import { tsharkFields, tsharkFound } from './tshark.ts';
import { ciscoHdlc, nflog, ppp, pppoe, type Wrapping, wrappings } from './tunnel.ts';

const four = { source: '10.0.0.1', target: '192.168.7.9' };
const six = { source: '2001:db8::1', target: 'fe80::2:0:3' };
const packetOf = (ends: typeof four) =>
  ip(tcp(counting(33), { ...ends, sourcePort: 50_000, targetPort: 104, sequence: 7, flags: 'PA' }), ends);

/** Fields by which tshark tells the number of a tunnel. */
const numbers: Readonly<Record<string, string>> = {
  vxlan: 'vxlan.vni',
  geneve: 'geneve.vni',
  gre: 'gre.key',
  nvgre: 'gre.key',
  erspan: 'erspan.spanid',
};

function numberOf({ tunnel }: Wrapping): [field: string, number: string] {
  const [name, number = ''] = tunnel[0].split(':');
  return [numbers[name] ?? 'frame.len', number];
}

/** What tshark reads otherwise, or no further: type II only with a sequence number, III only with Ethernet in it. */
const beyond = new Set(['ERSPAN II without sequence', 'ERSPAN III with IP']);

const lines: [name: string, linkType: number, framed: (packet: Uint8Array) => Uint8Array][] = [
  ['PPP', linkTypes.ppp, (packet) => ppp(packet)],
  ['PPP, framed', linkTypes.ppp, (packet) => ppp(packet, { framed: true })],
  ['PPP of HDLC', linkTypes.pppHdlc, (packet) => ppp(packet, { framed: true })],
  ['PPPoE', linkTypes.pppEther, (packet) => pppoe(ppp(packet))],
  ['PPP with a direction', linkTypes.pppWithDirection, (packet) => concat(u8(1), ppp(packet, { framed: true }))],
  ['Cisco serial line', linkTypes.ciscoHdlc, (packet) => ciscoHdlc(packet)],
  ['netfilter log', linkTypes.nflog, (packet) => nflog(packet)],
];

if (tsharkFound) {
  describe('tunnels as tshark reads them', () => {
    it.each(wrappings.filter(({ name }) => !beyond.has(name)).map((one) => [one.name, one] as const))(
      '%s',
      (_, one) => {
        const [field, number] = numberOf(one);
        const list = [packetOf(four), packetOf(six)].map((packet, i) => ({
          bytes: one.wrap(ethernet(packet)),
          seconds: i,
          nanos: 0,
        }));
        const wire = one.name.includes('control word') ? 'pwethcw' : 'pwethnocw';
        const options = ['-d', 'udp.port==8472,vxlan', '-d', `mpls.label==17,${wire}`];
        const rows = tsharkFields(
          pcap(list),
          ['tcp.dstport', 'tcp.seq_raw', 'tcp.len', 'tcp.checksum.status', field, '_ws.malformed'],
          options,
        );
        for (const row of rows) {
          expect(row.slice(0, 4)).toEqual(['104', '7', '33', '1']);
          if (number !== '')
            expect(one.tunnel[0].startsWith('nvgre') ? Number(row[4]) >>> 8 : Number(row[4])).toBe(Number(number));
          expect(row[5]).toBe('');
        }
        expect(rows).toHaveLength(2);
      },
    );
  });

  describe('lines as tshark reads them', () => {
    it.each(lines)('%s', (_, linkType, framed) => {
      const list = [packetOf(four), packetOf(six)].map((packet, i) => ({
        bytes: framed(packet),
        seconds: i,
        nanos: 0,
      }));
      const rows = tsharkFields(pcap(list, { linkType }), ['tcp.dstport', 'tcp.len', 'tcp.checksum.status']);
      expect(rows).toEqual([
        ['104', '33', '1'],
        ['104', '33', '1'],
      ]);
    });
  });
}
