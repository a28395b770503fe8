// Proves B21, B22 and B31: holes are waited for, given up in time, and what is held stays under its bounds.
import { describe, expect, it } from 'vitest';
import { Flag } from '../../src/tcp/slots.ts';
import { counting } from '../support/bytes.ts';
import { acknowledge, client, conversation, defaultStart, frames, type Segment } from '../support/conversation.ts';
import { retransmitted, without, withPayload } from '../support/segments.ts';
import { clientFirst, missing, numbers, segment, serverFirst, track } from './recorder.ts';

const asked = counting(300, 1);
const second = 1e6;
/** A conversation between other ports, so that time passes on the wire. */
const other = (at: number, port = 40_000) => conversation([client(counting(5))], { at, client: { port } });

describe('B21 holes', () => {
  const holed = (turns: Segment[]) => without(turns, withPayload(turns)[1]);
  const withHole = (bytes: number[]) => [...bytes.slice(0, 50), ...missing(50), ...bytes.slice(100)];

  it('one that the receiver acknowledged is given up after a second', () => {
    const list = holed(conversation([client(asked)], { client: { mss: 50 } }));
    const end = list[list.length - 1].at;
    const before = track([...list, ...other(end + 0.7 * second)], { unfinished: true });
    expect(before.only.sides[0].bytes.length).toBe(50);
    const after = track([...list, ...other(end + 2.1 * second)], { unfinished: true });
    expect(after.only.sides[0].bytes).toEqual(withHole(numbers(asked)));
  });

  it('or after 128 packets, of whatever speed', () => {
    const chatter = Array.from({ length: 70 }, () => [acknowledge('client'), acknowledge('server')]).flat();
    const list = holed(conversation([client(asked), ...chatter], { client: { mss: 50 }, stepMicros: 1 }));
    expect(track(list.slice(0, 100), { unfinished: true }).only.sides[0].bytes.length).toBe(50);
    expect(track(list, { unfinished: true }).only.sides[0].bytes).toEqual(withHole(numbers(asked)));
  });

  it('one that was not acknowledged waits for its retransmission', () => {
    const list = conversation([client(asked)], { client: { mss: 50 }, acknowledgeEvery: 0 });
    const lost = withPayload(list)[1];
    const late = retransmitted(list[lost], 10 * second);
    const { only } = track([...without(list, lost), ...other(list[0].at + 9 * second), late], { unfinished: true });
    expect(only.sides[0].bytes).toEqual(numbers(asked));
  });

  it('one that nobody could acknowledge, with one direction captured, is given up after three seconds', () => {
    const list = holed(conversation([client(asked)], { client: { mss: 50 }, only: 'client', begin: 'mid-stream' }));
    const end = list[list.length - 1].at;
    expect(track([...list, ...other(end + 2.9 * second)], { unfinished: true }).only.sides[0].bytes.length).toBe(50);
    expect(track([...list, ...other(end + 5 * second)], { unfinished: true }).only.sides[0].bytes).toEqual(
      withHole(numbers(asked)),
    );
  });

  it('its bytes that come after it was given up are counted, not read', () => {
    const list = conversation([client(asked)], { client: { mss: 50 } });
    const lost = withPayload(list)[1];
    const late = retransmitted(list[lost], 5 * second);
    const { only, counts } = track([...without(list, lost), ...other(list[0].at + 4 * second), late], {
      unfinished: true,
    });
    expect(only.sides[0].bytes).toEqual(withHole(numbers(asked)));
    expect(counts.retransmittedBytes).toBe(50);
  });
});

describe('B24 other bytes in the place of those held', () => {
  const list = conversation([client(asked)], { client: { mss: 50 }, acknowledgeEvery: 0 });
  const [first, second, third] = withPayload(list);
  const marked = Flag.ambiguous | (Flag.ambiguous << 1);
  /** The first segment comes last; before it, `again` is sent beside the second and the third. */
  const told = (...again: Segment[]) => {
    const early = [...list.slice(0, first), list[second], list[third], ...again, ...list.slice(third + 1), list[first]];
    const { only, counts, tracker } = track(
      early.map((one, i) => ({ ...one, at: defaultStart + i * 100 })),
      { unfinished: true },
    );
    expect(only.sides[0].bytes).toEqual(numbers(asked));
    return [counts.conflicting, tracker.slots.flags[only.slot] & marked];
  };

  it('are not read; the segment is counted once and the side marked', () => {
    const both = { ...retransmitted(list[second], 0, new Uint8Array(100).fill(0xee)) };
    expect(told(both)).toEqual([1, Flag.ambiguous]);
    const last = asked.slice(50, 100);
    last[49] ^= 1;
    expect(told(retransmitted(list[second], 0, last), { ...both, ipId: 7 })).toEqual([2, Flag.ambiguous]);
  });

  it('equal ones mark nothing', () => {
    expect(told(retransmitted(list[second], 0, asked.slice(50, 120)))).toEqual([0, 0]);
  });
});

describe('B22, B31 bounds of what is held', () => {
  const flow = (port: number, pieces: number, size: number, at: number) => {
    const opening = conversation([], { client: { port }, at });
    const early = Array.from({ length: pieces }, (_, i) => ({
      ...segment('client', {
        sequence: clientFirst + 1 + 2 * size * i,
        acknowledgement: serverFirst,
        flags: 'A',
        payload: counting(size, i),
        at: at + 1000 + i,
        ipId: i & 0xffff,
      }),
      path: opening[0].path,
    }));
    return [...opening, ...early];
  };

  it('bytes of one direction: the oldest hole goes first, and the stream still tiles', () => {
    const { only, tracker } = track(flow(1, 20, 100, defaultStart), {
      limits: { reorderBytesMax: 500 },
      unfinished: true,
    });
    const told = only.sides[0].bytes;
    // Nineteen pieces and holes between them, of which five hundred bytes are held.
    expect(told.slice(0, 202)).toEqual([-1, ...numbers(counting(100)), ...missing(100), 1]);
    expect(tracker.slots.covered[0]).toBe(20 * 100 - 500);
    expect(told.length).toBe(tracker.slots.covered[0] + tracker.slots.missed[0]);
  });

  it('pieces of one direction', () => {
    const { tracker } = track(flow(1, 50, 1, defaultStart), { limits: { reorderPiecesMax: 8 }, unfinished: true });
    expect(tracker.slots.covered[0]).toBe(42);
  });

  it('memory of all directions, objects included: the longest waiting goes first, with its own stamp', () => {
    const flows = Array.from({ length: 10 }, (_, i) => flow(100 + i, 10, 10, defaultStart + i * 2000));
    const { tracker, recorder } = track(flows.flat(), { limits: { reorderTotalBytesMax: 10_000 }, unfinished: true });
    const covered = flows.map((_, i) => tracker.slots.covered[2 * i]);
    expect(covered.slice(0, 4)).toEqual([100, 100, 100, 100]);
    expect(covered.slice(6)).toEqual([0, 0, 0, 0]);
    expect(recorder.calls[0]).toBe('gap 0 0 1');
    // Thirteen packets of its own; others were read since.
    expect(recorder.gapFrames[0]).toBe(13);
  });

  it('16 MB out of order fit', () => {
    // A swap of a first segment and 15 MB behind it.
    const opening = conversation([]);
    const size = 60_000;
    const early = Array.from({ length: 250 }, (_, i) =>
      segment('client', {
        sequence: clientFirst + 1 + size * i,
        acknowledgement: serverFirst,
        flags: 'A',
        payload: new Uint8Array(size),
        at: defaultStart + 1000 + i,
        ipId: i,
      }),
    );
    const { tracker, feed } = track([...opening, ...early], { unfinished: true });
    expect(tracker.slots.covered[0]).toBe(0);
    feed(
      frames([
        segment('client', {
          sequence: clientFirst,
          acknowledgement: serverFirst,
          flags: 'A',
          payload: counting(1),
          at: defaultStart + 2000,
        }),
      ]),
    );
    expect([tracker.slots.covered[0], tracker.slots.missed[0]]).toEqual([1 + 250 * size, 0]);
  });
});
