// Proves B30: of connections that are read, those that were reset end first, then the idlest; and any for a bound of
// all.
import { describe, expect, it } from 'vitest';
import { counting } from '../support/bytes.ts';
import { client, conversation, defaultStart, frames, reset, type Turn } from '../support/conversation.ts';
import { makeTracker } from './recorder.ts';

const second = 1e6;

/** Connections of ports 1, 2 and so on, a second apart, of which every one is of a protocol of ours. */
function tracked(...turns: readonly Turn[][]) {
  const made = makeTracker();
  turns.forEach((list, i) => {
    made.feed(frames(conversation(list, { client: { port: 1 + i }, at: defaultStart + i * second })));
    made.tracker.identified(i);
  });
  return made;
}

const none = () => false;

describe('eviction', () => {
  const speaks = [client(counting(5))];

  it('ends the idlest of those that are read', () => {
    const { tracker, recorder } = tracked(speaks, speaks, speaks);
    tracker.eviction.identified(none);
    expect(recorder.connections.map(({ ended }) => ended)).toEqual(['evicted', null, null]);
    expect(tracker.counts.evicted).toBe(1);
  });

  it('spares what it is told to, while there is another', () => {
    const { tracker, recorder } = tracked(speaks, speaks, speaks);
    tracker.eviction.identified((slot) => slot !== 1);
    expect(recorder.connections.map(({ ended }) => ended)).toEqual([null, 'evicted', null]);
    tracker.eviction.identified((slot) => slot !== 1);
    expect(recorder.connections.map(({ ended }) => ended)).toEqual(['evicted', 'evicted', null]);
  });

  it('ends first what a reset ended as far as can be told', () => {
    const { tracker, recorder } = tracked(speaks, [...speaks, reset('client')], speaks);
    tracker.eviction.identified(none);
    expect(recorder.connections.map(({ ended }) => ended)).toEqual([null, 'reset', null]);
    expect(tracker.counts.evicted).toBe(0);
  });

  it('ends nothing where nothing is read', () => {
    const { tracker, feed } = makeTracker();
    feed(frames(conversation(speaks)));
    tracker.eviction.identified(none);
    expect(tracker.slots.used).toBe(1);
    tracker.eviction.any();
    expect(tracker.slots.used).toBe(0);
    expect(tracker.counts.evicted).toBe(1);
  });
});
