// Proves B26: which connection a segment belongs to, when ports are used again, on one VLAN or two.
import { describe, expect, it } from 'vitest';
import { counting } from '../support/bytes.ts';
import { client, conversation, fin, frames, type Segment, server } from '../support/conversation.ts';
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

describe('B26 a SYN with another number on a connection that lives', () => {
  const first = plain().slice(0, 6);
  const at = first[first.length - 1].at;
  const syn = (sequence: number, given: Partial<Segment> = {}) =>
    segment('client', { sequence, acknowledgement: 0, flags: 'S', ...given });
  const challenge = segment('server', { sequence: serverFirst, acknowledgement: clientFirst + 300, flags: 'A' });
  const near = [clientFirst - 500, clientFirst + 300, clientFirst + 20_000, clientFirst + 15e6, 0xa0000000];

  it.each(near)('that gets a challenge acknowledgement ends nothing: %i (RFC 5961 section 4)', (sequence) => {
    const list = plain();
    const { connections } = track(timed([...list.slice(0, 4), syn(sequence), challenge, ...list.slice(4)]));
    expect(connections.map((told) => [told.ended, bytesOf(told)])).toEqual([
      ['fin', whole],
      ['input-end', [[], []]],
    ]);
  });

  it.each(near)('that is answered replaces it: %i', (sequence) => {
    // A clock drives the numbers of a new connection: soon after, they lie a few megabytes on.
    const second = plain({ client: { sequence }, server: { sequence: serverFirst + 15e6 }, at: at + 1e6 });
    const { connections } = track([...first, ...second]);
    expect(connections.map((told) => [told.ended, bytesOf(told)])).toEqual([
      ['replaced', [numbers(asked), numbers(answered)]],
      ['fin', whole],
    ]);
  });

  it('the old one ends at its own last packet, and reads no more', () => {
    const second = plain({ client: { sequence: 77 }, server: { sequence: 3 }, at: at + 1e6 });
    const { connections, recorder } = track([...first, ...second]);
    expect(connections[0].frame).toBe(first.length);
    const order = recorder.calls.findIndex((call) => call.startsWith('ended 0 replaced'));
    expect(recorder.calls.slice(order + 1).some((call) => call.startsWith('data 0 '))).toBe(false);
  });

  it('answered by a SYN-ACK for another number, or by its own sender, replaces nothing', () => {
    const list = plain();
    for (const answer of [
      segment('server', { sequence: 9, acknowledgement: 78 + 1, flags: 'SA' }),
      segment('server', { sequence: 9, acknowledgement: 77, flags: 'SA' }),
      segment('client', { sequence: 77, acknowledgement: serverFirst, flags: 'SA' }),
    ]) {
      const { connections } = track(timed([...list.slice(0, 4), syn(77), answer, ...list.slice(4)]));
      expect([connections[0].ended, bytesOf(connections[0])]).toEqual(['fin', whole]);
    }
  });

  it('that is refused is the end of its own connection only', () => {
    const list = plain();
    const refused = segment('server', { sequence: 0, acknowledgement: 78, flags: 'RA' });
    const { connections } = track(timed([...list.slice(0, 4), syn(77), refused, ...list.slice(4)]));
    expect(connections.map((told) => told.ended).sort()).toEqual(['fin', 'reset']);
    expect(bytesOf(connections.find((told) => told.ended === 'fin') as never)).toEqual(whole);
  });

  it('a thousand of them: two connections at once, and the old one reads on', () => {
    const list = plain();
    const flood = Array.from({ length: 1000 }, (_, i) => syn((clientFirst + 1 + 7919 * i) >>> 0));
    const { tracker, feed, connections } = track(timed([...list.slice(0, 4), ...flood], 1), { unfinished: true });
    expect(tracker.slots.used).toBe(2);
    feed(frames(timed([segment('client', { at: at + 1e6 }), ...list.slice(4)]).slice(1)));
    expect(connections.filter((told) => told.ended === 'fin').map(bytesOf)).toEqual([whole]);
  });

  it('on made-up VLANs: the old one reads on', () => {
    const list = plain();
    const flood = Array.from({ length: 50 }, (_, vlan) =>
      syn(clientFirst + 1 + vlan, {
        path: { ...list[0].path, link: (packet: Uint8Array) => ethernet(packet, { tags: [{ vlan: vlan + 1 }] }) },
      }),
    );
    const { connections, tracker } = track(timed([...list.slice(0, 4), ...flood, ...list.slice(4)]));
    expect(connections.filter((told) => told.ended === 'fin').map(bytesOf)).toEqual([whole]);
    expect(tracker.connections).toBe(51);
  });

  it('when only its sender is captured: nobody would be seen to answer, so it replaces at once', () => {
    const second = plain({ only: 'client', client: { sequence: 0x90000000 }, at: at + 1e6 });
    const { connections } = track([...first.filter((one) => one.from === 'client'), ...second]);
    expect(connections.map((told) => told.ended)).toEqual(['replaced', 'input-end']);
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
