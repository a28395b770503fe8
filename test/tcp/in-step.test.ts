// Proves that the two lanes of the tracker agree: of every capture, and of every disturbed one, the short lane leads to
// the same calls, at the same stamps, the same counts and the same table as the long lane alone.
import { expect, it } from 'vitest';
import type { Batch } from '../../src/capture/batch.ts';
import { Decoder } from '../../src/decode/decode.ts';
import { Next } from '../../src/decode/packet.ts';
import { limits as defaultLimits } from '../../src/model/limits.ts';
import type { StreamConsumer } from '../../src/tcp/streams.ts';
import { Tracker } from '../../src/tcp/tracker.ts';
import { disturbed } from '../support/mutations.ts';
import { scenes } from '../support/scenes.ts';

/** Small ones, so that what bounds do is met. */
const limits = { ...defaultLimits, connectionsMax: 40, holePacketsMax: 8, windowBytesMax: 1 << 20 };

/** What a tracker does with the packets of a capture: its calls and its table after the last. */
function run(batches: readonly Batch[], lanes: 'both' | 'long'): { calls: string[]; after: string[] } {
  const calls: string[] = [];
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
    },
    gap: (slot, side, length) => call('gap', slot, side, length),
    close: (slot, side, how) => call('close', slot, side, how),
    ended: (slot, how) => call('ended', slot, how),
    path: (slot, packet) => call('path', slot, packet.vlanCount, packet.tunnelMark),
  };
  const tracker = new Tracker(limits, consumer, 7);
  const decoder = new Decoder(limits);
  for (const batch of batches) {
    for (let i = 0; i < batch.count; i++) {
      tracker.tick(batch.seconds[i], batch.nanos[i]);
      if (decoder.decode(batch, i) !== Next.tcp) continue;
      const { packet } = decoder;
      const { tunnel } = packet;
      if (lanes === 'both') tracker.segment(packet, tunnel, i % 2, batch.frame[i]);
      else tracker.general(tracker.slots.first(packet, tunnel), packet, tunnel, i % 2, batch.frame[i]);
    }
  }
  const after = [JSON.stringify(tracker.counts), ...tableOf(tracker)];
  tracker.finish();
  return { calls, after };
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
    const [both, long] = [run(batches, 'both'), run(batches, 'long')];
    expect(both.calls).toEqual(long.calls);
    expect(both.after).toEqual(long.after);
  }
});
