// Proves that written captures hold the same packets, times and lengths for tshark in every variant of both formats.
import { describe, expect, it } from 'vitest';
import { counting, hex } from './bytes.ts';
import { type Block, type Frame, pcap, pcapng, pcapngOf } from './capture.ts';
import { client, conversation, frames, server } from './conversation.ts';
import { linkTypes } from './link.ts';
import { tsharkFields, tsharkFound } from './tshark.ts';

const talk: Frame[] = frames(conversation([client(counting(20)), server(counting(30))])).map((frame, i) => ({
  ...frame,
  nanos: 123_456_000 + i,
}));
const fields = ['frame.time_epoch', 'frame.len', 'frame.cap_len'];
const epoch = (frame: Frame, digits: number) =>
  `${frame.seconds}.${String(frame.nanos).padStart(9, '0').slice(0, digits).padEnd(9, '0')}`;
const rowsOf = (list: readonly Frame[], digits: number, snapLength = Number.POSITIVE_INFINITY) =>
  list.map((frame) => [
    epoch(frame, digits),
    String(frame.bytes.length),
    String(Math.min(frame.bytes.length, snapLength)),
  ]);

describe('pcap', () => {
  it('begins with the magic number of its order and resolution', () => {
    const magic = (options: Parameters<typeof pcap>[1]) => pcap([], options).slice(0, 4);
    expect(magic({})).toEqual(hex('d4c3b2a1'));
    expect(magic({ order: 'big' })).toEqual(hex('a1b2c3d4'));
    expect(magic({ resolution: 'nanos' })).toEqual(hex('4d3cb2a1'));
    expect(magic({ order: 'big', resolution: 'nanos' })).toEqual(hex('a1b23c4d'));
  });
});

if (tsharkFound) {
  describe('captures as tshark reads them', () => {
    it.each([
      { order: 'little', resolution: 'micros' },
      { order: 'big', resolution: 'micros' },
      { order: 'little', resolution: 'nanos', snapLength: 60 },
      { order: 'big', resolution: 'nanos', snapLength: 60 },
    ] as const)('pcap $order $resolution', (options) => {
      const digits = options.resolution === 'micros' ? 6 : 9;
      const snapLength = 'snapLength' in options ? options.snapLength : undefined;
      expect(tsharkFields(pcap(talk, options), fields)).toEqual(rowsOf(talk, digits, snapLength));
    });

    it.each([
      ['little', undefined, 6],
      ['big', 6, 6],
      ['big', 9, 9],
      ['little', 9, 9],
      ['little', 3, 3],
    ] as const)('pcapng %s, resolution %s', (order, resolution, digits) => {
      const options = resolution === undefined ? { order } : { order, resolution };
      expect(tsharkFields(pcapngOf(talk, options), fields)).toEqual(rowsOf(talk, digits));
    });

    it('pcapng with a binary resolution and a time offset', () => {
      const half: Frame[] = [{ ...talk[0], nanos: 500_000_000 }];
      const capture = pcapngOf(half, { resolution: 0x8a, offsetSeconds: 3600 });
      expect(tsharkFields(capture, fields)).toEqual(rowsOf(half, 9));
    });

    it('pcapng with two sections of different order, two interfaces, simple, unknown and commented blocks', () => {
      const raw: Frame = { ...talk[0], bytes: talk[0].bytes.slice(14) };
      const blocks: Block[] = [
        { block: 'section', order: 'big' },
        { block: 'interface' },
        { block: 'unknown', type: 0x7777, body: counting(5) },
        { block: 'interface', linkType: linkTypes.rawIp, resolution: 9, snapLength: 30 },
        { block: 'enhanced', frame: raw, interface: 1, comment: 'cut' },
        { block: 'simple', frame: talk[1] },
        { block: 'section', order: 'little' },
        { block: 'interface', resolution: 9 },
        { block: 'enhanced', frame: talk[2] },
      ];
      const rows = tsharkFields(pcapng(blocks), ['frame.len', 'frame.cap_len', 'frame.encap_type', 'tcp.srcport']);
      const [one, two, three] = [raw, talk[1], talk[2]].map((frame) => String(frame.bytes.length));
      expect(rows.map((row) => row.slice(0, 2))).toEqual([
        [one, '30'],
        [two, two],
        [three, three],
      ]);
      expect(rows[1][3]).toBe('104');
    });
  });
}
