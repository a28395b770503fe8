// Proves B06 on every capture: wrapped in any tunnel it shows what it shows bare, but for the path and the ids of
// tenants.
import { describe, expect, it } from 'vitest';
import { openCapture } from '../../src/capture/open.ts';
import { tunnelKeys } from '../../src/decode/tunnel.ts';
import { limits } from '../../src/model/limits.ts';
import { type Frame, pcap } from '../support/capture.ts';
import { chunkedSource } from '../support/chunks.ts';
import { type Replayed, replay } from '../support/replay.ts';
import { captureBytes, scenePath, scenes } from '../support/scenes.ts';
import { type Wrapping, wrappings } from '../support/tunnel.ts';

/** Every tunnel by itself, then several in each other, each tunnel at least once. */
const paths: Wrapping[][] = [
  ...wrappings.map((one) => [one]),
  pathOf('VXLAN', 'MPLS pseudowire', 'ERSPAN II'),
  pathOf('GENEVE with options', 'PPPoE', 'GRE with Ethernet and a key'),
  pathOf('IP in IPv4', 'NVGRE', 'VXLAN with a group policy'),
];

describe.each(scenes())('%s', (file) => {
  it('shows the same in any tunnel', async () => {
    const list = await framesOf(captureBytes(scenePath(file)));
    const bare = await replay(pcap(list, { resolution: 'nanos' }), { capture: file });
    for (const path of paths) {
      const wrapped = await replay(
        pcap(
          list.map((frame) => wrap(frame, path)),
          { resolution: 'nanos' },
        ),
        { capture: file },
      );
      const what = path.map(({ name }) => name).join(' in ');
      expect(wrapped.bugs, what).toEqual([]);
      const keepsAddresses = path.every((one) => one.keepsAddresses);
      expect(shown(wrapped, keepsAddresses), what).toEqual(shown(bare, keepsAddresses));
      for (const one of wrapped.tcp) expect(one.tunnel, what).toEqual(outermostFirst(path));
      const [ids, bareIds] = [idsOf(wrapped), idsOf(bare)];
      if (tunnelKeys(outermostFirst(path)).length === 0) expect(ids, what).toEqual(bareIds);
      else
        expect(
          ids.filter((id) => bareIds.includes(id)),
          what,
        ).toEqual([]);
    }
  });
});

it('connections of two tenants with equal addresses and numbers at the same time stay apart', async () => {
  const list = await framesOf(captureBytes(scenePath('store.pcap')));
  const bare = await replay(pcap(list, { resolution: 'nanos' }));
  const tenants = ['VXLAN', 'GENEVE', 'NVGRE', 'GRE with all fields'].map((name) => pathOf(name));
  const both = list.flatMap((frame) => tenants.map((path) => wrap(frame, path)));
  const replayed = await replay(pcap(both, { resolution: 'nanos' }));
  expect(replayed.tcp).toHaveLength(tenants.length * bare.tcp.length);
  expect(new Set(idsOf(replayed)).size).toBe(replayed.tcp.length);
  expect(replayed.associations).toHaveLength(tenants.length * bare.associations.length);
  expect(replayed.operations).toHaveLength(tenants.length * bare.operations.length);
});

it('directions that come by two mirror sessions, and copies by two paths, are one connection', async () => {
  const list = await framesOf(captureBytes(scenePath('store.pcap')));
  const bare = await replay(pcap(list, { resolution: 'nanos' }));
  const [one, other] = [pathOf('ERSPAN II'), pathOf('ERSPAN III')];
  const split = list.map((frame) => wrap(frame, frame.bytes[11] === list[0].bytes[11] ? one : other));
  const sessions = await replay(pcap(split, { resolution: 'nanos' }));
  expect(shown(sessions, true)).toEqual(shown(bare, true));
  expect(idsOf(sessions)).toEqual(idsOf(bare));
  const copies = await replay(
    pcap(
      list.flatMap((frame) => [wrap(frame, one), wrap(frame, other), frame]),
      { resolution: 'nanos' },
    ),
  );
  expect(idsOf(copies)).toEqual(idsOf(bare));
  expect(copies.associations.map(({ objects }) => objects)).toEqual(bare.associations.map(({ objects }) => objects));
  for (const { tunnel, vlan } of copies.tcp) {
    expect(tunnel).toEqual(['erspan:3', 'erspan:4']);
    expect(vlan).toEqual([12, 13]);
  }
});

it('below the limit of depth nothing is shown, and all of it is counted', async () => {
  const list = await framesOf(captureBytes(scenePath('store.pcap')));
  const path = pathOf('VXLAN', 'MPLS pseudowire', 'ERSPAN II');
  const capture = pcap(
    list.map((frame) => wrap(frame, path)),
    { resolution: 'nanos' },
  );
  const { tcp, losses } = await replay(capture, { limits: { encapsulationsMax: 2 } });
  expect(tcp).toEqual([]);
  expect(losses['encapsulation-too-deep']?.packets).toBe(list.filter(({ bytes }) => isIp(bytes)).length);
  expect(path.length).toBeLessThan(limits.encapsulationsMax);
});

/** By name, the innermost first. */
function pathOf(...names: readonly string[]): Wrapping[] {
  return names.map((name) => {
    const found = wrappings.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no tunnel ${name}`);
    return found;
  });
}

function outermostFirst(path: readonly Wrapping[]): string[] {
  return path.toReversed().flatMap(({ tunnel }) => tunnel);
}

/** ARP stays as it is. */
function wrap(frame: Frame, path: readonly Wrapping[]): Frame {
  if (!isIp(frame.bytes)) return frame;
  let { bytes } = frame;
  for (const one of path) {
    if (one.carries === 'packets' && !isIp(bytes)) throw new Error(`${one.name} carries IP only`);
    bytes = one.wrap(bytes);
  }
  return { ...frame, bytes };
}

function isIp(frame: Uint8Array): boolean {
  const etherType = (frame[12] << 8) | frame[13];
  return etherType === 0x0800 || etherType === 0x86dd;
}

async function framesOf(capture: Uint8Array): Promise<Frame[]> {
  const reader = await openCapture(chunkedSource(capture, capture.length));
  if (reader.format === null) throw new Error(reader.reason);
  const list: Frame[] = [];
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    for (let i = 0; i < batch.count; i++) {
      const start = batch.start[i];
      if (batch.linkType[i] !== 1 || batch.captured[i] !== batch.original[i])
        throw new Error('not a whole Ethernet frame');
      list.push({
        bytes: batch.bytes.slice(start, start + batch.captured[i]),
        seconds: batch.seconds[i],
        nanos: batch.nanos[i],
      });
    }
  }
  return list;
}

function idsOf({ tcp }: Replayed): string[] {
  return tcp.map(({ id }) => id).sort();
}

/** All records as lines, with the ends and starts of connections for their ids. */
function shown(replayed: Replayed, withMac: boolean): unknown {
  const { tcp, connections, associations, operations, exposures, endpoints, tlsSessions, findings, totals } = replayed;
  const names = new Map<string, string>();
  for (const one of tcp) names.set(one.id, `${one.clientAddress} ${one.clientPort} ${one.serverAddress} ${one.start}`);
  for (const one of associations) names.set(one.id, `${names.get(one.connectionId)} ${one.ordinal}`);
  const line = (record: object): string =>
    JSON.stringify(record, (name, value) => {
      if (name === 'vlan' || name === 'tunnel' || name === 'id') return undefined;
      if (/Mac$/.test(name) && !withMac) return undefined;
      return typeof value === 'string' ? (names.get(value) ?? value) : value;
    });
  const lists = { tcp, connections, associations, operations, exposures, endpoints, tlsSessions, findings };
  const packets = Object.entries(replayed.losses).map(([cause, loss]) => [cause, loss.packets]);
  return {
    ...Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list.map(line).sort()])),
    totals: { ...totals, bytes: 0 },
    protocols: [...replayed.protocols].sort(),
    losses: packets.sort(),
  };
}
