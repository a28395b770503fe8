// Proves that pcapng gives the packets that were written: every resolution, section, interface and kind of packet
// block.
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import { ascii, type ByteOrder, concat, counting, padding, u16of, u32of } from '../support/bytes.ts';
import { type Block, type Frame, pcapng, pcapngOf } from '../support/capture.ts';
import { chunkedSource, chunkSizes, seeded } from '../support/chunks.ts';
import { tsharkFields, tsharkFound } from '../support/tshark.ts';
import { type Read, readAll, readBytes } from './packets.ts';

const orders = ['little', 'big'] as const;
const frameAt = (seconds: number, nanos: number, length = 9): Frame => ({ bytes: counting(length), seconds, nanos });
const enhanced = (frame: Frame, path = 0): Block => ({ block: 'enhanced', frame, interface: path });
const times = (packets: readonly Read[]) => packets.map((packet) => [packet.seconds, packet.nanos]);

describe('B02 time stamps', () => {
  const stamps = [
    [0, 0],
    [1, 999_999_999],
    [1_767_600_000, 123_456_789],
    [2_147_483_648, 1],
    [4_294_967_295, 999_999_999],
  ];
  const resolutions: [string, number, bigint][] = [
    ['10^-0', 0, 1n],
    ['10^-3', 3, 1000n],
    ['10^-6', 6, 1_000_000n],
    ['10^-7', 7, 10_000_000n],
    ['10^-9', 9, 1_000_000_000n],
    ['2^-1', 0x81, 2n],
    ['2^-10', 0x8a, 1024n],
    ['2^-20', 0x94, 1_048_576n],
    ['2^-30', 0x9e, 1n << 30n],
  ];
  for (const order of orders) {
    it.each(resolutions)(`${order}-endian, units of %s`, async (_, resolution, perSecond) => {
      const file = pcapngOf(
        stamps.map(([seconds, nanos]) => frameAt(seconds, nanos)),
        { order, resolution },
      );
      const expected = stamps.map(([seconds, nanos]) => {
        const units = (BigInt(nanos) * perSecond) / 1_000_000_000n;
        return [seconds, Number((units * 1_000_000_000n) / perSecond)];
      });
      const { packets, error } = await readBytes(file);
      expect(error).toBeNull();
      expect(times(packets)).toEqual(expected);
    });
  }

  it.each([
    // Units of 2^-32 s fill 64 bits with 32 of seconds; those of 10^-12 s reach into May 1970 only.
    ['2^-32', 0xa0, 4_294_967_295],
    ['10^-12', 12, 18_446_743],
  ])('units of %s', async (_, resolution, secondsMax) => {
    const frames = [frameAt(0, 1), frameAt(1_000_000, 500_000_000), frameAt(secondsMax, 250_000_000)];
    const exact = resolution === 12 ? 1 : 0;
    expect(times((await readBytes(pcapngOf(frames, { resolution }))).packets)).toEqual([
      [0, exact],
      [1_000_000, 500_000_000],
      [secondsMax, 250_000_000],
    ]);
  });

  it('µs where no resolution is written; an offset in seconds is added', async () => {
    expect(times((await readBytes(pcapngOf([frameAt(7, 8999)]))).packets)).toEqual([[7, 8000]]);
    const later = pcapngOf([frameAt(1_767_600_000, 5000)], { offsetSeconds: 1_767_000_000 });
    expect(times((await readBytes(later)).packets)).toEqual([[1_767_600_000, 5000]]);
  });

  it('absurd resolutions and stamps are numbers of 32 bits still', async () => {
    for (const resolution of [0x7f, 0xff, 0x40]) {
      const file = pcapng([
        { block: 'section' },
        { block: 'interface', resolution },
        { block: 'unknown', type: 6, body: packetBody('little', 0xffffffff, 0xffffffff, counting(4)) },
      ]);
      const { packets, error } = await readBytes(file);
      expect(error).toBeNull();
      expect(packets[0].nanos).toBeLessThan(1e9);
    }
  });
});

describe('B02 blocks', () => {
  it.each(orders)('sections of their own byte order and interfaces, first %s-endian', async (order) => {
    const other: ByteOrder = order === 'big' ? 'little' : 'big';
    const file = pcapng([
      { block: 'section', order },
      { block: 'interface', linkType: 1, resolution: 9 },
      { block: 'interface', linkType: 113, resolution: 6 },
      enhanced(frameAt(1, 1)),
      enhanced(frameAt(2, 2000), 1),
      { block: 'section', order: other },
      { block: 'interface', linkType: 101, resolution: 3 },
      enhanced(frameAt(3, 7_000_000)),
    ]);
    const { packets, error, bytesRead } = await readBytes(file);
    expect([error, bytesRead]).toEqual([null, file.length]);
    expect(packets.map((one) => [one.frame, one.seconds, one.nanos, one.linkType])).toEqual([
      [1, 1, 1, 1],
      [2, 2, 2000, 113],
      [3, 3, 7_000_000, 101],
    ]);
  });

  it('an interface of the section before is not one of this', async () => {
    const file = pcapng([
      { block: 'section' },
      { block: 'interface' },
      enhanced(frameAt(1, 0)),
      { block: 'section' },
      { block: 'unknown', type: 6, body: packetBody('little', 0, 0, counting(4)) },
    ]);
    const { packets, error } = await readBytes(file);
    expect(packets.length).toBe(1);
    expect(error).toContain('interface 0, which was not described');
  });

  it('simple packet blocks: the snap length of interface 0, the time before them', async () => {
    const file = pcapng([
      { block: 'section' },
      { block: 'interface', snapLength: 10 },
      { block: 'simple', frame: { bytes: counting(8), seconds: 0, nanos: 0 } },
      enhanced(frameAt(77, 5000)),
      { block: 'simple', frame: { bytes: counting(30), seconds: 0, nanos: 0 } },
    ]);
    const { packets, error } = await readBytes(file);
    expect(error).toBeNull();
    expect(packets.map((one) => [one.seconds, one.nanos, one.bytes.length / 2, one.original])).toEqual([
      [0, 0, 8, 8],
      [77, 5000, 9, 9],
      [77, 5000, 10, 30],
    ]);
  });

  it.each(orders)('the obsolete packet block, %s-endian', async (order) => {
    const body = (path: number, drops: number) =>
      concat(
        u16of(order, path),
        u16of(order, drops),
        ...[0, 5_000_007, 3, 60].map((value) => u32of(order, value)),
        counting(3),
      );
    const file = pcapng([
      { block: 'section', order },
      { block: 'interface', linkType: 1 },
      { block: 'interface', linkType: 276 },
      { block: 'unknown', type: 2, body: body(1, 0xffff) },
    ]);
    const { packets, error } = await readBytes(file);
    expect(error).toBeNull();
    expect(packets).toEqual([{ frame: 1, seconds: 5, nanos: 7000, original: 60, linkType: 276, bytes: '000102' }]);
  });

  it('passes over unknown blocks, statistics, names and secrets, and options of packets', async () => {
    const others = [4, 5, 10, 0xbad, 0x40000bad, 0x80000001].map(
      (type, i): Block => ({ block: 'unknown', type, body: counting(4 * i, 1) }),
    );
    const file = pcapng([
      { block: 'section' },
      ...others,
      { block: 'interface' },
      ...others,
      { block: 'enhanced', frame: frameAt(1, 0), comment: 'a note' },
      ...others,
      enhanced(frameAt(2, 0)),
    ]);
    const { packets, error } = await readBytes(file);
    expect(error).toBeNull();
    expect(packets.map((one) => one.bytes)).toEqual(['000102030405060708', '000102030405060708']);
  });

  it.each(chunkSizes)('passes over blocks longer than its memory, in chunks of %i bytes', async (size) => {
    const large = new Uint8Array(size === 1 ? 400_000 : 5_000_000);
    const file = pcapng([
      { block: 'section' },
      { block: 'interface' },
      enhanced(frameAt(1, 0)),
      { block: 'unknown', type: 10, body: large },
      enhanced(frameAt(2, 0)),
      { block: 'unknown', type: 10, body: large },
    ]);
    const { packets, error, bytesRead } = await readBytes(file, size);
    expect([error, bytesRead]).toEqual([null, file.length]);
    expect(packets.map((one) => [one.frame, one.seconds])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('blocks around the size of its memory lose nothing', async () => {
    const room = limits.packetBytesMax + 65_536;
    for (const body of [room - 16, room - 12, room - 8, 2 * limits.packetBytesMax - 12, 2 * limits.packetBytesMax]) {
      const file = pcapng([
        { block: 'section' },
        { block: 'interface' },
        enhanced(frameAt(1, 0)),
        { block: 'unknown', type: 10, body: new Uint8Array(body) },
        enhanced(frameAt(2, 0)),
      ]);
      const { packets, error } = await readBytes(file, 65_537);
      expect([body, packets.length, error]).toEqual([body, 2, null]);
    }
  });

  it.each(chunkSizes)('gives the same packets in chunks of %i bytes', async (size) => {
    const random = seeded(4);
    const frames = Array.from({ length: 2500 }, (_, i) => frameAt(i, i * 1000, Math.floor(random() * 600)));
    const file = pcapngOf(frames, { resolution: 9, order: 'big' });
    const whole = await readBytes(file);
    expect(whole.packets.map((one) => one.bytes.length / 2)).toEqual(frames.map((frame) => frame.bytes.length));
    expect(await readAll(chunkedSource(file, size, 'promised'))).toEqual(whole);
  });
});

if (tsharkFound) {
  it('numbers frames as Wireshark does, also past blocks that it shows as frames', async () => {
    const journal = ascii('__REALTIME_TIMESTAMP=1\nMESSAGE=a line\n');
    const custom = concat(u32of('little', 32473), counting(12));
    const file = pcapng([
      { block: 'section' },
      { block: 'interface' },
      ...[11, 12, 0x80000001, 0xbad, 0x40000bad].map((type): Block => ({ block: 'unknown', type, body: custom })),
      enhanced(frameAt(1, 0)),
      { block: 'unknown', type: 9, body: journal },
      { block: 'unknown', type: 0xbad, body: concat(u32of('little', 32473), new Uint8Array(400_000)) },
      enhanced(frameAt(2, 0)),
    ]);
    const numbers = tsharkFields(file, ['frame.number', 'frame.protocols'])
      .filter(([, protocols]) => protocols.startsWith('eth'))
      .map(([number]) => Number(number));
    expect((await readBytes(file)).packets.map((one) => one.frame)).toEqual(numbers);
    expect(numbers).toEqual([3, 6]);
  });
}

describe('B03 pcapng that ends badly', () => {
  const blocks: Block[] = [
    { block: 'section' },
    { block: 'interface', resolution: 9 },
    enhanced(frameAt(1, 1)),
    { block: 'unknown', type: 10, body: counting(20) },
    enhanced(frameAt(2, 2)),
  ];

  it('cut at every offset: the packets before are given, the error names the block', async () => {
    const borders = blocks.map((_, i) => pcapng(blocks.slice(0, i + 1)).length);
    const file = pcapng(blocks);
    const whole = await readBytes(file);
    for (let length = 4; length < file.length; length++) {
      const cut = await readBytes(file.subarray(0, length), 7);
      const done = borders.filter((end) => end <= length).length;
      expect(cut.packets).toEqual(whole.packets.slice(0, done < 3 ? 0 : done < 5 ? 1 : 2));
      const start = done === 0 ? 0 : borders[done - 1];
      if (start === length) expect(cut.error).toBeNull();
      else {
        const part = length - start < 12 ? 'a block header' : 'a block';
        expect(cut.error).toBe(`is cut in ${part} at offset ${start}`);
      }
    }
  });

  it('a cut in a long unknown block is an error too', async () => {
    const file = pcapng([...blocks, { block: 'unknown', type: 10, body: new Uint8Array(900_000) }]);
    const { packets, error } = await readBytes(file.subarray(0, file.length - 5));
    expect(packets.length).toBe(2);
    expect(error).toMatch(/^is cut in a block at offset \d+$/);
  });

  it.each([
    ['a length below 12', 4, [8, 0, 0, 0], 'has a block of 8 bytes'],
    ['a length not of whole words', 4, [45, 0, 0, 0], 'has a block of 45 bytes'],
    ['two lengths that differ', -4, [1, 0, 0, 0], 'has a block whose two lengths differ'],
    ['a captured length beyond its block', 20, [200, 0, 0, 0], 'has a packet of 200 bytes in a shorter block'],
    ['an interface that was not described', 8, [9, 0, 0, 0], 'has a packet of interface 9'],
    ['a length beyond any packet', 4, [0, 0, 0, 0x70], 'has a packet block of 1879048192 bytes'],
  ])('%s ends it there, after the packets before', async (_, at, bytes, reason) => {
    const before = pcapng(blocks.slice(0, 4));
    const file = pcapng(blocks);
    file.set(bytes, at < 0 ? file.length + at : before.length + at);
    for (const size of [7, 1 << 20]) {
      const { packets, error } = await readBytes(file, size);
      expect(packets.map((one) => one.seconds)).toEqual([1]);
      expect(error).toContain(reason);
      expect(error).toContain(`at offset ${before.length}`);
    }
  });

  it('a packet above the limit is an error, at the limit it is read', async () => {
    const largest = (length: number) => [{ bytes: new Uint8Array(length), seconds: 1, nanos: 0 }];
    const good = await readBytes(pcapngOf(largest(limits.packetBytesMax)));
    expect([good.packets.length, good.error]).toEqual([1, null]);
    const bad = await readBytes(pcapngOf(largest(limits.packetBytesMax + 1)));
    expect(bad.packets.length).toBe(0);
    expect(bad.error).toContain('262145 bytes (the limit is 262144)');
  });

  it('no interface at all, a section without magic, packets too short for their fields', async () => {
    const simple = pcapng([{ block: 'section' }, { block: 'unknown', type: 3, body: u32of('little', 4) }]);
    expect((await readBytes(simple)).error).toContain('interface 0');
    const magic = pcapng(blocks);
    magic.set([0, 0, 0, 0], 8);
    expect((await readBytes(magic)).error).toBe('has a section header without byte-order magic at offset 0');
    for (const type of [1, 2, 3, 6]) {
      const short = pcapng([...blocks.slice(0, 2), { block: 'unknown', type, body: new Uint8Array(0) }]);
      const { packets, error } = await readBytes(short);
      expect([type, packets.length, error === null]).toEqual([type, 0, false]);
    }
  });

  it('damage from a fixed seed never throws nor hangs', async () => {
    const random = seeded(5);
    const file = pcapng(blocks);
    for (let round = 0; round < 3000; round++) {
      const damaged = file.slice();
      for (let i = 0; i < 3; i++) damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      damaged.set(file.subarray(0, 4));
      const { packets } = await readBytes(damaged, 100);
      expect(packets.length).toBeLessThanOrEqual(3);
    }
  });
});

function packetBody(order: ByteOrder, high: number, low: number, bytes: Uint8Array): Uint8Array {
  const head = [0, high, low, bytes.length, bytes.length].map((value) => u32of(order, value));
  return concat(...head, bytes, padding(bytes.length, 4));
}
