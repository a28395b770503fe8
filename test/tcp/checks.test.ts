// Proves B18 and B24 below the analyzers: wrong checksums are counted, told from offload and never cost a byte; bytes
// that come again and differ mark their connection, and equal ones do not.
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import { concat, counting } from '../support/bytes.ts';
import type { Frame } from '../support/capture.ts';
import { client, conversation, fin, frames, reset, type Segment, server } from '../support/conversation.ts';
import { merged, retransmitted, split } from '../support/segments.ts';
import { sense } from '../support/sensing.ts';

const wire = conversation([client(counting(4000)), server(counting(600)), fin('client'), fin('server')]);
const data = wire.flatMap((one, i) => (one.payload.length > 0 ? [i] : []));
const clean = sense(frames(wire));

/** The frame with its TCP checksum off by one. */
function wrong(frame: Frame): Frame {
  const bytes = Uint8Array.from(frame.bytes);
  bytes[51] ^= 1;
  return { ...frame, bytes };
}

/** The frame as the sending host has it before its card: the sum of the pseudo header alone. */
function offloaded(frame: Frame): Frame {
  const bytes = Uint8Array.from(frame.bytes);
  let sum = 6 + bytes.length - 34;
  for (let i = 26; i < 34; i += 2) sum += (bytes[i] << 8) | bytes[i + 1];
  sum = (sum & 0xffff) + (sum >>> 16);
  bytes.set([sum >>> 8, sum & 0xff], 50);
  return { ...frame, bytes };
}

const from = (speaker: 'client' | 'server', change: (frame: Frame) => Frame): Frame[] =>
  frames(wire).map((frame, i) => (wire[i].from === speaker ? change(frame) : frame));

describe('a checksum', () => {
  it('that is right is no mark', () => {
    expect(clean.sensor.losses()['checksum-tcp']).toBeUndefined();
    expect(clean.sensor.streamBytes.summed).toBeGreaterThanOrEqual(4);
  });

  it.each([
    ['unfinished', offloaded],
    ['wrong', wrong],
  ])('%s on all that a host sends is offload: counted, used, no mark', (_, change) => {
    const { sensor, tcp } = sense(from('client', change));
    expect(tcp).toEqual(clean.tcp);
    expect(sensor.losses()['checksum-tcp']).toEqual({ packets: 2, bytes: wire[data[0]].payload.length });
  });

  it('wrong on one segment of a host whose others are right marks the connection', () => {
    const { sensor, tcp } = sense(frames(wire).map((frame, i) => (i === data[0] ? wrong(frame) : frame)));
    expect(tcp[0].incomplete).toEqual(['wrong-checksum']);
    expect(tcp[0].clientBytes).toBe(clean.tcp[0].clientBytes);
    expect(sensor.losses()['checksum-tcp']?.packets).toBe(1);
  });

  it('wrong on a reset marks it too, and the reset is believed', () => {
    const cut = conversation([client(counting(100)), reset('client')]);
    const { tcp } = sense(frames(cut).map((frame, i) => (i === cut.length - 1 ? wrong(frame) : frame)));
    expect(tcp[0]).toMatchObject({ ended: 'reset', incomplete: ['wrong-checksum'] });
  });

  it('unfinished on a segment that the host received merged is none', () => {
    const { tcp } = sense(frames(wire).map((frame, i) => (i === data[0] ? offloaded(frame) : frame)));
    expect(tcp).toEqual(clean.tcp);
  });

  it('of the IP header is counted alone', () => {
    const { sensor, tcp } = sense(
      frames(wire).map((frame, i) => {
        const bytes = Uint8Array.from(frame.bytes);
        if (i === 0) bytes[24] ^= 1;
        return { ...frame, bytes };
      }),
    );
    expect(tcp).toEqual(clean.tcp);
    expect(sensor.losses()).toEqual({
      ...clean.sensor.losses(),
      'checksum-ip': { packets: 1, bytes: 0 },
    });
  });
});

describe('bytes that come again', () => {
  const other = (one: Segment) => counting(one.payload.length).map((byte) => byte ^ 0x55);
  const late = (segment: Segment) => merged(wire, [retransmitted(segment, 150)]);

  it('equal are no mark', () => {
    for (const i of data) expect(sense(frames(late(wire[i]))).tcp[0].incomplete).toEqual([]);
  });

  it('with others in their place, after the first were handed on, are ambiguous', () => {
    for (const i of data) {
      const { sensor, tcp } = sense(frames(late({ ...wire[i], payload: other(wire[i]) })));
      expect(tcp[0].incomplete).toEqual(['ambiguous']);
      expect(sensor.losses().conflicting).toEqual({ packets: 1, bytes: 0 });
    }
  });

  it('with others but a wrong checksum the receiver did not take', () => {
    const list = late({ ...wire[data[0]], payload: other(wire[data[0]]) });
    const { tcp } = sense(frames(list).map((frame, i) => (list[i].at % 100 === 50 ? wrong(frame) : frame)));
    expect(tcp[0].incomplete).toEqual(['wrong-checksum']);
  });

  it('of a host whose sums are unfinished tell nothing', () => {
    const again = late(wire[data[0]]);
    const { tcp } = sense(frames(again).map((frame, i) => (again[i].from === 'client' ? offloaded(frame) : frame)));
    expect(tcp[0].incomplete).toEqual([]);
  });

  describe('in other bounds', () => {
    const again = (from: number, to: number, change: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes) => {
      const bytes = change(counting(4000).slice(from, to));
      const sequence = wire[data[0]].sequence + from;
      const one = retransmitted({ ...wire[data[0]], sequence }, 0, bytes);
      const list = [...wire.slice(0, data[2] + 1), { ...one, at: wire[data[2]].at + 10 }, ...wire.slice(data[2] + 1)];
      return sense(frames(list));
    };
    const flip = (at: number) => (bytes: Uint8Array) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

    it.each([
      ['two segments as one', 0, 2920, 2000],
      ['a segment and parts of those around it, at an odd place', 1111, 3001, 1500],
      ['all that came', 0, 4000, 3999],
    ])('with others, that hold all of a segment, are ambiguous: %s', (_, from, to, at) => {
      expect(again(from, to).tcp[0].incomplete).toEqual([]);
      const { tcp, sensor } = again(from, to, flip(at));
      expect(tcp[0].incomplete).toEqual(['ambiguous']);
      expect(sensor.losses().conflicting).toEqual({ packets: 1, bytes: 0 });
    });

    it('and bytes that come for the first time behind them, too', () => {
      const [first, second] = [wire[data[0]], wire[data[1]]];
      const both = (bytes: Uint8Array) => {
        const one = { ...retransmitted(first, 0, bytes), at: second.at };
        return sense(frames(wire.map((each) => (each === second ? one : each)))).tcp[0];
      };
      expect(both(counting(2920))).toMatchObject({ incomplete: [], clientBytes: 4000 });
      expect(both(flip(700)(counting(2920)))).toMatchObject({ incomplete: ['ambiguous'], clientBytes: 4000 });
      expect(both(flip(1700)(counting(2920)))).toMatchObject({ incomplete: [], clientBytes: 4000 });
    });

    it('of IPv6 too', () => {
      const six = conversation([client(counting(4000)), fin('client'), fin('server')], {
        client: { address: '2001:db8::1' },
        server: { address: '2001:db8::2' },
      });
      const payloads = six.filter(({ payload }) => payload.length > 0);
      const one = (bytes: Uint8Array) => merged(six, [retransmitted(payloads[0], 250, bytes)]);
      expect(sense(frames(one(counting(2920)))).tcp[0].incomplete).toEqual([]);
      expect(sense(frames(one(flip(2000)(counting(2920))))).tcp[0].incomplete).toEqual(['ambiguous']);
    });
  });

  it('in parts of segments, or beyond the bound, are not compared', () => {
    const [head] = split({ ...wire[data[0]], payload: other(wire[data[0]]) }, 100);
    expect(sense(frames(late(head))).tcp[0].incomplete).toEqual([]);
    const list = frames(late({ ...wire[data[1]], payload: other(wire[data[1]]) }));
    expect(sense(list, { limits: { markedBytesMax: 100 } }).tcp[0].incomplete).toEqual([]);
    expect(sense(list).tcp[0].incomplete).toEqual(['ambiguous']);
  });
});

it('only the first bytes of a direction are summed', () => {
  const long = conversation([client(concat(counting(65_535), counting(65_535)))]);
  const { summed } = sense(frames(long)).sensor.streamBytes;
  expect(summed).toBe(2 + Math.ceil(limits.checksumBytesMax / 1460));
});
