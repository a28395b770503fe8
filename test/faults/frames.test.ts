// Proves B05 to B08, B14 and B15: link types, tunnels, padding, offload, frames seen twice and wrong clocks change no
// record.
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import { concat, counting, u16 } from '../support/bytes.ts';
import { client, conversation, defaultStart, frame, frames, type Segment } from '../support/conversation.ts';
import { ethernet, linkTypes, linuxCooked, linuxCooked2, loopback, rawIp } from '../support/link.ts';
import { explicitDataSet, explicitPixelData, patientRows, pDataPieces } from '../support/pdu.ts';
import { copied, merged } from '../support/segments.ts';
import { said, storing, withoutFrames } from '../support/sensing.ts';
import { ciscoHdlc, nflog, ppp, pppoe, wrappings } from '../support/tunnel.ts';
import { withstand } from './withstand.ts';

const whole = withstand(conversation(storing));
type Link = (packet: Uint8Array) => Uint8Array;
/** Records but for where they were seen. */
const told = ({ records }: Pick<typeof whole, 'records'>) =>
  withoutFrames(
    JSON.parse(
      JSON.stringify(records, (name, value) =>
        /^(vlan|tunnel|clientMac|serverMac|id|.*Id|communityId)$/.test(name) ? undefined : value,
      ),
    ),
  );
const onLink = (link: Link) => frames(conversation(storing, { link }));
const payloadBytes = conversation(storing).reduce((sum, { payload }) => sum + payload.length, 0);

describe('B05 link types', () => {
  const six = conversation(storing, { client: { address: '2001:db8::1' }, server: { address: '2001:db8::2' } });
  const readable: readonly (readonly [string, number, Link])[] = [
    ['Ethernet', linkTypes.ethernet, (packet) => ethernet(packet)],
    ['Linux cooked', linkTypes.linuxCooked, (packet) => linuxCooked(packet)],
    ['Linux cooked 2', linkTypes.linuxCooked2, (packet) => linuxCooked2(packet)],
    ['raw IP', linkTypes.rawIp, rawIp],
    ['raw IPv4', linkTypes.rawIpv4, rawIp],
    ['BSD loopback, little endian', linkTypes.loopback, (packet) => loopback(packet, 'little')],
    ['BSD loopback, big endian', linkTypes.loopback, (packet) => loopback(packet, 'big')],
    ['OpenBSD loopback', linkTypes.openbsdLoopback, (packet) => loopback(packet, 'big', 24)],
    ['PPP', linkTypes.ppp, (packet) => ppp(packet)],
    ['PPPoE', linkTypes.pppEther, (packet) => pppoe(ppp(packet))],
    ['Cisco HDLC', linkTypes.ciscoHdlc, (packet) => ciscoHdlc(packet)],
    ['netfilter log', linkTypes.nflog, (packet) => nflog(packet)],
  ];

  it.each(readable)('%s', (_, linkType, link) => {
    const read = withstand(onLink(link), { linkType });
    expect(told(read)).toEqual(told(whole));
    expect(read.losses).toEqual({});
  });

  it('raw IPv6, and IPv6 on the others', () => {
    const reference = told(withstand(six));
    expect(
      told(
        withstand(frames(six.map((one) => ({ ...one, path: { ...one.path, link: rawIp } }))), {
          linkType: linkTypes.rawIpv6,
        }),
      ),
    ).toEqual(reference);
    for (const [name, linkType, link] of readable.filter(([name]) => name !== 'raw IPv4')) {
      const list = frames(six.map((one) => ({ ...one, path: { ...one.path, link } })));
      expect(told(withstand(list, { linkType })), name).toEqual(reference);
    }
  });

  it.each([105, 127, 147, 189, 220, 249, 65_535])('%i is counted by number', (linkType) => {
    const list = onLink((packet) => ethernet(packet));
    const { sensor, losses, tcp } = withstand(list, { linkType });
    expect([...sensor.linkTypesUnsupported]).toEqual([[linkType, list.length]]);
    expect(losses).toEqual({
      'link-unsupported': { packets: list.length, bytes: list.reduce((sum, { bytes }) => sum + bytes.length, 0) },
    });
    expect(tcp).toEqual([]);
  });
});

describe('B06 tunnels', () => {
  it.each(wrappings.map((wrapping) => [wrapping.name, wrapping] as const))('%s', (_, { wrap }) => {
    const read = withstand(onLink((packet) => wrap(ethernet(packet))));
    expect(told(read)).toEqual(told(whole));
  });

  it('VLAN tags to the bound, and no further', () => {
    const tags = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ vlan: i + 2, tpid: i === 0 ? 0x88a8 : 0x8100 }));
    const most = withstand(onLink((packet) => ethernet(packet, { tags: tags(limits.encapsulationsMax) })));
    expect(told(most)).toEqual(told(whole));
    expect(most.records.connections[0].vlan).toHaveLength(limits.encapsulationsMax);
    const list = onLink((packet) => ethernet(packet, { tags: tags(limits.encapsulationsMax + 1) }));
    const beyond = withstand(list);
    expect(beyond.tcp).toEqual([]);
    expect(beyond.losses['encapsulation-too-deep']?.packets).toBe(list.length);
  });

  it('in each other', () => {
    const layers = wrappings.filter(({ name }) => /vxlan|geneve|gre/i.test(name)).slice(0, 3);
    const read = withstand(onLink((packet) => layers.reduce((inner, { wrap }) => wrap(inner), ethernet(packet))));
    expect(told(read)).toEqual(told(whole));
  });
});

describe('B07 Ethernet padding', () => {
  it.each<[string, Link]>([
    ['to 60 bytes', (packet) => ethernet(packet, { padTo: 60 })],
    ['with a trailer and a checksum', (packet) => concat(ethernet(packet, { padTo: 60 }), counting(12, 1))],
  ])('%s', (_, link) => {
    const read = withstand(onLink(link));
    expect(told(read)).toEqual(told(whole));
    expect(read.losses).toEqual({});
  });
});

describe('B08 segmentation offload', () => {
  const turns = [
    ...said.open(),
    client(pDataPieces({ bytes: concat(explicitDataSet(patientRows), explicitPixelData(300_000)) }, 16_000)),
    ...said.release(),
  ];
  const plain = withstand(conversation(turns));
  /** IP total length (and IPv6 payload length) of 0, as on packets not yet cut. */
  const zeroed: Link = (packet) => {
    const bytes = Uint8Array.from(packet);
    bytes.set(u16(0), packet[0] >> 4 === 4 ? 2 : 4);
    return ethernet(bytes);
  };

  it.each([1460, 9000, 30_000, 65_000])('segments of %i bytes', (mss) => {
    const { records, losses } = withstand(conversation(turns, { client: { mss } }));
    expect(records.operations).toMatchObject([{ requestBytes: plain.records.operations[0].requestBytes, patients: 1 }]);
    expect(losses).toEqual(plain.losses);
  });

  it.each([1460, 65_000, 200_000])('a length of 0 on segments of %i bytes', (mss) => {
    for (const address of [undefined, '2001:db8::']) {
      const ends = address === undefined ? {} : { server: { address: `${address}2` } };
      const from = address === undefined ? { mss } : { mss, address: `${address}1` };
      const { records } = withstand(frames(conversation(turns, { link: zeroed, client: from, ...ends })));
      expect(records.operations).toMatchObject([
        { requestBytes: plain.records.operations[0].requestBytes, patients: 1 },
      ]);
    }
  });
});

describe('B14 every frame twice', () => {
  const wire = conversation(storing);
  const withTtl = (packet: Uint8Array): Uint8Array => {
    const bytes = Uint8Array.from(packet);
    bytes[8] -= 1;
    bytes.set(u16((u16sum(bytes, 10) + 0x100) % 0xffff), 10);
    return bytes;
  };
  const on = (segment: Segment, link: Link): Segment => ({ ...copied(segment), path: { ...segment.path, link } });

  it.each<[string, Link]>([
    ['as they are', (packet) => ethernet(packet)],
    ['with another TTL', (packet) => ethernet(withTtl(packet))],
    ['on a VLAN', (packet) => ethernet(packet, { tags: [{ vlan: 30 }] })],
    [
      'by a router: other addresses, TTL and VLAN',
      (packet) =>
        ethernet(withTtl(packet), { source: '02:0a:00:00:00:01', target: '02:0b:00:00:00:02', tags: [{ vlan: 31 }] }),
    ],
  ])('%s: the same records', (_, link) => {
    const twice = merged(
      wire,
      wire.map((segment) => on(segment, link)),
    );
    const { records, losses } = withstand(twice);
    expect(told({ records })).toEqual(told(whole));
    expect(losses.duplicate).toEqual({ packets: wire.length, bytes: payloadBytes });
    expect(losses.retransmitted).toBeUndefined();
  });

  it('three times, the copies in bursts', () => {
    const list = [];
    for (let at = 0; at < wire.length; at += 7) {
      const burst = wire.slice(at, at + 7);
      const now = burst[burst.length - 1].at;
      list.push(...burst, ...burst.map((one) => ({ ...one, at: now })), ...burst.map((one) => ({ ...one, at: now })));
    }
    const { records, losses } = withstand(list);
    expect(told({ records })).toEqual(told(whole));
    expect(losses.duplicate?.packets).toBe(2 * wire.length);
  });
});

describe('B15 wrong clocks', () => {
  const wire = conversation(storing);
  const day = 86_400_000_000;
  const at = (micros: (i: number) => number) =>
    wire.map((one, i) => ({
      ...frame(one),
      seconds: Math.floor(micros(i) / 1e6),
      nanos: (Math.floor(micros(i)) % 1e6) * 1000,
    }));
  const late = defaultStart + 3 * day;

  it.each<[string, (i: number) => number, number?]>([
    ['going back by a second in the middle', (i) => defaultStart + 100 * i - (i > 8 ? 1_000_000 : 0)],
    ['going back by a day in the middle', (i) => defaultStart + 100 * i - (i > 8 ? day : 0)],
    ['jumping by a day in the middle', (i) => defaultStart + 100 * i + (i > 8 ? day : 0)],
    ['jumping back and forth', (i) => defaultStart + 100 * i + (i % 2 === 0 ? day : 0)],
    ['one packet a day ahead', (i) => defaultStart + 100 * i + (i === 8 ? day : 0)],
    ['one packet at zero', (i) => (i === 8 ? 0 : defaultStart + 100 * i)],
    ['all at zero', () => 0, 0],
    ['after 2038', (i) => 2 ** 31 * 1e6 + 1e12 + 100 * i, 2 ** 31 * 1e6 + 1e12],
    ['at the end of 32 bits', (i) => (2 ** 32 - 1) * 1e6 + 100 * i, 2 ** 31 * 1e6],
  ])('%s', (_, micros, early = defaultStart) => {
    const { records } = withstand(at(micros), {
      early,
      late: Math.max(late, early + 3 * day) % (2 ** 32 * 1e6),
    });
    expect(records.associations).toMatchObject([{ objects: 1, patients: 1, outcome: 'released', complete: true }]);
    for (const { start, end } of [...records.associations, ...records.connections, ...records.operations])
      expect(end).toBeGreaterThanOrEqual(start);
    for (const { durationMicros } of records.operations) expect(durationMicros).toBeGreaterThanOrEqual(0);
  });
});

function u16sum(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}
