// Proves that the lanes of the tracker agree: of every capture, and of every disturbed one, the short lane, and the
// shortest before it, lead to the same calls, at the same stamps, the same counts and the same table as the long lane alone.
import { expect, it } from 'vitest';
import type { Batch } from '../../src/capture/batch.ts';
import { Decoder } from '../../src/decode/decode.ts';
import { Heads } from '../../src/decode/heads.ts';
import { Next } from '../../src/decode/packet.ts';
import { limits as defaultLimits } from '../../src/model/limits.ts';
import type { StreamConsumer } from '../../src/tcp/streams.ts';
import { Tracker } from '../../src/tcp/tracker.ts';
import { disturbed } from '../support/mutations.ts';
import { scenes } from '../support/scenes.ts';

/** Small ones, so that what bounds do is met. */
const limits = {
  ...defaultLimits,
  connectionsMax: 40,
  holePacketsMax: 8,
  windowBytesMax: 1 << 20,
  markedBytesMax: 400,
  checksumBytesMax: 200,
};

type Lanes = 'all' | 'two' | 'long';

/** What a tracker does with the packets of a capture: its calls and its table after the last. */
function run(batches: readonly Batch[], lanes: Lanes): { calls: string[]; after: string[]; inRuns: number } {
  const calls: string[] = [];
  let inRuns = 0;
  const call = (what: string, slot: number, ...rest: readonly unknown[]): void => {
    const { seconds, nanos, input, frame } = tracker.streams;
    calls.push([what, slot, ...rest, 'at', seconds, nanos, input, frame].join(' '));
  };
  const consumer: StreamConsumer = {
    data: (slot, side, bytes, start, end) => {
      let sum = 0;
      for (let i = start; i < end; i++) sum = (Math.imul(sum, 31) + bytes[i]) | 0;
      call('data', slot, side, end - start, sum);
      if (calls.length % 7 === 0) tracker.identified(slot);
      if (calls.length % 5 === 0) tracker.streams.paused = true;
    },
    gap: (slot, side, length) => call('gap', slot, side, length),
    close: (slot, side, how) => call('close', slot, side, how),
    ended: (slot, how) => call('ended', slot, how),
    path: (slot, packet) => call('path', slot, packet.vlanCount, packet.tunnelMark),
  };
  const tracker = new Tracker(limits, consumer, 7);
  const decoder = new Decoder(limits);
  const heads = new Heads();
  for (const batch of batches) {
    heads.list(batch, 0, batch.count);
    for (let i = 0; i < batch.count; i++) {
      if (lanes === 'all') {
        const next = tracker.run(batch, heads.rows, i, Math.min(batch.count, i + (i % 9)), 1);
        inRuns += next - i;
        tracker.streams.paused = false;
        i = next;
        if (i === batch.count) break;
      }
      tracker.tick(batch.seconds[i], batch.nanos[i]);
      if (decoder.decode(batch, i) !== Next.tcp) continue;
      const { packet } = decoder;
      const { tunnel } = packet;
      if (lanes !== 'long') tracker.segment(packet, tunnel, 1, batch.frame[i]);
      else tracker.general(tracker.slots.first(packet, tunnel), packet, tunnel, 1, batch.frame[i]);
    }
  }
  const after = [JSON.stringify(tracker.counts), ...tableOf(tracker)];
  tracker.finish();
  return { calls, after, inRuns };
}

/** Every column of the table, and the order in which connections age. */
function tableOf({ slots }: Tracker): string[] {
  const columns = Object.entries(slots)
    .filter(([, column]) => ArrayBuffer.isView(column))
    .map(([name, column]) => `${name} ${column.join(' ').replace(/( 0)+$/, '')}`);
  return columns;
}

it.each(scenes())('%s', async (scene) => {
  for (const batches of await disturbed(scene, 6)) {
    const [all, two, long] = [run(batches, 'all'), run(batches, 'two'), run(batches, 'long')];
    expect(two.calls).toEqual(long.calls);
    expect(two.after).toEqual(long.after);
    expect(all.calls).toEqual(long.calls);
    expect(all.after).toEqual(long.after);
  }
});

it('many segments of a short transfer go the shortest lane', async () => {
  // Proves that it is there for what it is made for: handshakes, first bytes and every other packet of the loop above do not.
  const [batches] = await disturbed('store.pcap', 0);
  const packets = batches.reduce((sum, { count }) => sum + count, 0);
  expect(run(batches, 'all').inRuns / packets).toBeGreaterThan(0.4);
});
