// Proves B26: which connection a segment belongs to, when ports are used again, on one VLAN or two.
import { describe, expect, it } from 'vitest';
import { counting } from '../support/bytes.ts';
import { client, conversation, fin, type Segment, server } from '../support/conversation.ts';
import { ethernet } from '../support/link.ts';
import { copied, merged, retransmitted } from '../support/segments.ts';
import { clientFirst, numbers, segment, serverFirst, track } from './recorder.ts';

const asked = counting(300, 1);
const answered = counting(200, 100);
const ends = [fin('client'), fin('server')];
const plain = (options = {}) => conversation([client(asked), server(answered), ...ends], options);
/** A list in its order of time, `stepMicros` apart. */
const timed = (list: readonly Segment[], stepMicros = 100) =>
  list.map((one, i) => ({ ...one, at: list[0].at + i * stepMicros }));
const bytesOf = (told: { sides: readonly { bytes: number[] }[] }) => told.sides.map((side) => side.bytes);
const whole = [numbers(asked), numbers(answered)];

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

describe('VLANs', () => {
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
