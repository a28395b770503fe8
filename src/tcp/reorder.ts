import { Spares } from './spares.ts';

/** A piece of a stream that came early: `length` bytes from `start` on the wire, of which the first `captured` are there. */
export interface Piece {
  start: number;
  length: number;
  /** From `spares`; may be longer than what was captured. */
  bytes: Uint8Array;
  captured: number;
  /** When it came: packets of the connection counted by `Reorder.packets`, and milliseconds of packet time. */
  packet: number;
  ms: number;
}

/** What a piece costs beside its bytes. */
const pieceBytes = 200;

/**
 * The out-of-order bytes of one direction: pieces in stream order without overlap, the first copy of a byte
 * kept. Positions count from the first byte of the stream and may pass 4 GiB.
 */
export class Reorder {
  readonly pieces: Piece[] = [];
  /** Bytes held, without what holds them. */
  bytes = 0;
  /** Copies that differed from the bytes already held. */
  conflicts = 0;
  /** Packets of the connection while this holds any. */
  packets = 0;
  /** When it was made (`Order`). */
  readonly since: number;
  private readonly spares: Spares;

  /** `spares` of all connections: whoever shifts a piece gives its bytes back. */
  constructor(spares: Spares = new Spares(), since = 0) {
    this.spares = spares;
    this.since = since;
  }

  /** Memory held: a flood of one-byte pieces must not pass the bound for all connections by its objects. */
  get cost(): number {
    return this.bytes + pieceBytes * this.pieces.length;
  }

  /**
   * Keeps what is new of a segment. Copies bytes; answers how many wire bytes were new.
   * `end - start` may be less than `length`: the snap length cut the rest.
   */
  add(position: number, length: number, bytes: Uint8Array, start: number, end: number, ms: number): number {
    const { pieces } = this;
    let index = this.search(position);
    let at = position;
    const stop = position + length;
    let added = 0;
    while (at < stop) {
      const next = pieces[index];
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
      const from = Math.min(end, start + (at - position));
      const to = Math.min(end, start + (until - position));
      const copy = this.spares.copy(bytes, from, to);
      const captured = to - from;
      const piece: Piece = { start: at, length: until - at, bytes: copy, captured, packet: this.packets, ms };
      if (index === pieces.length) pieces.push(piece);
      else pieces.splice(index, 0, piece);
      this.bytes += captured;
      added += until - at;
      at = until;
      index++;
    }
    return added;
  }

  /** Whether all `length` bytes from `position` are held. */
  covers(position: number, length: number): boolean {
    const { pieces } = this;
    const stop = position + length;
    let at = position;
    for (let index = this.search(position); index < pieces.length && at < stop; index++) {
      const { start, length: held } = pieces[index];
      if (start > at) return false;
      at = Math.max(at, start + held);
    }
    return at >= stop;
  }

  shift(): Piece {
    const piece = this.pieces.shift() as Piece;
    this.bytes -= piece.captured;
    return piece;
  }

  /** Index of the last piece that starts at or before `position`, or 0. */
  private search(position: number): number {
    const { pieces } = this;
    let low = 0;
    let high = pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (pieces[middle].start <= position) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  private compare(piece: Piece, from: number, to: number, bytes: Uint8Array, at: number, end: number): void {
    const offset = from - piece.start;
    const length = Math.min(to - from, end - at, piece.captured - offset);
    for (let i = 0; i < length; i++) {
      if (piece.bytes[offset + i] !== bytes[at + i]) {
        this.conflicts++;
        return;
      }
    }
  }
}
