import { type Piece, unread } from './piece.ts';
import { Spares } from './spares.ts';

/**
 * Shifted pieces that are forgotten together, at least: to move the others up for each would take as long as to hand it
 * on.
 */
const shiftedMin = 64;

/**
 * The out-of-order bytes of one direction: pieces in stream order without overlap, the first copy of a byte
 * kept. Positions count from the first byte of the stream and may pass 4 GiB.
 */
export class Reorder {
  /** Pieces from `first` on; those before it were shifted. */
  private readonly list: Piece[] = [];
  private first = 0;
  /** Where the last piece ends; 0 without any. */
  end = 0;
  /** Bytes of the wire that came, whether they are kept or only their place is. */
  length = 0;
  /** Memory held: a flood of one-byte pieces must not pass the bound for all connections by its objects. */
  cost = 0;
  /** Copies that differed from the bytes already held. */
  conflicts = 0;
  /** Packets of the connection while this holds any. */
  packets = 0;
  /** Stream positions between which bytes need not be kept, beyond some that are. */
  foreseenFrom = 0;
  foreseenTo = 0;
  /** When it was made (`Order`). */
  readonly since: number;
  private readonly spares: Spares;

  /** `spares` of all connections: whoever shifts a piece gives it back. */
  constructor(spares: Spares = new Spares(), since = 0) {
    this.spares = spares;
    this.since = since;
  }

  get count(): number {
    return this.list.length - this.first;
  }

  /** The first piece, where there is one. */
  get head(): Piece {
    return this.list[this.first];
  }

  get pieces(): readonly Piece[] {
    return this.list.slice(this.first);
  }

  /**
   * Keeps what is new of a segment. Copies bytes, but `unread` ones and those in memory that was lent; answers how many
   * wire bytes were new. `end - start` may be less than `length`: the snap length cut the rest. The sum that is `owed`
   * is kept where all of it is new.
   */
  add(position: number, length: number, bytes: Uint8Array, start: number, end: number, ms: number, owed = 0): number {
    const { list } = this;
    let index = this.search(position);
    let at = position;
    const stop = position + length;
    let added = 0;
    while (at < stop) {
      const next = index < list.length ? list[index] : undefined;
      if (next !== undefined && next.start <= at) {
        const over = Math.min(stop, next.start + next.length);
        if (over > at) {
          this.compare(next, at, over, bytes, start + (at - position), end);
          at = over;
        }
        index++;
        continue;
      }
      const until = next === undefined ? stop : Math.min(stop, next.start);
      added += until - at;
      const before = index > this.first ? list[index - 1] : undefined;
      if (bytes === unread && before?.bytes === unread && before.start + before.length === at) {
        before.length += until - at;
        at = until;
        continue;
      }
      const from = Math.min(end, start + (at - position));
      const to = Math.min(end, start + (until - position));
      const piece = this.spares.piece();
      piece.start = at;
      piece.length = until - at;
      piece.captured = 0;
      piece.owed = until - at === length ? owed : 0;
      if (bytes !== unread) this.spares.fill(piece, bytes, from, to);
      piece.packet = this.packets;
      piece.ms = ms;
      if (index === list.length) list.push(piece);
      else list.splice(index, 0, piece);
      this.cost += piece.cost;
      at = until;
      index++;
    }
    this.end = Math.max(this.end, stop);
    this.length += added;
    return added;
  }

  /** Whether bytes that nobody will read go on with such at the end, and are one piece with them from now on. */
  lengthens(position: number, length: number): boolean {
    if (position !== this.end) return false;
    const last = this.list[this.list.length - 1];
    if (last.bytes !== unread) return false;
    last.length += length;
    this.length += length;
    this.end += length;
    return true;
  }

  /** Whether all `length` bytes from `position` are held. */
  covers(position: number, length: number): boolean {
    const { list } = this;
    const stop = position + length;
    let at = position;
    for (let index = this.search(position); index < list.length && at < stop; index++) {
      const { start, length: held } = list[index];
      if (start > at) return false;
      at = Math.max(at, start + held);
    }
    return at >= stop;
  }

  /** Takes the first piece out. */
  shift(): Piece {
    const piece = this.head;
    this.first++;
    this.length -= piece.length;
    this.cost -= piece.cost;
    if (this.count === 0) this.end = 0;
    if (this.first >= shiftedMin && 2 * this.first >= this.list.length) {
      this.list.splice(0, this.first);
      this.first = 0;
    }
    return piece;
  }

  /**
   * Index of the last piece that starts at or before `position`, or of the first. Nearly always that is the last of
   * all.
   */
  private search(position: number): number {
    const { list } = this;
    let low = this.first;
    let high = list.length;
    if (low < high && list[high - 1].start <= position) return high - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (list[middle].start <= position) low = middle + 1;
      else high = middle;
    }
    return Math.max(this.first, low - 1);
  }

  private compare(piece: Piece, from: number, to: number, bytes: Uint8Array, at: number, end: number): void {
    const offset = from - piece.start;
    const length = Math.min(to - from, end - at, piece.captured - offset);
    const first = piece.from + offset;
    for (let i = 0; i < length; i++) {
      if (piece.bytes[first + i] !== bytes[at + i]) {
        this.conflicts++;
        return;
      }
    }
  }
}
