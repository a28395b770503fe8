import type { Batch } from '../../src/capture/batch.ts';
import { Decoder } from '../../src/decode/decode.ts';
import { Heads } from '../../src/decode/heads.ts';
import { Next } from '../../src/decode/packet.ts';
import { limits as defaultLimits, type Limits } from '../../src/model/limits.ts';
import type { StreamConsumer } from '../../src/tcp/consumer.ts';
import { Tracker } from '../../src/tcp/tracker.ts';

/** Small ones, so that what bounds do is met. */
const small = {
  ...defaultLimits,
  connectionsMax: 40,
  holePacketsMax: 8,
  windowBytesMax: 1 << 20,
  markedBytesMax: 400,
  checksumBytesMax: 200,
};

/** Lanes of the tracker: all of them, the short and the long one, or the long one alone. */
export type Lanes = 'all' | 'two' | 'long';

export interface Tracked {
  readonly calls: readonly string[];
  /** What was counted, and the table, before the end. */
  readonly after: readonly string[];
  /** Packets that went the shortest lane. */
  readonly inRuns: number;
}

export interface TrackedOptions {
  readonly limits?: Partial<Limits>;
  /** The consumer says of up to so many bytes that it need not be shown them. */
  readonly unneededMax?: number;
  /** The shortest lane is tried with each packet, however often it took none. */
  readonly eager?: boolean;
  /** Rows of the table that are told. */
  readonly rowsMax?: number;
}

/** What a tracker does with the packets of a capture: its calls and its table after the last. */
export function tracked(batches: readonly Batch[], lanes: Lanes, options: TrackedOptions = {}): Tracked {
  const { unneededMax = 0, eager = false } = options;
  const limits = { ...small, ...options.limits };
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
    unneeded: () => (calls.length * 613) % (unneededMax + 1),
    unneededAfter: (_slot, _side, _bytes, start, end, ahead) => ((end - start) * 31 + ahead * 7) % (unneededMax + 1),
    passed: (slot, side, length) => call('passed', slot, side, length),
    gap: (slot, side, length) => call('gap', slot, side, length),
    close: (slot, side, how) => call('close', slot, side, how),
    ended: (slot, how) => call('ended', slot, how),
    path: (slot, packet) => call('path', slot, packet.vlanCount, packet.tunnelMark),
  };
  const tracker = new Tracker(limits, consumer, 7);
  const decoder = new Decoder(limits);
  const heads = new Heads();
  for (const given of batches) {
    // Memory that is used for something else after the batch; of all lanes as lent until then.
    const batch = { ...given, bytes: given.bytes.slice() };
    if (lanes === 'all') tracker.holes.lend(batch.bytes);
    heads.begin(batch, 0, batch.count);
    for (let i = 0; i < batch.count; i++) {
      if (lanes === 'all') {
        if (eager) Reflect.set(Reflect.get(tracker, 'longRun'), 'rest', 0);
        const next = tracker.run(batch, heads, i, Math.min(batch.count, i + (i % 9)), 1);
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
    tracker.holes.settle();
    batch.bytes.fill(0xee);
  }
  const after = [JSON.stringify(tracker.counts), ...tableOf(tracker, options.rowsMax)];
  tracker.finish();
  return { calls, after, inRuns };
}

/** Every column of the table, and the order in which connections age. */
function tableOf({ slots }: Tracker, rowsMax?: number): string[] {
  const columns = [...Object.entries(slots), ...Object.entries(slots.ends)];
  return columns
    .filter(([, column]) => ArrayBuffer.isView(column))
    .map(
      ([name, column]) =>
        `${name} ${column
          .subarray(0, rowsMax)
          .join(' ')
          .replace(/( 0)+$/, '')}`,
    );
}
