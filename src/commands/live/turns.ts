import type { Batch } from '../../capture/batch.ts';

/** Packets `from` to `to` of a batch of the interface `rank`. */
type Deliver = (rank: number, batch: Batch, from: number, to: number) => void;

/**
 * Several interfaces as one stream, on packet time: a packet waits until every other interface that is being listened
 * to has come as far, or has been silent for `quietMs`. So a connection whose directions come by two interfaces is read
 * in order, and an interface without traffic holds nobody up for longer. One interface alone never waits.
 */
export class Turns {
  private readonly deliver: Deliver;
  private readonly quietMs: number;
  private readonly now: () => number;
  private readonly lanes: Lane[];
  private timer: NodeJS.Timeout | null = null;

  /** `now`: milliseconds of a clock that never steps. */
  constructor(count: number, deliver: Deliver, quietMs = 300, now: () => number = () => performance.now()) {
    this.deliver = deliver;
    this.quietMs = quietMs;
    this.now = now;
    this.lanes = Array.from({ length: count }, (_, rank) => {
      return { rank, listening: false, heardAt: 0, seconds: 0, nanos: 0, batch: null, at: 0, done: () => {} };
    });
  }

  /** The next packets of an interface; to be waited for, as its memory is used again. */
  take(rank: number, batch: Batch): Promise<void> | null {
    const lane = this.lanes[rank];
    lane.listening = true;
    lane.heardAt = this.now();
    if (batch.count === 0) return null;
    if (this.lanes.length === 1) {
      this.deliver(rank, batch, 0, batch.count);
      return null;
    }
    lane.batch = batch;
    lane.at = 0;
    const waited = new Promise<void>((resolve) => {
      lane.done = resolve;
    });
    this.settle();
    return lane.batch === null ? null : waited;
  }

  /** Whether more is to be expected of an interface: while not, nobody waits for it. */
  listens(rank: number, listening: boolean): void {
    this.lanes[rank].listening = listening;
    this.lanes[rank].heardAt = this.now();
    this.settle();
  }

  /** Whether nothing came for `ms`, and nothing waits. */
  silentFor(ms: number): boolean {
    const now = this.now();
    return this.lanes.every(({ batch, heardAt }) => batch === null && now - heardAt >= ms);
  }

  private settle(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    for (;;) {
      const lane = this.foremost();
      if (lane === null) return;
      const batch = lane.batch as Batch;
      const to = this.until(lane, batch);
      if (to === lane.at) {
        this.timer = setTimeout(() => this.settle(), Math.max(1, this.quietIn(lane)));
        return;
      }
      this.deliver(lane.rank, batch, lane.at, to);
      lane.at = to;
      lane.seconds = batch.seconds[to - 1];
      lane.nanos = batch.nanos[to - 1];
      if (to < batch.count) continue;
      lane.batch = null;
      lane.heardAt = this.now();
      lane.done();
    }
  }

  /** Of those with packets the one whose next is the oldest; ties in order. */
  private foremost(): Lane | null {
    let found: Lane | null = null;
    for (const lane of this.lanes) {
      if (lane.batch !== null && (found === null || compareNext(lane, found) < 0)) found = lane;
    }
    return found;
  }

  /** Up to where the packets of a lane are not newer than what the others have, or may still bring. */
  private until(lane: Lane, batch: Batch): number {
    let to = batch.count;
    for (const other of this.lanes) {
      if (other === lane || this.isQuiet(other)) continue;
      const { seconds, nanos } = other.batch === null ? other : nextOf(other);
      to = runEnd(batch, lane.at, to, seconds, nanos);
    }
    return to;
  }

  private isQuiet({ batch, listening, heardAt }: Lane): boolean {
    return batch === null && (!listening || this.now() - heardAt >= this.quietMs);
  }

  /** Milliseconds until one of those that hold `lane` up is taken for quiet. */
  private quietIn(lane: Lane): number {
    const holding = this.lanes.filter((other) => other !== lane && other.batch === null && !this.isQuiet(other));
    return Math.min(...holding.map(({ heardAt }) => heardAt + this.quietMs - this.now()));
  }
}

interface Lane {
  readonly rank: number;
  listening: boolean;
  /** When something last came of it. */
  heardAt: number;
  /** Stamp of the last packet delivered. */
  seconds: number;
  nanos: number;
  batch: Batch | null;
  at: number;
  done: () => void;
}

function nextOf({ batch, at }: Lane): { seconds: number; nanos: number } {
  const { seconds, nanos } = batch as Batch;
  return { seconds: seconds[at], nanos: nanos[at] };
}

function compareNext(a: Lane, b: Lane): number {
  const [x, y] = [nextOf(a), nextOf(b)];
  return x.seconds - y.seconds || x.nanos - y.nanos;
}

/** The first packet after a moment; packets of the moment itself still go. */
function runEnd(
  { seconds, nanos }: Batch,
  from: number,
  count: number,
  lastSeconds: number,
  lastNanos: number,
): number {
  let at = from;
  while (at < count && (seconds[at] < lastSeconds || (seconds[at] === lastSeconds && nanos[at] <= lastNanos))) at++;
  return at;
}
