// Proves that an engine's pcap stream becomes the same packets as pcapng, however it is cut, and only whole ones.
import { expect, it } from 'vitest';
import { PacketRelay } from '../../../src/capture/live/packet-relay.ts';
import { interfaceDescription, sectionHeader } from '../../../src/capture/live/pcapng-blocks.ts';
import { counting } from '../../support/bytes.ts';
import { type Frame, type PcapOptions, pcap } from '../../support/capture.ts';
import { readBytes } from '../packets.ts';

const frames: Frame[] = [0, 1, 2, 3, 60, 1514, 70_000, 262_144].map((length, i) => ({
  bytes: counting(length),
  seconds: 1_767_600_000 + i,
  nanos: i * 1000,
  original: length + i,
}));

interface Relayed {
  readonly packets: unknown[];
  readonly parts: Buffer[];
  readonly relay: PacketRelay;
}

async function relayed(stream: Uint8Array, piece: number): Promise<Relayed> {
  const parts: Buffer[] = [];
  const relay = new PacketRelay({
    began: (linkType, snapLength) => parts.push(sectionHeader({}), interfaceDescription('x', linkType, snapLength)),
    blocks: (bytes, done) => {
      parts.push(Buffer.from(bytes));
      done();
    },
  });
  for (let at = 0; at < stream.length; at += piece) relay.push(Buffer.from(stream.subarray(at, at + piece)));
  relay.flush();
  const { packets, error } = parts.length === 0 ? { packets: [], error: null } : await readBytes(Buffer.concat(parts));
  expect(error).toBeNull();
  return { packets, parts, relay };
}

it.each<[string, PcapOptions]>([
  ['little-endian', {}],
  ['big-endian', { order: 'big' }],
  ['nanoseconds', { resolution: 'nanos' }],
  ['another link type', { linkType: 276 }],
])('%s, in pieces of every kind', async (_, options) => {
  const stream = pcap(frames, options);
  const expected = (await readBytes(stream)).packets;
  for (const piece of [1009, 4096, 65_536, 1 << 20]) {
    const { packets, relay } = await relayed(stream, piece);
    expect(packets).toEqual(expected);
    expect(relay.packets).toBe(frames.length);
  }
});

it('cut at each byte of small packets', async () => {
  const stream = pcap(frames.slice(0, 5));
  const expected = (await readBytes(stream)).packets;
  for (const piece of [1, 2, 3, 7, 16, 17, 24, 25]) expect((await relayed(stream, piece)).packets).toEqual(expected);
});

it('the beginning of a packet does not leave it', async () => {
  const stream = pcap(frames.slice(0, 6));
  const { packets } = await relayed(stream.subarray(0, stream.length - 1), 1 << 20);
  expect(packets.length).toBe(5);
});

it('memory that was handed on is not written again', async () => {
  const parts: Buffer[] = [];
  const copies: Buffer[] = [];
  const relay = new PacketRelay({
    began: () => {},
    blocks: (bytes) => {
      parts.push(bytes);
      copies.push(Buffer.from(bytes));
    },
  });
  const stream = Buffer.from(pcap(Array.from({ length: 2000 }, () => frames[5])));
  for (let at = 0; at < stream.length; at += 9973) relay.push(stream.subarray(at, at + 9973));
  expect(parts.length).toBeGreaterThan(0);
  expect(parts.every((part, i) => part.equals(copies[i]))).toBe(true);
});

it('time of the last packet', async () => {
  const { relay } = await relayed(pcap(frames.slice(0, 3)), 1 << 20);
  expect(relay.lastMicros).toBe(1_767_600_002_000_002);
});

it('what is no capture is said, and nothing of it relayed', async () => {
  const { parts, relay } = await relayed(Buffer.from('GET / HTTP/1.1\r\nHost: example.org\r\n\r\n'), 7);
  expect(relay.error).toBe('the engine does not write pcap');
  expect(parts).toEqual([]);
});

it('a packet beyond the limit ends it; those before were relayed', async () => {
  const broken = Buffer.from(pcap(frames.slice(3, 5)));
  broken.writeUInt32LE(0x7fff_ffff, 24 + 16 + 3 + 8);
  const { packets, relay } = await relayed(broken, 1 << 20);
  expect(packets.length).toBe(1);
  expect(relay.error).toBe('the engine wrote a packet of 2147483647 bytes');
});
