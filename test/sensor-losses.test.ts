// Proves that no packet and no byte is lost silently, and that an error of ours costs one connection and no other.
import { describe, expect, it } from 'vitest';
import { Decoder } from '../src/decode/decode.ts';
import { compileFilter } from '../src/decode/filter.ts';
import { Next } from '../src/decode/packet.ts';
import { carriedText } from '../src/decode/tunnel.ts';
import { keyedHash } from '../src/hash-key.ts';
import { limits } from '../src/model/limits.ts';
import type { Losses } from '../src/model/records.ts';
import type { KeyedHash } from '../src/protocols/analyzer.ts';
import { packetCauses } from './support/balance.ts';
import { batches } from './support/batch.ts';
import { ascii, counting, hex } from './support/bytes.ts';
import type { Frame } from './support/capture.ts';
import { seeded } from './support/chunks.ts';
import {
  type ConversationOptions,
  client,
  conversation,
  defaultStart,
  fin,
  frames,
  server,
  stamp,
} from './support/conversation.ts';
import { ethernet } from './support/link.ts';
import { ipv4, ipv4Fragments, protocols, tcp, udp } from './support/packet.ts';
import { patientRows, type TextRow } from './support/pdu.ts';
import { testKey } from './support/replay.ts';
import { copied, merged, retransmitted, without, withPayload } from './support/segments.ts';
import { Sensing, said, sense, storing, withoutFrames } from './support/sensing.ts';
import { carriedByIp, carriedByUdp, gre, vxlan } from './support/tunnel.ts';

const ends = { source: '10.0.0.7', target: '10.0.0.8' } as const;
const ports = { sourcePort: 5000, targetPort: 6000 } as const;
const at = stamp(defaultStart);
const vxlanOf = (frame: Uint8Array) => ethernet(carriedByUdp(vxlan(frame, 7), 4789));
const framed = (bytes: Uint8Array): Frame => ({ bytes, ...at });

const packetsOf = (losses: Losses) => packetCauses.reduce((sum, cause) => sum + (losses[cause]?.packets ?? 0), 0);

describe('packets read are TCP packets decoded and every other cause', () => {
  const segment = tcp(counting(64), { ...ends, ...ports, sequence: 1 });
  const datagram = udp(counting(64), { ...ends, sourcePort: 1, targetPort: 2 });
  const fragment = { ...ends, id: 1 };
  /** What each frame must count as; `tcp` is used. */
  const soup: [cause: string, bytes: Uint8Array][] = [
    ['tcp', ethernet(ipv4(segment, ends))],
    ['network-unsupported', ethernet(counting(46), { etherType: 0x0806 })],
    ['network-unsupported', ethernet(counting(46), { etherType: 0x88cc })],
    ['transport-unsupported', ethernet(ipv4(datagram, { ...ends, protocol: protocols.udp }))],
    ['transport-unsupported', ethernet(ipv4(counting(8), { ...ends, protocol: protocols.icmp }))],
    ['tcp', vxlanOf(ethernet(ipv4(segment, ends)))],
    ['transport-unsupported', vxlanOf(ethernet(counting(46), { etherType: 0x0806 }))],
    ['transport-unsupported', vxlanOf(ethernet(ipv4(datagram, { ...ends, protocol: protocols.udp })))],
    ['encapsulation-unsupported', ethernet(carriedByIp(gre(segment, { protocol: 0x880b }), protocols.gre))],
    ['encapsulation-unsupported', ethernet(carriedByIp(gre(segment, { protocol: 0x880b }), protocols.gre))],
    ['encapsulation-too-deep', ethernet(ipv4(segment, ends), { tags: Array.from({ length: 9 }, () => ({ vlan: 5 })) })],
    ['malformed-link', ethernet(carriedByIp(counting(2), protocols.gre))],
    ['malformed-link', hex('0200000000')],
    ['malformed-network', ethernet(hex('45000014'), { etherType: 0x0800 })],
    ['malformed-transport', ethernet(ipv4(counting(7), ends))],
    ...ipv4Fragments(segment, { ...fragment, id: 2 }, 32).map(
      (bytes, i, all) => [i < all.length - 1 ? 'fragments-held' : 'tcp', ethernet(bytes)] as [string, Uint8Array],
    ),
    ...ipv4Fragments(datagram, { ...fragment, id: 3, protocol: protocols.udp }, 32).map(
      (bytes, i, all) =>
        [i < all.length - 1 ? 'fragments-held' : 'transport-unsupported', ethernet(bytes)] as [string, Uint8Array],
    ),
    ...ipv4Fragments(segment, { ...fragment, id: 4 }, 32)
      .slice(1)
      .map((bytes) => ['fragments-given-up', ethernet(bytes)] as [string, Uint8Array]),
    ['fragments-given-up', ethernet(ipv4(counting(9), { ...fragment, id: 5, moreFragments: true }))],
  ];

  it('each in the one place where it belongs', () => {
    const expected: Record<string, number> = {};
    for (const [cause] of soup) if (cause !== 'tcp') expected[cause] = (expected[cause] ?? 0) + 1;
    const { sensor } = sense(soup.map(([, bytes]) => framed(bytes)));
    const losses = sensor.losses();
    const told = packetCauses.flatMap((cause) => (losses[cause] ? [[cause, losses[cause].packets] as const] : []));
    expect(Object.fromEntries(told)).toEqual(expected);
    expect(sensor.totals.packets).toBe(soup.length);
    expect([...sensor.encapsulationsUnsupported].map(([carried, count]) => [carriedText(carried), count])).toEqual([
      ['GRE 0x880b', 2],
    ]);
  });

  it('of a link type that is not decoded all, named by its number', () => {
    const sensing = new Sensing();
    sensing
      .feed(
        soup.map(([, bytes]) => framed(bytes)),
        { linkType: 147 },
      )
      .finish();
    expect(sensing.sensor.losses()['link-unsupported']?.packets).toBe(soup.length);
    expect([...sensing.sensor.linkTypesUnsupported]).toEqual([[147, soup.length]]);
  });

  it.each([1, 2, 3, 4, 5, 6])('however they are damaged: seed %i', (seed) => {
    const random = seeded(seed);
    const list = [...soup, ...soup, ...soup].map(([, bytes]) => {
      const damaged = bytes.slice(0, Math.ceil(bytes.length * (random() < 0.3 ? random() : 1)));
      for (let flips = Math.floor(random() * 4); flips > 0; flips--) {
        damaged[Math.floor(random() * damaged.length)] ^= 1 << Math.floor(random() * 8);
      }
      return { ...framed(damaged), original: bytes.length };
    });
    const { sensor, bugs } = sense(list);
    expect(packetsOf(sensor.losses()) + decodedTcp(list)).toBe(list.length);
    expect(bugs).toEqual([]);
  });

  it('with a filter too', () => {
    const list = soup.map(([, bytes]) => framed(bytes));
    const { sensor } = sense(list, { filter: compileFilter('port 1') });
    expect(packetsOf(sensor.losses())).toBe(list.length);
  });
});

describe('bytes', () => {
  const wire = conversation(storing);
  const data = withPayload(wire);

  it('of copies and retransmissions are counted and not used', () => {
    const twice = merged(
      wire,
      data.map((i) => copied(wire[i])),
    );
    const bytes = data.reduce((sum, i) => sum + wire[i].payload.length, 0);
    const { sensor, records } = sense(frames(twice));
    expect(sensor.losses()).toEqual({ duplicate: { packets: data.length, bytes } });
    expect(withoutFrames(records)).toEqual(withoutFrames(sense(frames(wire)).records));
    const again = sense(frames([...wire.slice(0, -4), retransmitted(wire[data[0]]), ...wire.slice(-4)]));
    expect(again.sensor.losses().retransmitted).toEqual({ packets: 1, bytes: wire[data[0]].payload.length });
  });

  it('that never came are missed, and the records say so', () => {
    const lost = data[2];
    const { sensor, records } = sense(frames(without(wire, lost)));
    expect(sensor.losses().missed).toEqual({ packets: 0, bytes: wire[lost].payload.length });
    expect(records.connections[0]).toMatchObject({ clientMissed: wire[lost].payload.length });
    expect(records.associations[0].incomplete).toContain('missed-bytes');
  });

  it('that the receiver acknowledged and nobody captured were lost before the sensor', () => {
    const lost = [data[2], data[3]];
    const bytes = lost.reduce((sum, i) => sum + wire[i].payload.length, 0);
    const { sensor, records } = sense(frames(without(wire, ...lost)));
    const [{ clientUnseen, serverUnseen, clientMissed, serverMissed }] = records.connections;
    expect([clientUnseen, serverUnseen]).toEqual([clientMissed, serverMissed]);
    expect(clientUnseen + serverUnseen).toBe(bytes);
    expect(sensor.losses()['before-sensor']?.bytes).toBe(bytes);
    expect(sensor.streamBytes).toMatchObject({ missed: bytes, unseen: bytes });
  });

  it('of any protocol, and only where acknowledgements are captured', () => {
    const web = conversation([client(counting(5000)), server(ascii('no')), fin('client'), fin('server')]);
    const at = withPayload(web)[1];
    const { sensor } = sense(frames(without(web, at)));
    expect(sensor.losses()['before-sensor']).toEqual({ packets: 1, bytes: web[at].payload.length });
    const oneWay = without(web, at).filter(({ from }) => from === 'client');
    const alone = sense(frames(oneWay)).sensor;
    expect(alone.losses()['before-sensor']).toBeUndefined();
    expect(alone.streamBytes.missed).toBe(web[at].payload.length);
  });

  it('of other protocols are counted as such', () => {
    const { sensor } = sense(frames(conversation([client(ascii('GET / HTTP/1.1\r\n\r\n'))])));
    expect(sensor.losses()).toEqual({ 'not-identified': { packets: 0, bytes: 18 } });
  });

  it('that the snap length cut are truncated, and still cover the stream', () => {
    const cut = frames(wire).map((frame) => ({
      ...frame,
      bytes: frame.bytes.subarray(0, 200),
      original: frame.bytes.length,
    }));
    const missing = cut.reduce((sum, { bytes, original }) => sum + original - bytes.length, 0);
    const { sensor, records } = sense(cut);
    expect(sensor.losses().truncated?.bytes).toBe(missing);
    const { clientBytes } = records.connections[0];
    expect(clientBytes).toBe(sense(frames(wire)).records.connections[0].clientBytes);
    expect(records.associations[0].incomplete).toContain('truncated');
  });
});

describe('a throw below an analyzer', () => {
  const badRows: TextRow[] = patientRows.map((row) => (row[0] === 0x00100020 ? [row[0], row[1], 'HOSTILE'] : row));
  const from = (port: number): ConversationOptions => ({ client: { port } });
  const good = [
    conversation(storing, from(50_001)),
    conversation([...said.open('LAST'), ...said.store(), ...said.release()], from(50_003)),
  ];
  const bad = conversation(
    [...said.open('BAD'), ...said.store(1, badRows), ...said.store(2), ...said.release()],
    from(50_002),
  );
  const hash = keyedHash(testKey);
  const hostile: KeyedHash = (domain, bytes, start, end) => {
    if (Buffer.from(bytes).toString('latin1', start, end).includes('HOSTILE')) throw new Error('hostile');
    return hash(domain, bytes, start, end);
  };
  const clean = sense(frames(merged(good[0], bad, good[1])), { hash });
  const { sensor, records, bugs, tcp } = sense(frames(merged(good[0], bad, good[1])), { hash: hostile });
  const others = <T extends { clientPort: number }>(list: readonly T[]) =>
    list.filter(({ clientPort }) => clientPort !== 50_002);

  it('is told once and counted as a bug, with the bytes that are no longer read', () => {
    expect(bugs).toEqual([new Error('hostile')]);
    expect(sensor.losses().bug?.packets).toBe(1);
    expect(sensor.losses().bug?.bytes).toBeGreaterThan(0);
  });

  it('changes no record of another connection', () => {
    expect(others(records.connections)).toEqual(others(clean.records.connections));
    expect(others(records.associations)).toEqual(others(clean.records.associations));
    const ids = new Set(others(records.connections).map(({ id }) => id));
    const theirs = <T extends { connectionId: string }>(list: readonly T[]) =>
      list.filter(({ connectionId }) => ids.has(connectionId));
    expect(theirs(records.operations)).toHaveLength(2);
    expect(theirs(records.operations)).toEqual(theirs(clean.records.operations));
    expect(theirs(records.exposures)).toEqual(theirs(clean.records.exposures));
    expect(theirs(records.findings)).toEqual(theirs(clean.records.findings));
  });

  it('leaves the connection’s own records, marked as not whole', () => {
    const broken = records.associations.find(({ callingAe }) => callingAe === 'BAD');
    expect(broken).toMatchObject({ outcome: 'cut', complete: false });
    expect(broken?.incomplete).toContain('lost-step');
    expect(tcp).toHaveLength(3);
    const sizes = (list: typeof tcp) => list.map(({ id, clientBytes, serverBytes }) => [id, clientBytes, serverBytes]);
    expect(sizes(tcp)).toEqual(sizes(clean.tcp));
  });

  it('leaves nothing behind for the next capture of the same sensor', () => {
    const sensing = new Sensing({ hash: hostile });
    sensing
      .feed(frames(bad))
      .feed(frames(conversation(storing, { client: { port: 50_009 }, at: defaultStart + 1e6 })))
      .finish();
    expect(sensing.records.associations.at(-1)).toMatchObject({
      clientPort: 50_009,
      complete: true,
      objects: 1,
      patients: 1,
    });
  });
});

/** TCP segments that a decoder of its own finds. */
function decodedTcp(list: readonly Frame[]): number {
  const decoder = new Decoder(limits);
  let count = 0;
  for (const batch of batches(list)) {
    for (let i = 0; i < batch.count; i++) if (decoder.decode(batch, i) === Next.tcp) count++;
  }
  return count;
}
