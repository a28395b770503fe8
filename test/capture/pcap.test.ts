// Proves that classic captures give the packets that were written, however they are cut, and say where they end badly.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { batchPacketsMax } from '../../src/capture/batch.ts';
import { limits } from '../../src/model/limits.ts';
import { concat, counting, u32of } from '../support/bytes.ts';
import { type Frame, type PcapOptions, pcap } from '../support/capture.ts';
import { chunkedSource, chunkSizes, seeded } from '../support/chunks.ts';
import { readAll, readBytes } from './packets.ts';

const frames: Frame[] = [
  { bytes: counting(60), seconds: 0, nanos: 0 },
  { bytes: counting(1), seconds: 1_767_600_000, nanos: 999_999_000 },
  { bytes: new Uint8Array(0), seconds: 2_147_483_648, nanos: 1000, original: 70 },
  { bytes: counting(1514, 3), seconds: 0xffffffff, nanos: 123_456_000, original: 9000 },
];
const forms: [string, PcapOptions][] = (['little', 'big'] as const).flatMap((order) =>
  (['micros', 'nanos'] as const).map((resolution): [string, PcapOptions] => [
    `${order}-endian, ${resolution}`,
    { order, resolution, linkType: 113 },
  ]),
);

describe('B01 classic pcap', () => {
  it.each(forms)('%s: stamps to the end of 32 bits, lengths, link type', async (_, options) => {
    const whole = pcap(frames, options);
    const { format, packets, error, bytesRead } = await readBytes(whole);
    expect({ format, error, bytesRead }).toEqual({ format: 'pcap', error: null, bytesRead: whole.length });
    expect(packets).toEqual(
      frames.map((frame, i) => ({
        frame: i + 1,
        seconds: frame.seconds,
        nanos: frame.nanos,
        original: frame.original ?? frame.bytes.length,
        linkType: 113,
        bytes: Buffer.from(frame.bytes).toString('hex'),
      })),
    );
  });

  it('keeps nanoseconds that microseconds cannot hold', async () => {
    const one = [{ bytes: counting(1), seconds: 5, nanos: 123_456_789 }];
    const nanosOf = async (options: PcapOptions) => (await readBytes(pcap(one, options))).packets[0].nanos;
    expect(await nanosOf({ resolution: 'nanos' })).toBe(123_456_789);
    expect(await nanosOf({ resolution: 'micros' })).toBe(123_456_000);
  });

  it('carries a fraction above a second over, as some writers leave it', async () => {
    const file = pcap([{ bytes: counting(1), seconds: 5, nanos: 0 }]);
    file.set(u32of('little', 2_500_000), 28);
    expect((await readBytes(file)).packets[0]).toMatchObject({ seconds: 7, nanos: 500_000_000 });
  });

  it("reads Kuznetzov's variant, whose records have eight more bytes", async () => {
    const head = pcap([]);
    head.set(u32of('little', 0xa1b2cd34), 0);
    const record = (bytes: Uint8Array) =>
      concat(...[9, 7, bytes.length, bytes.length].map((value) => u32of('little', value)), counting(8, 0xf0), bytes);
    const { packets, error } = await readBytes(concat(head, record(counting(5)), record(counting(3))));
    expect(error).toBeNull();
    expect(packets.map((packet) => [packet.seconds, packet.nanos, packet.bytes])).toEqual([
      [9, 7000, '0001020304'],
      [9, 7000, '000102'],
    ]);
  });

  it('takes the link type without the bits that tell of frame check sequences', async () => {
    const file = pcap(frames);
    file.set(u32of('little', 0x44000001), 20);
    expect((await readBytes(file)).packets[0].linkType).toBe(1);
  });

  it.each(chunkSizes)('gives the same packets in chunks of %i bytes', async (size) => {
    const file = pcap(manyFrames(3000, 1));
    const whole = await readBytes(file);
    expect(whole.packets.length).toBe(3000);
    expect(await readAll(chunkedSource(file, size, 'promised'))).toEqual(whole);
    expect(await readAll(chunkedSource(file, size))).toEqual(whole);
  });

  it('fills batches over and over, also with packets of no bytes', async () => {
    const empty = Array.from({ length: 2 * batchPacketsMax + 5 }, (_, i) => ({
      bytes: new Uint8Array(0),
      seconds: i,
      nanos: 0,
    }));
    const { packets, error } = await readBytes(pcap(empty), 1 << 22);
    expect(error).toBeNull();
    expect(packets.map((packet) => packet.seconds)).toEqual(empty.map((frame) => frame.seconds));
  });
});

describe('B03 captures that end badly', () => {
  it('cut at every offset: the packets before are given, the error names where the cut one starts', async () => {
    const file = pcap(frames.slice(0, 3), { order: 'big' });
    const whole = await readBytes(file);
    const starts = [24, 24 + 76, 24 + 76 + 17];
    const ends = [24, 24 + 76, 24 + 76 + 17, 24 + 76 + 17 + 16];
    for (let length = 4; length <= file.length; length++) {
      const cut = await readBytes(file.subarray(0, length), 1460);
      const count = ends.filter((end) => end <= length).length - 1;
      expect(cut.packets).toEqual(whole.packets.slice(0, Math.max(0, count)));
      if (length < 24) expect(cut.error).toBe('is cut in its file header at offset 0');
      else if (ends.includes(length)) expect(cut.error).toBeNull();
      else {
        const part = length - starts[count] < 16 ? 'a packet header' : 'a packet';
        expect(cut.error).toBe(`is cut in ${part} at offset ${starts[count]}`);
      }
    }
  });

  it('names offsets beyond the first window', async () => {
    const file = pcap(manyFrames(4000, 2));
    const whole = await readBytes(file);
    const cut = await readBytes(file.subarray(0, file.length - 1), 65_537);
    const last = whole.packets[3999];
    expect(file.length).toBeGreaterThan(limits.readBytes);
    expect(cut.packets).toEqual(whole.packets.slice(0, 3999));
    expect(cut.error).toBe(`is cut in a packet at offset ${file.length - last.bytes.length / 2 - 16}`);
  });

  it('captured length above the snap length or the original: read, and the original is at least as long', async () => {
    const file = pcap([{ bytes: counting(100), seconds: 1, nanos: 0 }], { snapLength: 262_144 });
    file.set(u32of('little', 10), 16);
    file.set(u32of('little', 50), 36);
    const { packets, error } = await readBytes(file);
    expect(error).toBeNull();
    expect(packets.map((packet) => [packet.bytes.length / 2, packet.original])).toEqual([[100, 100]]);
  });

  it('a packet at the limit is read; one beyond is an error, after those before it', async () => {
    const largest = { bytes: new Uint8Array(limits.packetBytesMax), seconds: 1, nanos: 0 };
    const small = { bytes: counting(3), seconds: 2, nanos: 0 };
    const options = { snapLength: 0x7fffffff };
    for (const size of [1460, 1 << 20]) {
      const good = await readBytes(pcap([largest, largest, largest, small], options), size);
      expect([good.packets.length, good.error]).toEqual([4, null]);
      const tooLong = { ...largest, bytes: new Uint8Array(limits.packetBytesMax + 1) };
      const bad = await readBytes(pcap([small, tooLong, small], options), size);
      expect([bad.packets.length, bad.error]).toEqual([
        1,
        `claims a packet of 262145 bytes (the limit is 262144) at offset ${24 + 16 + 3}`,
      ]);
    }
  });

  it('a header without packets is complete', async () => {
    expect(await readBytes(pcap([]))).toEqual({ format: 'pcap', packets: [], error: null, bytesRead: 24 });
  });
});

describe('against pcap-parser', () => {
  it.each(['little', 'big'] as const)('a generated capture, %s-endian', async (order) => {
    const file = pcap(manyFrames(500, 3), { order });
    expect((await readBytes(file)).packets.map(comparable)).toEqual((await otherReader(file)).map(comparable));
  });

  const folder = new URL('../../pcaps/', import.meta.url);
  const classic = readdirSync(folder).filter((name) => name.endsWith('.pcap'));
  it.each(classic)('pcaps/%s', async (name) => {
    const file = readFileSync(new URL(name, folder));
    const ours = await readBytes(file);
    const micros = file.readUInt32LE(0) === 0xa1b2c3d4 || file.readUInt32BE(0) === 0xa1b2c3d4;
    expect(ours.error).toBeNull();
    if (micros) expect(ours.packets.map(comparable)).toEqual((await otherReader(file)).map(comparable));
    else expect(ours.packets.length).toBeGreaterThan(0);
  });
});

function manyFrames(count: number, seed: number): Frame[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, i) => ({
    bytes: counting(Math.floor(random() * 700), i),
    seconds: 1_700_000_000 + i,
    nanos: Math.floor(random() * 1e6) * 1000,
  }));
}

interface OtherPacket {
  readonly header: {
    readonly timestampSeconds: number;
    readonly timestampMicroseconds: number;
    readonly originalLength: number;
  };
  readonly data: Buffer;
}

/** The packets as the pcap-parser of npm reads them; it has no types. */
function otherReader(file: Uint8Array) {
  const { parse } = createRequire(import.meta.url)('pcap-parser') as {
    parse: (stream: Readable) => { on(event: string, listener: (value: OtherPacket) => void): void };
  };
  return new Promise<{ seconds: number; nanos: number; original: number; bytes: string }[]>((resolve, reject) => {
    const packets: { seconds: number; nanos: number; original: number; bytes: string }[] = [];
    const parser = parse(Readable.from([Buffer.from(file)]));
    parser.on('packet', ({ header, data }) => {
      const { timestampSeconds: seconds, timestampMicroseconds: micros, originalLength: original } = header;
      packets.push({ seconds, nanos: micros * 1000, original, bytes: data.toString('hex') });
    });
    parser.on('end', () => resolve(packets));
    parser.on('error', reject);
  });
}

function comparable(packet: { seconds: number; nanos: number; original: number; bytes: string }) {
  return [packet.seconds, packet.nanos, packet.original, packet.bytes];
}
