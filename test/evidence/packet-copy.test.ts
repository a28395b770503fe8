// Proves that what is extracted of a connection replays to the same records, whatever else the capture holds and wraps
// it in.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openCapture } from '../../src/capture/open.ts';
import type { ConnectionRecord } from '../../src/model/records.ts';
import { type Frame, pcap } from '../support/capture.ts';
import { chunkedSource } from '../support/chunks.ts';
import { extracted } from '../support/extracting.ts';
import { ethernet } from '../support/link.ts';
import { ipv4Fragments } from '../support/packet.ts';
import { type Replayed, replay } from '../support/replay.ts';
import { captureBytes, scenePath, scenes } from '../support/scenes.ts';
import { carriedByUdp, vxlan } from '../support/tunnel.ts';

describe.each(scenes())('%s', (file) => {
  it('gives each of its associations again', async () => {
    const capture = captureBytes(scenePath(file));
    const whole = await replay(capture);
    const dicom = whole.connections.filter(({ protocol }) => protocol !== 'no-data');
    const some = dicom.filter(({ id }, i) => i < 3 || whole.findings.some((one) => one.connectionId === id));
    for (const connection of some.slice(0, 6)) {
      const { file: extract, found } = await extracted(capture, [connection]);
      const again = await replay(extract);
      expect(again.tcp.map(({ id }) => id)).toContain(connection.id);
      expect(recordsOf(again, connection)).toEqual(recordsOf(whole, connection));
      expect(found[0]).toMatchObject({ same: true, streamBytes: connection.clientBytes + connection.serverBytes });
    }
  });
});

describe('of connections with equal ends', () => {
  it('takes the one that is meant', async () => {
    const capture = captureBytes(scenePath('port-reuse.pcap'));
    const whole = await replay(capture);
    expect(whole.connections.length).toBeGreaterThan(1);
    const packets: number[] = [];
    for (const connection of whole.connections) {
      const { file, packets: count } = await extracted(capture, [connection]);
      packets.push(count);
      expect((await replay(file)).tcp.map(({ id }) => id)).toEqual([connection.id]);
    }
    const all = await extracted(capture, whole.connections);
    expect(all.packets).toBe(packets.reduce((sum, count) => sum + count));
  });

  it('takes that of one tenant, with its tunnel', async () => {
    const list = await framesOf(captureBytes(scenePath('store.pcap')));
    const both = list.flatMap((frame) => [inVxlan(frame, 7), inVxlan(frame, 8)]);
    const capture = pcap(both, { resolution: 'nanos' });
    const whole = await replay(capture);
    const [connection] = whole.connections.filter(({ tunnel }) => tunnel.includes('vxlan:8'));
    const { file } = await extracted(capture, [connection]);
    const taken = await framesOf(file);
    const wanted = list.map((frame) => inVxlan(frame, 8));
    expect(taken.map(hex)).toEqual(wanted.map(hex));
  });
});

describe('fragments', () => {
  it('of its datagrams come with it, in their place; those of others stay', async () => {
    const list = await framesOf(captureBytes(scenePath('store.pcap')));
    const pieces = list.flatMap((frame, i) => fragmented(frame, i));
    const strange = pieces.filter(({ bytes }) => bytes.length > 400).map((frame) => otherAddress(frame));
    const capture = pcap([...interleaved(pieces, strange)], { resolution: 'nanos' });
    const whole = await replay(capture);
    const [connection] = whole.connections.filter(({ clientAddress }) => !clientAddress.startsWith('203.'));
    const { file } = await extracted(capture, [connection]);
    const taken = await framesOf(file);
    expect(pieces.length).toBeGreaterThan(list.length);
    expect(taken.map(hex)).toEqual(pieces.map(hex));
    const again = await replay(file);
    expect(recordsOf(again, connection)).toEqual(recordsOf(whole, connection));
  });

  it('that wait for ever do not keep others waiting without bound', async () => {
    const list = await framesOf(captureBytes(scenePath('store.pcap')));
    const [lost] = fragmented(list.find(({ bytes }) => bytes.length > 400) as Frame, 999);
    const later = list.map((frame) => ({ ...frame, seconds: frame.seconds + 60 }));
    const capture = pcap([{ ...lost, seconds: later[0].seconds - 1 }, ...later], { resolution: 'nanos' });
    const [connection] = (await replay(capture)).connections;
    expect((await extracted(capture, [connection])).packets).toBe(later.length);
  });
});

it('keeps times to the nanosecond, lengths on the wire, and says on the first packet whose it is', async () => {
  const list = await framesOf(captureBytes(scenePath('store.pcap')));
  const odd = list.map((frame, i) => ({ ...frame, nanos: frame.nanos - (frame.nanos % 1000) + (i % 1000) }));
  const cut = odd.map((frame) => ({ ...frame, bytes: frame.bytes.slice(0, 200), original: frame.bytes.length }));
  const capture = pcap(cut, { resolution: 'nanos' });
  const [connection] = (await replay(capture)).connections;
  const { file } = await extracted(capture, [connection]);
  expect(await framesOf(file)).toEqual(
    cut.map(({ bytes, seconds, nanos, original }) => ({ bytes, seconds, nanos, original })),
  );
  const text = Buffer.from(file).toString('latin1');
  expect(text.split(`connection ${connection.id}`)).toHaveLength(2);
});

it('of a connection whose beginning is gone it takes the rest, and says so', async () => {
  const list = await framesOf(captureBytes(scenePath('store.pcap')));
  const [connection] = (await replay(pcap(list, { resolution: 'nanos' }))).connections;
  const { packets, found } = await extracted(pcap(list.slice(10), { resolution: 'nanos' }), [connection]);
  expect(packets).toBe(list.length - 10);
  expect(found[0].same).toBe(false);
});

/** Without packet references, and what depends on other connections: who is known for a listener, what was before. */
function recordsOf(
  { connections, associations, operations, exposures, tlsSessions }: Replayed,
  { id }: ConnectionRecord,
) {
  const unreferenced = (record: object): object =>
    Object.fromEntries(Object.entries(record).filter(([name]) => !/Frame$|Capture$|^frame$|^capture$/.test(name)));
  return {
    connections: connections.filter((one) => one.id === id).map(unreferenced),
    associations: associations.filter((one) => one.connectionId === id).map(unreferenced),
    operations: operations.filter((one) => one.connectionId === id).map(unreferenced),
    exposures: exposures.filter((one) => one.connectionId === id),
    tlsSessions: tlsSessions.filter((one) => one.connectionId === id).map(unreferenced),
  };
}

async function framesOf(capture: Uint8Array): Promise<Frame[]> {
  const reader = await openCapture(chunkedSource(capture, capture.length));
  if (reader.format === null) throw new Error(reader.reason);
  const list: Frame[] = [];
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    for (let i = 0; i < batch.count; i++) {
      const bytes = batch.bytes.slice(batch.start[i], batch.start[i] + batch.captured[i]);
      list.push({ bytes, seconds: batch.seconds[i], nanos: batch.nanos[i], original: batch.original[i] });
    }
  }
  return list;
}

function inVxlan(frame: Frame, vni: number): Frame {
  const bytes = ethernet(carriedByUdp(vxlan(frame.bytes, vni), 4789), {});
  return { bytes, seconds: frame.seconds, nanos: frame.nanos };
}

/** A long frame of IPv4 in fragments, at the same time. */
function fragmented(frame: Frame, id: number): Frame[] {
  const { bytes, seconds, nanos } = frame;
  if (bytes.length < 400) return [{ bytes, seconds, nanos, original: bytes.length }];
  const headerBytes = (bytes[14] & 15) * 4;
  const address = (at: number): string => bytes.slice(at, at + 4).join('.');
  const ends = { source: address(26), target: address(30), protocol: 6, id: id + 1 };
  const payload = bytes.slice(14 + headerBytes, 14 + new DataView(bytes.buffer, bytes.byteOffset).getUint16(16));
  return ipv4Fragments(payload, ends, 160).map((packet) => {
    const whole = ethernet(packet, {});
    return { bytes: whole, seconds, nanos, original: whole.length };
  });
}

function otherAddress(frame: Frame): Frame {
  const bytes = frame.bytes.slice();
  bytes.set([203, 0, 113, 9], 26);
  return { ...frame, bytes };
}

function* interleaved(a: readonly Frame[], b: readonly Frame[]): Generator<Frame> {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if (i < b.length)
      yield { ...b[i], seconds: a[Math.min(i, a.length - 1)].seconds, nanos: a[Math.min(i, a.length - 1)].nanos };
    if (i < a.length) yield a[i];
  }
}

function hex({ bytes }: Frame): string {
  return createHash('sha1').update(bytes).digest('hex');
}
