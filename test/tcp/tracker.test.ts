// Proves B14, B20, B26 and B28: connections open, go on and are told apart as RFC 9293 has it.
import { describe, expect, it } from 'vitest';
import { Flag } from '../../src/tcp/slots.ts';
import { counting } from '../support/bytes.ts';
import { acknowledge, client, conversation, fin, pause, type Segment, server } from '../support/conversation.ts';
import { ethernet } from '../support/link.ts';
import { copied, merged, retransmitted, without, withPayload } from '../support/segments.ts';
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
    expect(tracker.slots.used).toBe(0);
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

describe('B26 openings', () => {
  it('data on the SYN is the first of the stream', () => {
    const list = plain();
    const [syn] = list;
    const opened = { ...syn, payload: counting(5, 1) };
    const rest = segment('client', {
      sequence: clientFirst + 5,
      acknowledgement: serverFirst,
      flags: 'PA',
      payload: counting(3, 6),
    });
    const { only } = track(timed([opened, list[1], list[2], rest]));
    expect(only.sides[0].bytes).toEqual(numbers(counting(8, 1)));
  });

  it('the SYN and its answer sent again belong to the same connection', () => {
    const list = plain();
    const { connections, only } = track(
      timed([
        list[0],
        retransmitted(list[0]),
        list[1],
        retransmitted(list[1]),
        retransmitted(list[0]),
        ...list.slice(2),
      ]),
    );
    expect(connections.length).toBe(1);
    expect(bytesOf(only)).toEqual(whole);
  });

  it('a SYN with another number replaces an opening that got no answer', () => {
    const again = plain({ client: { sequence: 77 }, at: plain()[0].at + 1e6 });
    const { connections } = track([plain()[0], ...again]);
    expect(connections.map((told) => told.ended)).toEqual(['replaced', 'fin']);
    expect(bytesOf(connections[1])).toEqual(whole);
  });

  it('simultaneous open, RFC 9293 figure 8', () => {
    const [syn] = plain();
    const list = plain();
    const other = { ...segment('server', { sequence: 5_000_000, acknowledgement: 0, flags: 'S' }) };
    const both = [
      syn,
      other,
      segment('client', { sequence: 1_000_000, acknowledgement: serverFirst, flags: 'SA' }),
      segment('server', { sequence: 5_000_000, acknowledgement: clientFirst, flags: 'SA' }),
    ];
    const { connections, only } = track(timed([...both, ...list.slice(2)]));
    expect(connections.length).toBe(1);
    expect(bytesOf(only)).toEqual(whole);
  });

  it('a handshake in four or five packets', () => {
    // The server acknowledges the SYN and sends its own apart, once or twice.
    const list = plain();
    const ackOnly = segment('server', { sequence: 5_000_000, acknowledgement: clientFirst, flags: 'A' });
    const synOnly = segment('server', { sequence: 5_000_000, acknowledgement: 0, flags: 'S' });
    for (const opening of [
      [list[0], synOnly, list[2]],
      [list[0], ackOnly, synOnly, list[2]],
      [list[0], ackOnly, synOnly, retransmitted(synOnly), list[2]],
      [list[0], synOnly, ackOnly, retransmitted(list[1]), list[2]],
    ]) {
      const { connections, only } = track(timed([...opening, ...list.slice(3)]));
      expect(connections.length).toBe(1);
      expect(bytesOf(only)).toEqual(whole);
    }
  });

  it('a port pair used again, closed before or not', () => {
    for (const first of [plain(), plain().slice(0, 6), plain().slice(3, 6)]) {
      const second = plain({ client: { sequence: 0x90000000 }, server: { sequence: 3 }, at: first[0].at + 1e6 });
      const { connections } = track([...first, ...second]);
      expect(connections.length).toBe(2);
      expect(connections[0].ended).toBe(first.length > 6 ? 'fin' : 'replaced');
      expect(bytesOf(connections[1])).toEqual(whole);
      expect(connections[1].ended).toBe('fin');
    }
  });

  it('a port pair used again of which no SYN was seen: numbers far away are another connection', () => {
    const first = plain().slice(0, 6);
    const second = plain({ client: { sequence: 0x90000000 }, server: { sequence: 0xb0000000 }, at: first[0].at + 1e6 });
    const { connections } = track([...first, ...second.slice(3)]);
    expect(connections.length).toBe(2);
    expect(bytesOf(connections[1])).toEqual(whole);
  });

  it('a SYN that gets a reset', () => {
    const [syn] = plain();
    for (const answer of [
      segment('server', { sequence: 0, acknowledgement: clientFirst, flags: 'RA' }),
      segment('server', { sequence: 0, acknowledgement: 0, flags: 'R' }),
    ]) {
      const { connections, only } = track(timed([syn, answer]));
      expect([connections.length, only.ended, only.missed]).toEqual([1, 'reset', [0, 0]]);
    }
  });

  it('equal ends, as a land attack has them, break nothing', () => {
    const same = { client: { address: '10.0.0.1', port: 104 }, server: { address: '10.0.0.1', port: 104 } };
    const { tracker } = track(plain(same));
    expect(tracker.slots.used).toBe(0);
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

  it('with another VLAN, and the port pair used again: the same ends', () => {
    const tagged = (vlan: number) => (one: Segment) => ({
      ...one,
      path: { ...one.path, link: (packet: Uint8Array) => ethernet(packet, { tags: [{ vlan }] }) },
    });
    const cut = plain().slice(0, 6);
    const again = plain({ client: { sequence: 0x90000000 }, server: { sequence: 3 }, at: cut[0].at + 1e6 });
    const once = track([...cut, ...again]);
    const twice = track([...cut, ...again].flatMap((one) => [tagged(10)(one), tagged(20)(copied(one))]));
    expect(once.connections.map((told) => told.ended)).toEqual(['replaced', 'fin']);
    expect(twice.connections.map((told) => told.ended)).toEqual(['replaced', 'fin']);
    expect(twice.connections.map(bytesOf)).toEqual(once.connections.map(bytesOf));
  });

  it('the two directions on two VLANs are one connection', () => {
    const split = plain().map((one) => ({
      ...one,
      path: {
        ...one.path,
        link: (packet: Uint8Array) => ethernet(packet, { tags: [{ vlan: one.from === 'client' ? 10 : 20 }] }),
      },
    }));
    const { connections, only } = track(split);
    expect(connections.length).toBe(1);
    expect(bytesOf(only)).toEqual(whole);
  });

  it('equal ends on two VLANs, at once: two connections', () => {
    const on = (vlan: number, sequence: number) =>
      plain({
        client: { sequence },
        server: { sequence: sequence + 0x20000000 },
        link: (packet: Uint8Array) => ethernet(packet, { tags: [{ vlan }] }),
        at: 1e15 + vlan,
      });
    const { connections } = track(merged(on(10, 1000), on(20, 0x60000000)));
    expect(connections.length).toBe(2);
    expect(connections.map((told) => [told.ended, bytesOf(told)])).toEqual([
      ['fin', whole],
      ['fin', whole],
    ]);
  });
});
