// Proves B15 and B30: expiry on packet time alone, every bound held, no state left behind.
import { describe, expect, it } from 'vitest';
import { Packet, SYN } from '../../src/decode/packet.ts';
import { limits } from '../../src/model/limits.ts';
import { counting } from '../support/bytes.ts';
import { client, conversation, defaultStart, fin, frames, pause, server } from '../support/conversation.ts';
import { merged, without } from '../support/segments.ts';
import { clientFirst, makeTracker, numbers, segment, serverFirst, track } from './recorder.ts';

const asked = counting(300, 1);
const second = 1e6;
/** A conversation between other ports, so that time passes on the wire. */
const other = (at: number, port = 40_000) => conversation([client(counting(5))], { at, client: { port } });

/** A bare acknowledgement of the default conversation. */
const acknowledgeAt = (at: number) =>
  segment('server', { sequence: serverFirst, acknowledgement: clientFirst, flags: 'A', at, ipId: at % 65_536 });

describe('idle connections', () => {
  const opening = conversation([]);
  it.each([
    ['a SYN without answer', opening.slice(0, 1), limits.halfOpenMsMax],
    ['a SYN with an answer only', opening.slice(0, 2), limits.halfOpenMsMax],
    ['one that spoke', conversation([client(asked)]), limits.unknownIdleMsMax],
    ['one open in silence', opening, limits.unknownIdleMsMax],
  ])('%s ends after its time, not before', (_, list, ms) => {
    const last = list[list.length - 1].at;
    const before = track([...list, ...other(last + 1000 * ms - second)], { unfinished: true });
    expect(before.recorder.calls.filter((call) => call.startsWith('ended'))).toEqual([]);
    const after = track([...list, ...other(last + 1000 * ms + second)], { unfinished: true });
    expect(after.recorder.calls.filter((call) => call.startsWith('ended'))).toEqual([
      `ended 0 expired at ${list.length}`,
    ]);
  });

  it('one of a protocol of ours waits longer', () => {
    const { recorder, tracker, feed } = makeTracker();
    const list = conversation([client(asked)]);
    feed(frames(list));
    tracker.identified(0);
    const ended = () => recorder.calls.filter((call) => call.startsWith('ended'));
    // The clock believes steps of up to ten minutes at once.
    for (let minutes = 9; minutes < 119; minutes += 9)
      feed(frames(other(defaultStart + minutes * 60 * second, 1000 + minutes)));
    expect(ended().filter((call) => call.startsWith('ended 0 '))).toEqual([]);
    feed(frames(other(defaultStart + 121 * 60 * second, 9)));
    expect(ended().filter((call) => call.startsWith('ended 0 '))).toEqual([`ended 0 expired at ${list.length}`]);
  });

  it('the slot of a closed one serves late packets, then is free', () => {
    const list = conversation([client(asked), fin('client'), fin('server')]);
    const end = list[list.length - 1].at;
    const { tracker, feed } = track(list, { unfinished: true });
    expect(tracker.slots.used).toBe(1);
    feed(frames(other(end + 29 * second)));
    expect(tracker.slots.used).toBe(2);
    feed(frames(other(end + 32 * second)));
    expect(tracker.slots.used).toBe(1);
  });

  it('silence with nothing on the wire ends by advancing, a day at once', () => {
    const { recorder, tracker } = track(conversation([client(asked)]), { unfinished: true });
    tracker.advance(defaultStart / 1e6 + 301, 0);
    expect(recorder.calls.at(-1)).toBe('ended 0 expired at 5');
    expect(tracker.slots.used).toBe(0);
  });
});

describe('B15 stamps', () => {
  it('one packet a day ahead is not believed', () => {
    const list = conversation([client(asked), pause(second), client(asked)]);
    const strange = other(defaultStart + 86_400 * second).slice(0, 1);
    const { recorder, tracker } = track([...list.slice(0, 5), ...strange, ...list.slice(5)], { unfinished: true });
    expect(recorder.calls.filter((call) => call.startsWith('ended'))).toEqual([]);
    expect(tracker.clock.seconds).toBe(Math.floor(list[list.length - 1].at / second));
    // Its stamp is taken as now: no connection lies a day ahead.
    expect(tracker.slots.firstSeconds[1]).toBe(defaultStart / second);
  });

  it('sixteen that agree are: what was idle for a day ends', () => {
    const day = defaultStart + 86_400 * second;
    const list = conversation([client(asked)]);
    for (const [count, ended] of [
      [15, 0],
      [16, 1],
    ]) {
      const strange = Array.from({ length: count }, (_, i) => other(day + i * 1000, 100 + i)[0]);
      const { recorder } = track([...list, ...strange], { unfinished: true });
      expect(recorder.calls.filter((call) => call === `ended 0 expired at ${list.length}`).length).toBe(ended);
    }
  });

  it('going back: order and bytes are kept, the times of a connection do not go back, each is counted', () => {
    const list = conversation([client(asked), server(asked)], { client: { mss: 50 } });
    const back = list.map((one, i) => (i % 2 === 1 ? { ...one, at: one.at - 3600 * second } : one));
    const { only, tracker, connections, counts } = track(back, { unfinished: true });
    expect(connections.length).toBe(1);
    expect(only.sides.map((side) => side.bytes)).toEqual([numbers(asked), numbers(asked)]);
    expect(counts.clockBackward).toBe(Math.floor(list.length / 2));
    expect(tracker.slots.lastSeconds[0]).toBe(Math.floor(list[0].at / second));
  });

  it('a connection whose stamps lag by two minutes is not idle', () => {
    // Proves that idleness counts packet time since its last packet: two interfaces may have two clocks.
    const lagging = conversation([client(asked), pause(3 * second), server(asked)], {
      at: defaultStart - 120 * second,
    });
    const leading = Array.from({ length: 10 }, (_, i) => other(defaultStart + i * 500_000, 3000 + i)).flat();
    const list = [...leading.slice(0, 10), ...lagging.slice(0, 1), ...leading.slice(10, 25), ...lagging.slice(1)];
    const { connections } = track(list);
    const told = connections.filter((one) => one.sides[0].bytes.length !== 5);
    expect(told.length).toBe(1);
    expect(told[0].sides.map((side) => side.bytes)).toEqual([numbers(asked), numbers(asked)]);
  });

  it.each([
    ['zero', 0],
    ['after 2038', 2_200_000_000],
    ['the last second', 4_294_967_290],
  ])('%s', (_, seconds) => {
    const list = conversation([client(asked), fin('client'), fin('server')], { at: seconds * second });
    const { only, tracker } = track(list);
    expect([only.ended, only.sides[0].bytes]).toEqual(['fin', numbers(asked)]);
    expect(tracker.clock.seconds).toBe(seconds);
  });

  it('a first packet of the year 2106 does not freeze time: what is idle ends, and no duration is negative', () => {
    const strange = other(4_294_967_000 * second, 99).slice(0, 1);
    const silent = conversation([client(asked)]);
    const later = Array.from({ length: 40 }, (_, i) => other(defaultStart + (i + 1) * 10 * second, 200 + i)).flat();
    const { recorder, tracker } = track([...strange, ...silent, ...later], { unfinished: true });
    expect(recorder.calls.filter((call) => call.startsWith('ended')).slice(0, 2)).toEqual([
      'ended 0 expired at 1',
      'ended 1 expired at 6',
    ]);
    expect(tracker.clock.seconds).toBe(Math.floor(later[later.length - 1].at / second));
    const { firstSeconds, firstNanos, lastSeconds, lastNanos } = tracker.slots;
    for (let slot = 0; slot < tracker.connections; slot++) {
      expect(
        lastSeconds[slot] - firstSeconds[slot] + (lastNanos[slot] - firstNanos[slot]) / 1e9,
      ).toBeGreaterThanOrEqual(0);
    }
  });

  it('a connection that began a year ahead keeps its time while time moves back; each stamp that went back is counted', () => {
    const ahead = conversation([client(asked)], { at: defaultStart + 365 * 86_400 * second });
    const list = [...ahead, ...Array.from({ length: 20 }, (_, i) => acknowledgeAt(defaultStart + i * 1000))];
    const { tracker, counts, connections } = track(list, { unfinished: true });
    expect(connections.length).toBe(1);
    expect([tracker.slots.firstSeconds[0], tracker.slots.lastSeconds[0]]).toEqual([
      ahead[0].at / second,
      ahead[0].at / second,
    ]);
    expect(tracker.clock.seconds).toBe(defaultStart / second);
    expect([counts.clockBackward, tracker.clock.movedBack]).toEqual([20, 1]);
  });

  it('two clocks an hour apart in turn: no storm, whatever is not idle stays', () => {
    const lists = Array.from({ length: 30 }, (_, i) => [
      ...conversation([client(asked)], { at: defaultStart + i * second, client: { port: 5000 + i } }),
      ...Array.from({ length: 20 }, (_, k) =>
        acknowledgeAt(defaultStart + i * second + 500_000 + k - (i % 2) * 3600 * second),
      ),
    ]);
    const { recorder } = track(lists.flat(), { unfinished: true });
    expect(recorder.calls.filter((call) => call.startsWith('ended'))).toEqual([]);
  });

  it('a file border lets the clock jump at once', () => {
    const { recorder, tracker, feed } = track(conversation([client(asked)]), { unfinished: true });
    tracker.clock.fileBorder();
    feed(frames(other(defaultStart + 86_400 * second)));
    expect(recorder.calls.some((call) => call.startsWith('ended 0 expired'))).toBe(true);
  });
});

describe('B30 many connections', () => {
  it('beyond the limit the idlest goes, those of ours last', () => {
    const { recorder, tracker, feed } = makeTracker({ connectionsMax: 4 });
    feed(frames(conversation([client(asked)], { client: { port: 1 } })));
    tracker.identified(0);
    for (let i = 0; i < 10; i++)
      feed(frames(conversation([client(asked)], { client: { port: 10 + i }, at: defaultStart + i * second })));
    expect(tracker.slots.used).toBe(4);
    expect(tracker.counts.evicted).toBe(7);
    expect(recorder.calls.filter((call) => call.includes('evicted')).length).toBe(7);
    expect(recorder.connections.filter((told) => told.ended === null).length).toBe(4);
  });

  it('an evicted one is stamped with its own last packet', () => {
    const first = conversation([client(asked)], { client: { port: 1 } });
    const { recorder } = track([...first, ...other(defaultStart + second)], { limits: { connectionsMax: 1 } });
    expect(recorder.connections[0]).toMatchObject({ ended: 'evicted', frame: first.length });
  });

  it('slots are used again without anything of those before', () => {
    const { recorder, tracker, feed } = makeTracker({ connectionsMax: 2 });
    const list = conversation([client(asked), server(asked), fin('client')], { client: { mss: 50 } });
    for (let i = 0; i < 50; i++) {
      const one = conversation([client(asked), server(asked), fin('client')], {
        client: { port: 1000 + i, mss: 50, sequence: (i * 0x10001234) >>> 0 },
        at: defaultStart + i * second,
      });
      feed(frames(i % 3 === 0 ? without(one, 4, 9) : i % 3 === 1 ? one.slice(3) : one));
    }
    tracker.finish();
    const fresh = [0, 1, 2].map((kind) => {
      const told = track(kind === 0 ? without(list, 4, 9) : kind === 1 ? list.slice(3) : list).only;
      return [told.sides.map((side) => side.bytes), told.covered, told.missed];
    });
    expect(recorder.connections.length).toBe(50);
    recorder.connections.forEach((told, i) => {
      expect([told.sides.map((side) => side.bytes), told.covered, told.missed]).toEqual(fresh[i % 3]);
    });
  });

  it('200,000 half-open ones: each is found in a step or two, and ends once', () => {
    // Counts steps, not time: linear work whatever the machine does.
    const { recorder, tracker } = makeTracker();
    const { slots } = tracker;
    let steps = 0;
    const after = slots.after.bind(slots);
    slots.after = (slot) => {
      steps++;
      return after(slot);
    };
    const packet = new Packet();
    packet.flags = SYN;
    for (let i = 0; i < 200_000; i++) {
      packet.words.set([0, 0, 0xffff, 0x0a000000 + (i >>> 8), 0, 0, 0xffff, 0x0a800001]);
      packet.sourcePort = 1024 + (i & 0xff);
      packet.targetPort = 104;
      packet.sequence = Math.imul(i, 2_654_435_761) >>> 0;
      packet.identification = i & 0xffff;
      tracker.tick(1_767_600_000 + Math.floor(i / 10_000), 0);
      tracker.segment(packet, 0, 0, i + 1);
    }
    expect([tracker.connections, slots.used]).toEqual([200_000, 200_000]);
    expect(steps).toBeLessThan(400_000);
    expect(slots.capacity).toBe(limits.connectionsMax);
    expect(recorder.calls.length).toBe(0);
    tracker.tick(1_767_600_000 + 200, 0);
    expect(slots.used).toBe(0);
    expect(recorder.calls.length).toBe(3 * 200_000);
  });

  it('made-up numbers between two ends: few connections at once', () => {
    const { tracker } = makeTracker();
    const { slots } = tracker;
    let steps = 0;
    const after = slots.after.bind(slots);
    slots.after = (slot) => {
      steps++;
      return after(slot);
    };
    const packet = new Packet();
    packet.flags = 16;
    packet.words.set([0, 0, 0xffff, 1, 0, 0, 0xffff, 2]);
    for (let i = 0; i < 20_000; i++) {
      packet.sequence = Math.imul(i, 2_654_435_761) >>> 0;
      tracker.tick(1_767_600_000, i);
      tracker.segment(packet, 0, 0, i + 1);
    }
    expect(slots.used).toBeLessThanOrEqual(limits.sameKeyConnectionsMax);
    expect(steps).toBeLessThan(20_000 * (limits.sameKeyConnectionsMax + 1));
  });
});

it('many connections interleaved give what each gives alone', () => {
  const one = (i: number) =>
    conversation([client(counting(200, i)), server(counting(100, i)), fin('server'), fin('client')], {
      client: { port: 2000 + i, mss: 30 + i },
      at: defaultStart + i * 37,
    });
  const { connections } = track(merged(...Array.from({ length: 60 }, (_, i) => one(i))));
  expect(connections.length).toBe(60);
  connections.forEach((told, i) => {
    const alone = track(one(i)).only;
    expect([told.sides, told.ended]).toEqual([alone.sides, alone.ended]);
  });
});
