// Proves B27: connections close as RFC 9293 has it, once, and nothing is read behind their end.
import { describe, expect, it } from 'vitest';
import { counting } from '../support/bytes.ts';
import { client, conversation, fin, pause, reset, type Segment, server } from '../support/conversation.ts';
import { retransmitted, without, withPayload } from '../support/segments.ts';
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

describe('B27 closings', () => {
  it('half close: the other side goes on', () => {
    const { only, recorder } = track(
      conversation([client(asked), fin('client'), pause(1e6), server(answered), fin('server')]),
    );
    expect(bytesOf(only)).toEqual(whole);
    expect(recorder.calls.filter((call) => /close|ended/.test(call)).map((call) => call.split(' ')[0])).toEqual([
      'close',
      'close',
      'ended',
    ]);
    expect(only.ended).toBe('fin');
  });

  it('FIN before the data it ends', () => {
    const list = plain({ client: { mss: 100 } });
    const finAt = list.findIndex((one) => one.flags.includes('F'));
    const early = [...list.slice(0, 3), list[finAt], ...list.slice(3, finAt), ...list.slice(finAt + 1)];
    const { only } = track(timed(early));
    expect(bytesOf(only)).toEqual(whole);
    expect(only.ended).toBe('fin');
  });

  it('FIN on the last data, and FIN again', () => {
    const list = conversation([client(asked)]);
    const [data] = withPayload(list);
    const last = { ...list[data], flags: 'FPA' };
    const again = { ...retransmitted(last), ipId: 4711 };
    const { only, counts } = track(timed([...list.slice(0, data), last, retransmitted(last), again]));
    expect(only.sides[0]).toEqual({ bytes: whole[0], closed: 'fin' });
    expect(counts.retransmittedBytes).toBe(600);
  });

  it('a FIN behind what was read is an old one, no end', () => {
    const list = conversation([client(asked)]);
    const old = segment('client', { sequence: clientFirst + 10, acknowledgement: serverFirst, flags: 'FA' });
    const more = segment('client', {
      sequence: clientFirst + 300,
      acknowledgement: serverFirst,
      flags: 'A',
      payload: counting(5),
    });
    const { only } = track(timed([...list, old, more]));
    expect(only.sides[0].bytes).toEqual([...whole[0], ...numbers(counting(5))]);
  });

  it('data behind a FIN is no part of the stream, held or not', () => {
    const list = conversation([client(asked), fin('client')], { client: { mss: 100 } });
    const beyond = segment('client', {
      sequence: clientFirst + 310,
      acknowledgement: serverFirst,
      flags: 'A',
      payload: counting(5),
    });
    const [first] = withPayload(list);
    for (const order of [
      [...list, beyond],
      [...without(list, first), beyond, retransmitted(list[first])],
    ]) {
      const { only, counts, tracker } = track(timed(order));
      expect(only.sides[0]).toEqual({ bytes: whole[0], closed: 'fin' });
      expect(counts.retransmittedBytes).toBe(5);
      expect(tracker.connections).toBe(1);
    }
  });

  it('of a segment across a FIN what lies before it is read, however it came', () => {
    const list = conversation([client(asked), fin('client')], { client: { mss: 100 } });
    const [, second, third] = withPayload(list);
    const across = segment('client', {
      sequence: clientFirst + 200,
      acknowledgement: serverFirst,
      flags: 'A',
      payload: counting(150, 201),
    });
    for (const order of [
      [...without(list, second, third), across, list[second]],
      [...without(list, third), across],
    ]) {
      const { only, counts } = track(timed(order));
      expect(only.sides[0]).toEqual({ bytes: whole[0], closed: 'fin' });
      expect(counts.retransmittedBytes).toBe(50);
    }
  });

  it('both FINs and a hole: one end, by FIN, when the hole is given up', () => {
    for (const last of [[], [reset('client')]]) {
      const list = conversation([client(asked), ...ends, ...last], { client: { mss: 100 } });
      const { connections, only, recorder } = track(without(list, withPayload(list)[1]));
      expect(connections.length).toBe(1);
      expect(only.sides[0].bytes).toEqual([
        ...numbers(asked.subarray(0, 100)),
        ...missing(100),
        ...numbers(asked.subarray(200)),
      ]);
      expect([only.ended, only.missed]).toEqual(['fin', [100, 0]]);
      expect(recorder.calls.filter((call) => call.startsWith('ended')).length).toBe(1);
    }
  });

  it('a reset gives what was held, then ends both streams', () => {
    const list = conversation([client(asked), reset('server')], { client: { mss: 100 }, acknowledgeEvery: 0 });
    const { only, recorder } = track(without(list, withPayload(list)[0]));
    expect(only.sides[0]).toEqual({ bytes: [...missing(100), ...numbers(asked.subarray(100))], closed: 'cut' });
    expect(only.ended).toBe('reset');
    expect(recorder.calls.at(-1)).toMatch(/^ended/);
  });
});
