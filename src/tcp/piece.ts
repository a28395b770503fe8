/** In place of bytes that nobody will read: they came, and are not kept. */
export const unread = new Uint8Array(0);

/** What a piece costs beside its bytes. */
const pieceBytes = 200;

/**
 * A piece of a stream that came early: `length` bytes from `start` on the wire, of which the first `captured` are
 * there.
 */
export class Piece {
  start = 0;
  length = 0;
  /** Memory of `Spares`, or lent to them. Or `unread`: then all of it was captured, and nothing is there. */
  bytes: Uint8Array = unread;
  /** Where in that memory it begins. */
  from = 0;
  captured = 0;
  /** The sum of its segment's headers, which is to be settled if it is read (`Checks`); 0 when nothing is owed. */
  owed = 0;
  /** When it came: packets of the connection counted by `Reorder.packets`, and milliseconds of packet time. */
  packet = 0;
  ms = 0;

  /** Memory held. */
  get cost(): number {
    return pieceBytes + this.captured;
  }
}
