import { Decoder } from '../../src/decode/decode.ts';
import { Next, type Packet } from '../../src/decode/packet.ts';
import type { Side } from '../../src/model/facts.ts';
import { limits as defaultLimits, type Limits } from '../../src/model/limits.ts';
import type { Ended, StreamConsumer } from '../../src/tcp/consumer.ts';
import { Tracker } from '../../src/tcp/tracker.ts';
import { batches } from '../support/batch.ts';
import type { Frame } from '../support/capture.ts';
import { conversation, frames, type Segment, type Speaker } from '../support/conversation.ts';
import { linkTypes } from '../support/link.ts';

/** One direction as a consumer was told of it: a byte, or -1 for each missing one. */
export interface Stream {
  readonly bytes: number[];
  closed: 'fin' | 'cut' | null;
}

/** A connection as a consumer was told of it. With the default ends side 0 is the client. */
export interface Told {
  readonly slot: number;
  readonly sides: [Stream, Stream];
  readonly vlans: number[][];
  ended: Ended | null;
  covered: number[];
  missed: number[];
  /** Frame number of the tracker's stamp at the end. */
  frame: number;
}

/** Records what a tracker tells, and complains of what it must never tell. */
class Recorder implements StreamConsumer {
  readonly connections: Told[] = [];
  /** Every call as a line of text, in order. */
  readonly calls: string[] = [];
  /** Frame number of the tracker's stamp at each gap. */
  readonly gapFrames: number[] = [];
  tracker: Tracker | null = null;
  private readonly live = new Map<number, Told>();

  data(slot: number, side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (end <= start) throw new Error('data without bytes');
    const stream = this.open(slot, side);
    for (let i = start; i < end; i++) stream.bytes.push(bytes[i]);
    this.calls.push(`data ${slot} ${side} ${Buffer.from(bytes.subarray(start, end)).toString('hex')}`);
  }

  gap(slot: number, side: Side, length: number): void {
    if (length <= 0) throw new Error(`a gap of ${length}`);
    const stream = this.open(slot, side);
    for (let i = 0; i < Math.min(length, 65_536); i++) stream.bytes.push(-1);
    this.gapFrames.push((this.tracker as Tracker).streams.frame);
    this.calls.push(`gap ${slot} ${side} ${length}`);
  }

  close(slot: number, side: Side, how: 'fin' | 'cut'): void {
    this.open(slot, side).closed = how;
    this.calls.push(`close ${slot} ${side} ${how}`);
  }

  ended(slot: number, how: Ended): void {
    const told = this.of(slot);
    told.ended = how;
    const { slots, streams } = this.tracker as Tracker;
    told.covered = [slots.covered[2 * slot], slots.covered[2 * slot + 1]];
    told.missed = [slots.missed[2 * slot], slots.missed[2 * slot + 1]];
    told.frame = streams.frame;
    this.live.delete(slot);
    this.calls.push(`ended ${slot} ${how} at ${streams.frame}`);
  }

  path(slot: number, packet: Packet): void {
    this.of(slot).vlans.push(Array.from(packet.vlans.subarray(0, packet.vlanCount)));
  }

  private open(slot: number, side: Side): Stream {
    const stream = this.of(slot).sides[side];
    if (stream.closed !== null) throw new Error(`told of side ${side} after its close`);
    return stream;
  }

  private of(slot: number): Told {
    let told = this.live.get(slot);
    if (told === undefined) {
      const stream = (): Stream => ({ bytes: [], closed: null });
      told = { slot, sides: [stream(), stream()], vlans: [], ended: null, covered: [], missed: [], frame: 0 };
      this.live.set(slot, told);
      this.connections.push(told);
    }
    return told;
  }
}

export interface TrackOptions {
  readonly limits?: Partial<Limits>;
  /** Packets a batch holds. */
  readonly batch?: number;
  /** Bytes captured of each frame. */
  readonly snapLength?: number;
  readonly hashSeed?: number;
  /** Leaves the connections as they are after the last packet. */
  readonly unfinished?: boolean;
}

/** What a tracker tells of these segments, and the tracker afterwards. */
export function track(segments: readonly Segment[], options: TrackOptions = {}) {
  return trackFrames(frames(segments), options);
}

function trackFrames(list: readonly Frame[], options: TrackOptions = {}) {
  const cut = list.map((frame) => ({
    ...frame,
    bytes: frame.bytes.subarray(0, options.snapLength),
    original: frame.bytes.length,
  }));
  const { recorder, tracker, feed } = makeTracker(options.limits, options.hashSeed);
  feed(cut, options.batch);
  if (!options.unfinished) tracker.finish();
  const { connections } = recorder;
  return { recorder, tracker, connections, only: connections[0], counts: tracker.counts, feed };
}

export function makeTracker(limits: Partial<Limits> = {}, hashSeed = 0) {
  const recorder = new Recorder();
  const all = { ...defaultLimits, ...limits };
  const tracker = new Tracker(all, recorder, hashSeed);
  recorder.tracker = tracker;
  const decoder = new Decoder(all);
  let given = 0;
  const feed = (list: readonly Frame[], batchPackets?: number) => {
    for (const batch of batches(list, linkTypes.ethernet, batchPackets)) {
      tracker.holes.lend(batch.bytes);
      for (let i = 0; i < batch.count; i++) {
        tracker.tick(batch.seconds[i], batch.nanos[i]);
        given++;
        if (decoder.decode(batch, i) === Next.tcp) tracker.segment(decoder.packet, 0, 0, given);
      }
      // Memory of a batch is used again for the next.
      tracker.holes.settle();
      batch.bytes.fill(0xee);
    }
  };
  return { recorder, tracker, feed };
}

/** One segment of the default conversation, for what no dialogue brings about. */
export function segment(from: Speaker, given: Partial<Segment>): Segment {
  const [template] = conversation([]);
  return { ...template, from, options: new Uint8Array(0), ipId: (given.sequence ?? 0) & 0xffff, ...given };
}

/** First sequence numbers of data in a default conversation. */
export const clientFirst = 1_000_001;
export const serverFirst = 5_000_001;

export function numbers(bytes: Uint8Array): number[] {
  return Array.from(bytes);
}

export function missing(length: number): number[] {
  return new Array<number>(length).fill(-1);
}
