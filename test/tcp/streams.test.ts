// Proves B22 to B25 and B29: a stream comes out as it was sent, each byte once, whatever the packets went through.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counting } from '../support/bytes.ts';
import { client, conversation, fin, type Segment, server } from '../support/conversation.ts';
import { copied, moved, overlapping, retransmitted, split, tiny, without, withPayload } from '../support/segments.ts';
import { clientFirst, missing, numbers, segment, serverFirst, track } from './recorder.ts';

const fromClient = Uint8Array.from({ length: 900 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
const fromServer = Uint8Array.from({ length: 400 }, (_, i) => (i * 11 + 5) & 0xff);
const starts = [1_000_000, 0xffffffff, 0xfffffe00, 0x7fffff00, 0];

/** A conversation of 20 and more segments in both directions, from the given initial numbers. */
function dialogue(sequence = 1_000_000): Segment[] {
  return conversation(
    [
      client(fromClient.subarray(0, 500)),
      server(fromServer.subarray(0, 150)),
      client(fromClient.subarray(500)),
      server(fromServer.subarray(150)),
      fin('client'),
      fin('server'),
    ],
    { client: { sequence, mss: 60 }, server: { sequence: (sequence + 0x70000000) >>> 0, mss: 60 } },
  );
}

/** Times of a list in its order. */
function timed(list: readonly Segment[], stepMicros = 100): Segment[] {
  return list.map((one, i) => ({ ...one, at: list[0].at + i * stepMicros }));
}

const change = fc.record({
  what: fc.constantFrom('swap', 'split', 'copy', 'again', 'overlap', 'tiny'),
  at: fc.nat(1000),
  by: fc.nat(1000),
});
type Change = { what: string; at: number; by: number };

/** A change of what is on the wire that loses no byte. */
function changed(list: readonly Segment[], { what, at, by }: Change): Segment[] {
  const i = 3 + (at % (list.length - 3));
  const one = list[i];
  const rest = (...pieces: Segment[]) => [...list.slice(0, i), ...pieces, ...list.slice(i + 1)];
  switch (what) {
    case 'swap':
      return moved(list, i, 3 + ((i - 3 + by) % (list.length - 3)));
    case 'split':
      return one.payload.length > 1 ? rest(...split(one, 1 + (by % (one.payload.length - 1)))) : [...list];
    case 'copy':
      return rest(one, copied(one));
    case 'again': {
      const later = i + 1 + (by % (list.length - i));
      return [...list.slice(0, later), retransmitted(one), ...list.slice(later)];
    }
    case 'overlap': {
      if (one.payload.length === 0 || /F/.test(one.flags)) return [...list];
      const stream = one.from === 'client' ? fromClient : fromServer;
      const position = (one.sequence - one.path[one.from].sequence - 1) >>> 0;
      return rest(overlapping(one, stream.slice(Math.max(0, position - (by % 100)), position)));
    }
    default:
      return rest(...tiny([one], 1 + (by % 7)));
  }
}

describe('nothing lost', () => {
  it('any order, copies, splits and equal overlaps give exactly the streams', () => {
    const run = fc.property(fc.constantFrom(...starts), fc.array(change, { maxLength: 25 }), (sequence, changes) => {
      const list = timed(changes.reduce(changed, dialogue(sequence)));
      const { connections, only, tracker } = track(list);
      expect(connections.length).toBe(1);
      expect(tracker.connections).toBe(1);
      // Side 0 is the lower endpoint in Community-ID order: the client.
      expect(only.sides.map((side) => side.bytes)).toEqual([numbers(fromClient), numbers(fromServer)]);
      expect(only.sides.map((side) => side.closed)).toEqual(['fin', 'fin']);
      expect([only.ended, only.covered, only.missed]).toEqual(['fin', [900, 400], [0, 0]]);
    });
    fc.assert(run, { seed: 10, numRuns: 300 });
  });

  it('the same, from the middle of a stream', () => {
    const run = fc.property(fc.array(change, { maxLength: 15 }), (changes) => {
      const whole = dialogue();
      // The first data segments of both sides stay first, so that both beginnings are known.
      const [first, second] = [
        whole.find((one) => one.payload.length > 0),
        whole.find((one) => one.from === 'server' && one.payload.length > 0),
      ];
      const list = timed([
        first as Segment,
        second as Segment,
        segment('client', { sequence: clientFirst + 60, acknowledgement: 0x70000000, flags: 'A' }),
        ...whole.slice(3),
      ]);
      const { connections } = track(
        timed(changes.reduce(changed, list)).filter((one) => one.acknowledgement !== 0x70000000),
      );
      expect(connections.length).toBe(1);
      expect(connections[0].sides.map((side) => side.bytes)).toEqual([numbers(fromClient), numbers(fromServer)]);
    });
    fc.assert(run, { seed: 11, numRuns: 100 });
  });

  it('reversed entirely after the handshake', () => {
    const whole = dialogue();
    const { only } = track(timed([...whole.slice(0, 3), ...whole.slice(3).reverse()]));
    expect(only.sides.map((side) => side.bytes)).toEqual([numbers(fromClient), numbers(fromServer)]);
    expect(only.ended).toBe('fin');
  });

  it('B29 one-byte segments', () => {
    const { only } = track(timed(tiny(dialogue(), 1)));
    expect(only.sides[0].bytes).toEqual(numbers(fromClient));
  });

  it('the same packets give the same calls, however batched', () => {
    const list = timed(
      [...Array(30).keys()].reduce(
        (all, i) => changed(all, { what: ['swap', 'again', 'overlap'][i % 3], at: 17 * i, by: 31 * i }),
        dialogue(),
      ),
    );
    const calls = track(list).recorder.calls;
    for (const batch of [1, 2, 7, 64]) expect(track(list, { batch }).recorder.calls).toEqual(calls);
  });
});

describe('bytes lost', () => {
  it('what came and what is missing tile the stream, each byte once', () => {
    const losses = fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 });
    const run = fc.property(
      fc.constantFrom(...starts),
      fc.array(change, { maxLength: 12 }),
      losses,
      fc.boolean(),
      (sequence, changes, dropped, noHandshake) => {
        const whole = timed(changes.reduce(changed, dialogue(sequence)));
        const first = noHandshake ? 0 : 3;
        const list = without(whole, ...dropped.map((i) => first + (i % (whole.length - first))));
        const { connections, only } = track(list);
        expect(connections.length).toBe(1);
        for (const [side, from, stream] of [
          [0, 'client', fromClient],
          [1, 'server', fromServer],
        ] as const) {
          const seen = capturedPositions(list, from);
          const told = only.sides[side].bytes;
          expect(told.length).toBe(only.covered[side] + only.missed[side]);
          expect(told.filter((byte) => byte !== -1).length).toBe(only.covered[side]);
          if (noHandshake) continue;
          expect(told).toEqual(numbers(stream.subarray(0, told.length)).map((byte, i) => (seen.has(i) ? byte : -1)));
          expect(told.length).toBeGreaterThan(Math.max(-1, ...seen));
        }
      },
    );
    fc.assert(run, { seed: 12, numRuns: 300 });
  });

  it.each([
    ['the first', 0],
    ['one in the middle', 3],
    ['the last', 14],
  ])('%s segment of a side', (_, which) => {
    const whole = dialogue();
    const index = withPayload(whole).filter((i) => whole[i].from === 'client')[which];
    const { only } = track(without(whole, index));
    const at = (whole[index].sequence - clientFirst) >>> 0;
    const expected = numbers(fromClient);
    for (let i = at; i < at + whole[index].payload.length; i++) expected[i] = -1;
    expect(only.sides[0].bytes).toEqual(expected);
    expect([only.ended, only.missed]).toEqual(['fin', [whole[index].payload.length, 0]]);
  });

  it('a snap length: the captured bytes of each segment, a gap for the rest', () => {
    const { only, counts } = track(dialogue(), { snapLength: 14 + 40 + 25 });
    const expected = [fromClient.subarray(0, 500), fromClient.subarray(500)].flatMap((turn) =>
      numbers(turn).map((byte, i) => (i % 60 < 25 ? byte : -1)),
    );
    expect(only.sides[0].bytes).toEqual(expected);
    // Cut off is not missed: the packet was captured.
    expect([only.covered, only.missed]).toEqual([
      [900, 400],
      [0, 0],
    ]);
    expect(counts.truncatedBytes).toBe(
      expected.filter((byte) => byte === -1).length + only.sides[1].bytes.filter((byte) => byte === -1).length,
    );
  });

  it('a snap length and out of order: the same', () => {
    const snapLength = 14 + 40 + 25;
    const inOrder = track(dialogue(), { snapLength }).only;
    const swapped = track(moved(moved(dialogue(), 5, 9), 14, 12), { snapLength }).only;
    expect(swapped.sides).toEqual(inOrder.sides);
  });

  it('headers only: a gap of the right length', () => {
    const { only } = track(dialogue(), { snapLength: 54 });
    expect(only.sides[0].bytes).toEqual(missing(900));
    expect(only.covered).toEqual([900, 400]);
  });
});

describe('B25 long streams', () => {
  it('positions pass 4 GiB, with order and holes right around the wrap', () => {
    // Proves that positions are no sequence numbers: 70 segments of 64 KiB stand for each GiB by lying far apart.
    const step = 60 << 20;
    const hops = 160;
    const opening = conversation([]);
    const jumps = Array.from({ length: hops }, (_, i) =>
      segment('client', {
        sequence: (clientFirst + (i + 1) * step) >>> 0,
        acknowledgement: serverFirst,
        flags: 'A',
        payload: counting(4, i),
        at: opening[2].at + 1000 * (i + 1),
      }),
    );
    const { tracker, connections } = track([...opening, ...jumps], {
      unfinished: true,
      limits: { reorderPiecesMax: 0 },
    });
    expect(connections.length).toBe(1);
    expect(tracker.streams.position(connections[0].slot, 0)).toBe(hops * step + 4);
    expect(tracker.slots.covered[0]).toBe(4 * hops);
    expect(tracker.slots.missed[0]).toBe(hops * step + 4 - 4 * hops);
  });
});

describe('B23, B24 sent again', () => {
  it('equal or not, the first copy of a byte is kept and the rest counted', () => {
    const whole = dialogue();
    const [first] = withPayload(whole);
    const other = retransmitted(whole[first], 0, new Uint8Array(60).fill(0xee));
    const { only, counts } = track(timed([...whole.slice(0, first + 1), other, ...whole.slice(first + 1)]));
    expect(only.sides[0].bytes).toEqual(numbers(fromClient));
    expect([counts.retransmitted, counts.retransmittedBytes]).toEqual([1, 60]);
  });

  it('out of order too', () => {
    const whole = without(dialogue(), withPayload(dialogue())[0]);
    const second = withPayload(whole)[0];
    const other = retransmitted(whole[second], 0, new Uint8Array(60).fill(0xee));
    const late = retransmitted(dialogue()[withPayload(dialogue())[0]], 0);
    const { only, counts } = track(timed([...whole.slice(0, second + 1), other, late, ...whole.slice(second + 1)]));
    expect(only.sides[0].bytes).toEqual(numbers(fromClient));
    expect([counts.retransmittedBytes, counts.conflicting]).toEqual([60, 1]);
  });

  it('one that brings new bytes behind old ones gives the new', () => {
    const list = conversation([client(counting(100))], { client: { mss: 50 }, acknowledgeEvery: 0 });
    const longer = { ...list[3], payload: counting(80), ipId: 9999 };
    const { only, counts } = track(timed([...list.slice(0, 4), longer, list[4]]));
    expect(only.sides[0].bytes).toEqual(numbers(counting(100)));
    expect(counts.retransmittedBytes).toBe(50 + 30);
  });
});

/** Stream positions of the bytes of a side that a list of segments carries. */
function capturedPositions(list: readonly Segment[], from: string): Set<number> {
  const seen = new Set<number>();
  for (const one of list) {
    if (one.from !== from) continue;
    const start = (one.sequence - one.path[one.from].sequence - 1) >>> 0;
    for (let i = 0; i < one.payload.length; i++) seen.add(start + i);
  }
  return seen;
}
