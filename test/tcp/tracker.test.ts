// Proves B14, B20 and B28: connections open, go on and are told apart as RFC 9293 has it.
import { describe, expect, it } from 'vitest';
import { Age, Flag } from '../../src/tcp/slots.ts';
import { counting } from '../support/bytes.ts';
import { acknowledge, client, conversation, fin, pause, type Segment, server } from '../support/conversation.ts';
import { ethernet } from '../support/link.ts';
import { copied, merged, without, withPayload } from '../support/segments.ts';
import { clientFirst, missing, numbers, segment, serverFirst, track } from './recorder.ts';

const asked = counting(300, 1);
const answered = counting(200, 100);
const ends = [fin('client'), fin('server')];
const plain = (options = {}) => conversation([client(asked), server(answered), ...ends], options);
/** A list in its order of time, `stepMicros` apart. */
const timed = (list: readonly Segment[], stepMicros = 100) =>
  list.map((one, i) => ({ ...one, at: list[0].at + i * stepMicros }));
const bytesOf = (told: { sides: readonly { bytes: number[] }[] }) => told.sides.map((side) => side.bytes);
const whole = [numbers(asked), numbers(answered)];

describe('a plain connection', () => {
  it('is opened, read and closed', () => {
    const { connections, only, tracker, recorder } = track(plain());
    expect([connections.length, tracker.connections]).toEqual([1, 1]);
    expect(bytesOf(only)).toEqual(whole);
    expect(only).toMatchObject({ ended: 'fin', covered: [300, 200], missed: [0, 0] });
    expect(recorder.calls.filter((call) => call.startsWith('close'))).toEqual(['close 0 0 fin', 'close 0 1 fin']);
    // Closed before the input ended: it stays in the table, and nothing more is told of it.
    expect([...tracker.slots.age.subarray(0, tracker.slots.used)]).toEqual([Age.closed]);
  });

  it('is the same whichever end is the lower one', () => {
    const { only } = track(plain({ client: { address: '10.0.0.9' } }));
    expect(bytesOf(only)).toEqual([whole[1], whole[0]]);
  });

  it('knows what both ends said: numbers, ports, addresses of both layers', () => {
    const { tracker, only } = track(plain().slice(0, 6), { unfinished: true });
    const { slots } = tracker;
    const { slot } = only;
    expect([slots.port(slot, 0), slots.port(slot, 1)]).toEqual([50_000, 104]);
    expect(Array.from(slots.address(slot, 1).subarray(10))).toEqual([0xff, 0xff, 10, 0, 0, 2]);
    expect(Array.from(slots.mac.subarray(12 * slot, 12 * slot + 12))).toEqual([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2]);
    expect([slots.initial[2 * slot], slots.initial[2 * slot + 1]]).toEqual([1_000_000, 5_000_000]);
    expect(slots.flags[slot] & (Flag.syn | Flag.synAck)).toBe(Flag.syn);
    expect(slots.flags[slot] & (Flag.synAck << 1)).toBe(Flag.synAck << 1);
  });
});

describe('B20 what was captured in part', () => {
  it.each(['client', 'server'] as const)('only the %s: its stream, whole', (only) => {
    const told = track(plain({ only }));
    const side = only === 'client' ? 0 : 1;
    expect(told.connections.length).toBe(1);
    expect(told.only.sides[side].bytes).toEqual(whole[side]);
    expect(told.only.sides[side].closed).toBe('fin');
    expect(told.only.ended).toBe('input-end');
  });

  it('only one direction after the handshake: one connection, however far its acknowledgements run', () => {
    // Proves that a server nobody heard for 400 MB does not make the client's packets strangers.
    const opening = conversation([]);
    const alone = Array.from({ length: 40 }, (_, i) =>
      segment('client', {
        sequence: (clientFirst + i) >>> 0,
        acknowledgement: serverFirst + (i + 1) * 10_000_000,
        flags: 'A',
        payload: counting(1, i),
      }),
    );
    const { connections, only } = track(timed([...opening, ...alone]));
    expect(connections.length).toBe(1);
    expect(only.sides[0].bytes).toEqual(numbers(counting(40)));
  });

  it('the middle: streams begin with what was seen first', () => {
    const { only, connections } = track(plain().slice(3));
    expect(connections.length).toBe(1);
    expect(bytesOf(only)).toEqual(whole);
    expect(only.ended).toBe('fin');
  });

  it('the middle, from a keep-alive on: its number is that of a byte long gone', () => {
    const list = plain().slice(3);
    const alive = segment('client', {
      sequence: clientFirst - 1,
      acknowledgement: serverFirst,
      flags: 'A',
      at: list[0].at,
    });
    const { only, connections } = track(timed([alive, ...list]));
    expect(connections.length).toBe(1);
    expect(bytesOf(only)).toEqual(whole);
    expect(only.missed).toEqual([0, 0]);
  });

  it('no SYN but its answer: the client number is one less than its acknowledgement', () => {
    const { tracker, only } = track(plain().slice(1, 5), { unfinished: true });
    expect(tracker.slots.initial[2 * only.slot]).toBe(1_000_000);
    expect(only.sides[0].bytes).toEqual(whole[0]);
  });

  it('acknowledged data that was never seen is missing at the end', () => {
    const list = conversation([client(asked), server(answered)], { client: { mss: 100 }, acknowledgeEvery: 1 });
    const last = withPayload(list).filter((i) => list[i].from === 'client')[2];
    const { only } = track([
      ...without(list, last),
      segment('server', {
        sequence: serverFirst + 200,
        acknowledgement: clientFirst + 301,
        flags: 'A',
        at: list[0].at + 1e6,
      }),
    ]);
    expect(only.sides[0].bytes).toEqual([...numbers(asked.subarray(0, 200)), ...missing(100)]);
    expect(only.missed).toEqual([100, 0]);
  });
});

describe('B28 while it lasts', () => {
  it('keep-alives, with a byte or without, change nothing', () => {
    const list = conversation([client(asked), pause(60e6), server(answered), ...ends]);
    const at = list.findIndex((one) => one.from === 'server' && one.payload.length > 0);
    const alive = [new Uint8Array(0), counting(1)].map((payload, i) =>
      segment('client', {
        sequence: clientFirst + 299,
        acknowledgement: serverFirst,
        flags: 'A',
        payload,
        at: list[at].at - 30e6 + i,
      }),
    );
    const { only, counts } = track([...list.slice(0, at), ...alive, ...list.slice(at)]);
    expect(bytesOf(only)).toEqual(whole);
    expect([counts.retransmitted, counts.retransmittedBytes]).toEqual([1, 1]);
  });

  it('ten minutes of closed window on a connection of ours, kept awake by probes', () => {
    const probes = Array.from({ length: 10 }, () => [pause(60e6), acknowledge('server'), acknowledge('client')]).flat();
    const { only } = track(conversation([client(asked), ...probes, server(answered), ...ends]));
    expect([bytesOf(only), only.ended]).toEqual([whole, 'fin']);
  });

  it('urgent data stays in the stream', () => {
    const list = plain();
    const [data] = withPayload(list);
    list[data] = { ...list[data], flags: 'PAU' };
    expect(bytesOf(track(list).only)).toEqual(whole);
  });
});

describe('B14 every frame twice', () => {
  const list = conversation([client(asked), server(answered), client(asked), ...ends], { client: { mss: 100 } });
  const clean = track(list);

  it('gives the same calls, and counts each copy', () => {
    const twice = track(list.flatMap((one) => [one, copied(one)]));
    const unnumbered = (calls: readonly string[]) => calls.map((call) => call.replace(/ at \d+$/, ''));
    expect(unnumbered(twice.recorder.calls)).toEqual(unnumbered(clean.recorder.calls));
    expect([twice.counts.duplicates, twice.counts.duplicateBytes]).toEqual([list.length, 800]);
    expect(twice.counts.retransmitted).toBe(0);
  });

  it('with another VLAN: the same, but for the VLANs noted', () => {
    const tagged = (vlan: number) => (one: Segment) => ({
      ...one,
      path: { ...one.path, link: (packet: Uint8Array) => ethernet(packet, { tags: [{ vlan }] }) },
    });
    const twice = track(list.flatMap((one) => [tagged(10)(one), tagged(20)(copied(one))]));
    expect(twice.connections.length).toBe(1);
    expect(bytesOf(twice.only)).toEqual(bytesOf(clean.only));
    expect(new Set(twice.only.vlans.flat())).toEqual(new Set([10, 20]));
    expect(twice.counts.duplicates).toBe(list.length);
  });
});

it('whichever buckets the connections share, the same is told in the same order', () => {
  const lists = Array.from({ length: 200 }, (_, i) =>
    conversation([client(asked), server(answered), ...(i % 3 === 0 ? [] : ends)], {
      client: { port: 1024 + (i % 150), sequence: (i * 0x01234567) >>> 0 },
      at: 1e15 + i * 211,
    }),
  );
  const list = merged(...lists);
  const calls = track(list).recorder.calls;
  for (const hashSeed of [1, 0xdeadbeef]) expect(track(list, { hashSeed }).recorder.calls).toEqual(calls);
});
