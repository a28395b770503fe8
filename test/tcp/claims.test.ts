// Proves B26 and RFC 5961 section 4: a living connection is replaced only by one whose SYN was answered.
import { describe, expect, it } from 'vitest';
import { counting } from '../support/bytes.ts';
import { client, conversation, fin, frames, type Segment, server } from '../support/conversation.ts';
import { ethernet } from '../support/link.ts';
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
