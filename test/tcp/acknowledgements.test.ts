// Proves that an acknowledgement which no host takes (RFC 5961 section 5) gives up no hole and makes no loss up, and
// that those of bytes which the sensor lost are still believed.
import { describe, expect, it } from 'vitest';
import { counting } from '../support/bytes.ts';
import { client, conversation, type Segment } from '../support/conversation.ts';
import { copied, retransmitted, without, withPayload } from '../support/segments.ts';
import { clientFirst, missing, numbers, segment, serverFirst, track } from './recorder.ts';

const second = 1e6;
const asked = counting(300, 1);
const far = 40 << 20;
const list = conversation([client(asked)], { client: { mss: 50 }, acknowledgeEvery: 0 });
const sent = withPayload(list);

/**
 * The server acknowledges the client's bytes up to `to`, at a time after the first segment, perhaps with bytes of its
 * own.
 */
const acknowledgement = (to: number, micros: number, ipId = to & 0xffff, payload = counting(0)): Segment => ({
  ...segment('server', {
    sequence: serverFirst,
    acknowledgement: clientFirst + to,
    flags: 'A',
    payload,
    at: list[0].at + micros,
    ipId,
  }),
  path: list[0].path,
});
const inOrder = (...segments: Segment[]) => segments.sort((a, b) => a.at - b.at);

describe('one far beyond what was sent', () => {
  it('gives up no hole that is still to be filled', () => {
    const late = retransmitted(list[sent[1]], 3 * second);
    const { only, counts } = track(
      inOrder(...without(list, sent[1]), acknowledgement(far, 2 * second), acknowledgement(50, 2.5 * second), late),
      { unfinished: true },
    );
    expect(only.sides[0].bytes).toEqual(numbers(asked));
    expect([counts.unseen, counts.retransmitted]).toEqual([0, 0]);
  });

  it('makes no loss up at the end, alone or with right ones around it', () => {
    for (const right of [[], [acknowledgement(300, second)], [acknowledgement(300, 3 * second)]]) {
      const { only, counts } = track(inOrder(...list, acknowledgement(far, 2 * second), ...right));
      expect(only.sides[0].bytes).toEqual(numbers(asked));
      expect(counts.unseenBytes).toBe(0);
    }
  });

  it('is taken back by bytes of its side that acknowledge no more than before', () => {
    const [right, wrong] = [acknowledgement(300, second), acknowledgement(1300, 2 * second)];
    const bytes = acknowledgement(300, 3 * second, 7, counting(10));
    expect(track(inOrder(...list, right, wrong, bytes)).counts.unseenBytes).toBe(0);
  });

  it('is not confirmed by a copy of its frame, nor by another after a right one', () => {
    const one = acknowledgement(far, 2 * second);
    for (const rest of [[copied(one)], [acknowledgement(200, 2.1 * second), acknowledgement(far + 9, 2.2 * second)]]) {
      const { counts, only } = track(inOrder(...list, one, ...rest));
      expect(counts.unseenBytes).toBe(0);
      expect(only.sides[0].bytes).toEqual(numbers(asked));
    }
  });
});

describe('of bytes that the sensor lost', () => {
  const lostTwo = without(list, sent[1], sent[5]);

  it('one within what was seen is believed at once', () => {
    const { counts } = track(inOrder(...without(list, sent[1]), acknowledgement(300, second)));
    expect(counts.unseenBytes).toBe(50);
  });

  it('one beyond it is believed when the next does not fall behind it: holes are given up in time', () => {
    const told = (...acknowledgements: Segment[]) => {
      const { only } = track(inOrder(...lostTwo, ...acknowledgements), { unfinished: true });
      return only.sides[0].bytes.length;
    };
    const one = acknowledgement(300, second, 1);
    expect(told(one, acknowledgement(200, 2 * second, 2))).toBe(250);
    expect(told(one, acknowledgement(300, 3 * second, 2))).toBe(250);
    expect(told(one)).toBe(50);
  });

  it('the last one is believed within a receive window', () => {
    const { only, counts } = track(inOrder(...lostTwo, acknowledgement(300 + 1000, second)));
    expect(only.sides[0].bytes.slice(0, 100)).toEqual([...numbers(asked.slice(0, 50)), ...missing(50)]);
    // A byte beyond may be a FIN's number.
    expect(counts.unseenBytes).toBe(50 + 50 + 999);
    const beyond = track(inOrder(...lostTwo, acknowledgement(300 + (1 << 20), second)));
    expect(beyond.counts.unseenBytes).toBe(0);
  });

  it('of a side that is no longer captured they go on, one behind', () => {
    const acknowledgements = Array.from({ length: 5 }, (_, i) => acknowledgement(1000 * (i + 1), second * (i + 1), i));
    const { counts } = track([...list.slice(0, 3), ...acknowledgements]);
    expect(counts.unseenBytes).toBe(4999);
  });
});
