// Proves that conversations have right sequence numbers: tshark follows them and finds nothing to complain of.
import { describe, expect, it } from 'vitest';
import { counting } from './bytes.ts';
import { pcap } from './capture.ts';
import { client, conversation, fin, frames, pause, reset, type Segment, server } from './conversation.ts';
import { copied, merged, moved, overlapping, retransmitted, split, tiny, without, withPayload } from './segments.ts';
import { tsharkComplaints, tsharkFields, tsharkFound } from './tshark.ts';

const dialogue = [client(counting(4000)), server(counting(3000)), client(counting(10)), fin('client'), fin('server')];
const payloadOf = (segments: readonly Segment[], from: string) =>
  segments.filter((segment) => segment.from === from).reduce((sum, segment) => sum + segment.payload.length, 0);

describe('conversation', () => {
  it('cuts turns to the size a segment may have and acknowledges them', () => {
    const segments = conversation([client(counting(25))], { client: { mss: 10 }, begin: 'mid-stream' });
    expect(segments.map((segment) => [segment.from, segment.payload.length, segment.flags])).toEqual([
      ['client', 10, 'A'],
      ['client', 10, 'A'],
      ['server', 0, 'A'],
      ['client', 5, 'PA'],
      ['server', 0, 'A'],
    ]);
    expect(segments[4].acknowledgement).toBe(1_000_026);
  });

  it('wraps sequence numbers', () => {
    const segments = conversation([client(counting(20))], { client: { sequence: 0xfffffff5, mss: 15 } });
    expect(segments.filter((segment) => segment.payload.length > 0).map((segment) => segment.sequence)).toEqual([
      0xfffffff6, 5,
    ]);
  });

  it('leaves out one direction, the handshake and acknowledgements when asked', () => {
    const segments = conversation(dialogue, { begin: 'mid-stream', only: 'client', acknowledgeEvery: 0 });
    expect(new Set(segments.map((segment) => segment.from))).toEqual(new Set(['client']));
    expect(segments[0].sequence).toBe(1_000_001);
    expect(segments.length).toBe(5);
  });

  it('lets time pass', () => {
    const [first, second] = conversation([pause(1e6)].concat(client(counting(1))), { begin: 'mid-stream', at: 5 });
    expect([first.at, second.at]).toEqual([1_000_005, 1_000_105]);
  });

  it('is changed on its way without losing bytes', () => {
    const segments = conversation(dialogue);
    const [first] = withPayload(segments);
    expect(tiny(segments, 7).every((segment) => segment.payload.length <= 7)).toBe(true);
    expect(payloadOf(tiny(segments, 7), 'client')).toBe(4010);
    expect(split(segments[first], 100)[1].sequence).toBe(segments[first].sequence + 100);
    expect(overlapping(segments[first + 1], counting(5)).sequence).toBe(segments[first + 1].sequence - 5);
    expect(without(segments, 0, 2)).toEqual([segments[1], ...segments.slice(3)]);
    expect(moved(segments, 4, 3).map((segment) => segment.sequence)[3]).toBe(segments[4].sequence);
    expect(moved(segments, 4, 3).map((segment) => segment.at)).toEqual(segments.map((segment) => segment.at));
    expect(retransmitted(segments[first]).ipId).not.toBe(segments[first].ipId);
    expect(copied(segments[first])).toEqual({ ...segments[first], at: segments[first].at + 10 });
  });
});

if (tsharkFound) {
  describe('conversations as tshark reads them', () => {
    it.each([
      ['IPv4', {}],
      ['IPv6', { client: { address: '2001:db8::1' }, server: { address: '2001:db8::2', port: 11112 } }],
      ['wrapping numbers', { client: { sequence: 0xfffffa00 }, server: { sequence: 0xffffff00 } }],
    ] as const)('%s', (_, options) => {
      const capture = pcap(frames(conversation(dialogue, options)));
      const rows = tsharkFields(capture, ['tcp.stream', 'tcp.checksum.status', 'tcp.analysis.flags', 'tcp.len']);
      expect(tsharkComplaints(capture)).toEqual([]);
      expect(rows.every(([stream, status, flags]) => stream === '0' && status === '1' && flags === '')).toBe(true);
      expect(rows.reduce((sum, row) => sum + Number(row[3]), 0)).toBe(7010);
    });

    it('knows a hole, a late segment and a second sending for what they are', () => {
      const segments = conversation([client(counting(8000))], { acknowledgeEvery: 0 });
      const flagged = (list: readonly Segment[], flag: string) =>
        tsharkFields(pcap(frames(list)), [`tcp.analysis.${flag}`]).filter(([value]) => value !== '').length;
      expect(flagged(without(segments, 4), 'lost_segment')).toBe(1);
      expect(flagged(moved(segments, 4, 5), 'out_of_order')).toBe(1);
      expect(flagged([...segments, retransmitted(segments[4])], 'retransmission')).toBe(1);
    });

    it('tells several conversations apart, one ended by a reset', () => {
      const one = conversation([client(counting(5)), reset('server')]);
      const two = conversation([server(counting(5)), fin('server')], { client: { port: 50_001 }, at: one[1].at });
      const rows = tsharkFields(pcap(frames(merged(one, two))), ['tcp.stream', 'tcp.flags.reset']);
      expect(new Set(rows.map(([stream]) => stream))).toEqual(new Set(['0', '1']));
      expect(rows.filter(([, flag]) => flag === '1').length).toBe(1);
    });
  });
}
