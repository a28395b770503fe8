import type { Batch } from './batch.ts';
import type { PacketTime } from './series.ts';

/** One series of captures, read in its own order. */
export interface Series {
  /** Time of its first packet, known before anything is opened; null when it has none, or when it is not known yet. */
  readonly firstTime: PacketTime | null;
  /**
   * The next packets of the series and the input they are of, or null at its end. Memory is reused by the next call.
   */
  next(): Promise<SeriesBatch | null>;
}

export interface SeriesBatch {
  readonly batch: Batch;
  /** Number of the input (file), as the engine numbers them. */
  readonly input: number;
}

/** Packets `from` to `to` of a batch, in order. */
export type Deliver = (batch: Batch, from: number, to: number, input: number) => void;

/**
 * Merges series on packet time, ties in the order given; inside a series its own order holds. Delivers the longest
 * runs there are: a whole batch wherever no other series is open. A series is opened only when its first packet's
 * turn has come. Ends early, between two runs, when `stopped` says so. Waits after a run for what `room` gives, where
 * what was made of the packets has to find its place first.
 */
export async function merge(
  series: readonly Series[],
  deliver: Deliver,
  stopped: () => boolean,
  room: () => Promise<void> | null = () => null,
): Promise<void> {
  const waiting = series.map((one, rank) => makeCursor(one, rank)).sort(before);
  const open: Cursor[] = [];
  while (!stopped()) {
    while (waiting.length > 0 && opensNow(waiting[0], open)) {
      const cursor = waiting.shift()!;
      if (await refill(cursor)) open.push(cursor);
    }
    if (open.length === 0) {
      if (waiting.length === 0) return;
      continue;
    }
    open.sort(before);
    const first = open[0];
    const until = waiting.length > 0 ? waiting[0] : null;
    const rival = open.length === 1 ? until : until === null || before(open[1], until) < 0 ? open[1] : until;
    const to = rival === null ? first.batch!.count : runEnd(first, rival);
    deliver(first.batch!, first.at, to, first.input);
    const crowded = room();
    if (crowded !== null) await crowded;
    first.at = to;
    if (to < first.batch!.count) stampOf(first);
    else if (!(await refill(first))) open.shift();
  }
}

/** Where a series stands: its next packet. */
interface Cursor {
  readonly series: Series;
  /** Place in the order given: decides ties. */
  readonly rank: number;
  batch: Batch | null;
  input: number;
  at: number;
  seconds: number;
  nanos: number;
}

function makeCursor(series: Series, rank: number): Cursor {
  const { seconds, nanos } = series.firstTime ?? { seconds: -1, nanos: 0 };
  return { series, rank, batch: null, input: 0, at: 0, seconds, nanos };
}

/** A series whose first time is not known is opened at once, to learn it. */
function opensNow(next: Cursor, open: readonly Cursor[]): boolean {
  return next.seconds < 0 || open.length === 0 || open.every((cursor) => before(next, cursor) < 0);
}

async function refill(cursor: Cursor): Promise<boolean> {
  for (;;) {
    const next = await cursor.series.next();
    if (next === null) return false;
    if (next.batch.count === 0) continue;
    cursor.batch = next.batch;
    cursor.input = next.input;
    cursor.at = 0;
    stampOf(cursor);
    return true;
  }
}

function stampOf(cursor: Cursor): void {
  cursor.seconds = cursor.batch!.seconds[cursor.at];
  cursor.nanos = cursor.batch!.nanos[cursor.at];
}

function before(a: Cursor, b: Cursor): number {
  return a.seconds - b.seconds || a.nanos - b.nanos || a.rank - b.rank;
}

/** The first packet of the cursor's batch that comes after the rival's next one. */
function runEnd(cursor: Cursor, rival: Cursor): number {
  const { count, seconds, nanos } = cursor.batch!;
  const lastNanos = cursor.rank < rival.rank ? rival.nanos : rival.nanos - 1;
  let at = cursor.at + 1;
  while (at < count) {
    if (seconds[at] > rival.seconds) break;
    if (seconds[at] === rival.seconds && nanos[at] > lastNanos) break;
    at++;
  }
  return at;
}
