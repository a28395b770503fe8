// Proves B27: a reset is believed where a receiver may have believed it, and what comes after one is counted apart.
import { describe, expect, it } from 'vitest';
import { concat, counting } from '../support/bytes.ts';
import { client, conversation, fin, frames, reset, type Segment, server } from '../support/conversation.ts';
import { clientFirst, makeTracker, numbers, segment, serverFirst, track } from './recorder.ts';

const asked = counting(300, 1);
const answered = counting(200, 100);
const ends = [fin('client'), fin('server')];
const plain = (options = {}) => conversation([client(asked), server(answered), ...ends], options);
/** A list in its order of time, `stepMicros` apart. */
const timed = (list: readonly Segment[], stepMicros = 100) =>
  list.map((one, i) => ({ ...one, at: list[0].at + i * stepMicros }));
const bytesOf = (told: { sides: readonly { bytes: number[] }[] }) => told.sides.map((side) => side.bytes);
const whole = [numbers(asked), numbers(answered)];

describe('B27 bytes with a reset and after it', () => {
  it('the text of a reset is no part of the stream, and data after it is counted, not read', () => {
    const list = conversation([client(asked), reset('client')]);
    list[list.length - 1] = { ...list[list.length - 1], payload: counting(9) };
    const after = segment('server', {
      sequence: serverFirst,
      acknowledgement: clientFirst + 300,
      flags: 'A',
      payload: counting(7),
    });
    const { only, connections, counts } = track(timed([...list, after]));
    expect(connections.length).toBe(1);
    expect(bytesOf(only)).toEqual([whole[0], []]);
    expect([counts.afterReset, counts.afterResetBytes, counts.retransmittedBytes]).toEqual([2, 16, 0]);
  });

  it('a reset far out of the window ends nothing and is counted', () => {
    const list = plain();
    const far = segment('client', { sequence: clientFirst + 0x40000000, acknowledgement: 0, flags: 'R' });
    const { only, connections, counts } = track(timed([...list.slice(0, 4), far, ...list.slice(4)]));
    expect(connections.length).toBe(1);
    expect(bytesOf(only)).toEqual(whole);
    expect(counts.outOfWindow).toBe(1);
  });

  it('an old copy after it is one sent again, new bytes behind it are not', () => {
    const list = conversation([client(asked), reset('server')]);
    const longer = segment('client', {
      sequence: clientFirst + 100,
      acknowledgement: serverFirst,
      flags: 'A',
      payload: counting(230),
    });
    const old = { ...longer, payload: counting(50), ipId: 1 };
    const { only, counts } = track(timed([...list, longer, old]));
    expect(only.sides[0].bytes).toEqual(whole[0]);
    expect([counts.afterReset, counts.afterResetBytes]).toEqual([1, 30]);
    expect([counts.retransmitted, counts.retransmittedBytes]).toEqual([1, 250]);
  });

  it('data after both FINs is none after a reset', () => {
    const late = segment('client', {
      sequence: clientFirst + 301,
      acknowledgement: 0,
      flags: 'A',
      payload: counting(5),
    });
    const { counts } = track(timed([...plain(), late]));
    expect([counts.afterReset, counts.retransmittedBytes]).toEqual([0, 5]);
  });
});

describe('B27 a forged reset', () => {
  const turns = [client(asked), server(answered), client(counting(100, 7)), server(counting(90, 9)), ...ends];
  const list = conversation(turns, { client: { mss: 100 }, server: { mss: 100 } });
  const next = (from: 'client' | 'server', before: number) =>
    list.slice(0, before).reduce((at, one) => (one.from === from ? one.sequence + one.payload.length : at), 0);
  /** The conversation with a reset put in before segment `at`, `ahead` of the number that would be next. */
  const forged = (from: 'client' | 'server', at: number, ahead: number) => {
    const one = segment(from, { sequence: next(from, at) + ahead, acknowledgement: 0, flags: 'R', ipId: 7777 });
    return track(timed([...list.slice(0, at), one, ...list.slice(at)]));
  };
  const both = [numbers(concat(asked, counting(100, 7))), numbers(concat(answered, counting(90, 9)))];
  const last = list.findIndex(({ payload }) => payload.length === 90);

  it('anywhere from either side: the connection is read on, and marked', () => {
    for (const from of ['client', 'server'] as const) {
      for (let at = 4; at <= last; at++) {
        const { only, connections, counts, tracker } = forged(from, at, 0);
        const what = `from the ${from} before ${at}`;
        // Nothing more comes from the server after its last bytes but its FIN.
        expect(connections.length, what).toBe(1);
        expect(bytesOf(only), what).toEqual(both);
        expect(only.ended, what).toBe('fin');
        expect(counts.outOfWindow, what).toBe(1);
        expect(counts.afterReset, what).toBe(0);
        expect(tracker.holes.cost, what).toBe(0);
      }
    }
  });

  it('with a number that is not the next: what is read goes beyond it, or comes seconds later', () => {
    const { only } = forged('client', 6, 50);
    expect([bytesOf(only), only.ended]).toEqual([both, 'fin']);
    const at = list.findIndex(({ payload }) => payload[0] === 7);
    const one = segment('client', { sequence: next('client', at) + 5000, acknowledgement: 0, flags: 'R', ipId: 7777 });
    const late = timed([...list.slice(0, at), one, ...list.slice(at)]).map((each, i) =>
      i > at ? { ...each, at: each.at + 3e6 } : each,
    );
    expect(bytesOf(track(late).only)).toEqual(both);
  });

  it('and silence: it was one, and is told when half a minute went by', () => {
    const { recorder, tracker, feed } = makeTracker();
    feed(
      frames([
        ...list.slice(0, 6),
        segment('client', { sequence: next('client', 6), acknowledgement: 0, flags: 'R', ipId: 1, at: list[5].at }),
      ]),
    );
    expect(recorder.connections[0].ended).toBe(null);
    const { clock } = tracker;
    tracker.advance(clock.seconds + 30, 0);
    expect(recorder.connections[0].ended).toBe(null);
    tracker.advance(clock.seconds + 1, 0);
    expect(recorder.connections[0].ended).toBe('reset');
    expect(tracker.slots.used).toBe(0);
  });

  it('what the peer had on the way is counted, not read, within its bound', () => {
    const at = list.findIndex(({ from }, i) => i > 4 && from === 'server');
    const one = segment('client', { sequence: next('client', at), acknowledgement: 0, flags: 'R', ipId: 1 });
    const rest = list.slice(at).filter(({ from, flags }) => from === 'server' && !flags.includes('F'));
    const { only, counts } = track(timed([...list.slice(0, at), one, ...rest]), { limits: { reorderBytesMax: 150 } });
    expect(only.ended).toBe('reset');
    expect(bytesOf(only)[1]).toEqual([]);
    expect(counts.afterResetBytes).toBe(rest.reduce((sum, { payload }) => sum + payload.length, 0));
  });

  it('another connection of the same ends ends it as reset', () => {
    const one = segment('client', { sequence: next('client', 6), acknowledgement: 0, flags: 'R', ipId: 1 });
    const again = conversation([client(asked)], { client: { sequence: 99_000_000 } });
    const { connections } = track(timed([...list.slice(0, 6), one, ...again]));
    expect(connections.map(({ ended }) => ended)).toEqual(['reset', 'input-end']);
  });
});

describe('B27 numbers of a reset', () => {
  const list = conversation([client(asked), server(answered)], { client: { mss: 100 } });
  const next = clientFirst + 300;
  const believed = (sequence: number, before: readonly Segment[] = list, given: Partial<Segment> = {}) => {
    const one = segment('client', { sequence: sequence >>> 0, acknowledgement: 0, flags: 'R', ...given });
    const { only, counts, connections } = track(timed([...before, one]));
    expect(connections.length).toBe(1);
    expect(counts.outOfWindow).toBe(only.ended === 'reset' ? 0 : 1);
    return only.ended === 'reset';
  };

  it.each<[string, number, boolean]>([
    ['the next', next, true],
    ['in the window', next + 60_000, true],
    ['the last of the window', next + (1 << 20), true],
    ['behind the window', next + (1 << 20) + 1, false],
    ['read and acknowledged', next - 1, false],
    ['long gone', next - 40_000_000, false],
    ['far ahead', next + 40_000_000, false],
  ])('%s', (_, sequence, expected) => {
    expect(believed(sequence)).toBe(expected);
  });

  it('seen but not acknowledged: the receiver may not have it yet', () => {
    const silent = conversation([client(asked)], { client: { mss: 100 }, acknowledgeEvery: 0 });
    expect(believed(clientFirst, silent)).toBe(true);
    expect(believed(clientFirst - 1, silent)).toBe(false);
  });

  it('the window goes on from what was held or acknowledged, not from a hole', () => {
    const far = segment('client', {
      sequence: next + 3_000_000,
      acknowledgement: serverFirst,
      flags: 'A',
      payload: counting(10),
    });
    const heard = segment('server', { sequence: serverFirst + 200, acknowledgement: next + 3_000_000, flags: 'A' });
    expect(believed(next + 3_000_010)).toBe(false);
    expect(believed(next + 3_000_010, [...list, far])).toBe(true);
    // One acknowledgement alone of bytes that were not seen may be forged.
    expect(believed(next + 3_000_010, [...list, heard])).toBe(false);
    expect(believed(next + 3_000_010, [...list, heard, { ...heard, ipId: 99, at: heard.at + 60_000 }])).toBe(true);
  });

  it('one that answers a SYN must acknowledge it', () => {
    const [syn] = list;
    for (const [acknowledgement, expected] of [
      [clientFirst, true],
      [clientFirst + 5, false],
      [clientFirst - 1, false],
    ] as const) {
      expect(believed(0, [syn], { ...segment('server', {}), sequence: 0, acknowledgement, flags: 'RA' })).toBe(
        expected,
      );
    }
  });

  it('one that is not believed leaves nothing behind: neither time, side nor acknowledgement', () => {
    const only = list.filter((one) => one.from === 'client');
    const bad = segment('server', {
      sequence: serverFirst + 40_000_000,
      acknowledgement: next + 5000,
      flags: 'RA',
      at: list[0].at + 5e6,
    });
    const acknowledged = segment('client', { sequence: next, acknowledgement: serverFirst, flags: 'A' });
    const clean = track(timed([...only, acknowledged]), { unfinished: true });
    const told = track([...timed([...only, acknowledged]), bad], { unfinished: true });
    for (const column of ['flags', 'lastSeconds', 'lastFrame', 'acknowledged', 'expected'] as const) {
      expect(told.tracker.slots[column].slice(0, 2)).toEqual(clean.tracker.slots[column].slice(0, 2));
    }
    expect(told.counts.outOfWindow).toBe(1);
  });

  it('made-up ones for every 2 MiB of numbers: the connection reads on', () => {
    const flood = Array.from({ length: 2048 }, (_, i) =>
      segment('client', {
        sequence: (next + 1_500_000 + i * (1 << 21)) >>> 0,
        acknowledgement: 0,
        flags: 'R',
        ipId: i & 0xffff,
      }),
    ).filter((one) => Math.abs((one.sequence - next) | 0) > 1 << 20);
    const { connections, counts } = track(timed([...plain().slice(0, 5), ...flood, ...plain().slice(5)], 1));
    expect(connections.map((told) => [told.ended, bytesOf(told)])).toEqual([['fin', whole]]);
    expect(counts.outOfWindow).toBe(flood.length);
  });
});
