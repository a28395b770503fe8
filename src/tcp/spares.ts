import { Piece, unread } from './piece.ts';

/** Room for the payload of a full segment over Ethernet, and the least for which it is not too large. */
const roomBytes = 1536;
const bytesMin = 1024;
/** Kept for the next time, 3 MB: what comes early comes in swarms. */
const keptMax = 2048;

/**
 * Copies of payloads, most of them full segments, and the pieces that hold them: these are used again and again, for
 * making and collecting them takes ten times as long as copying. What lies in memory that stays as it is for a while is
 * copied only if it is still held then: most of what comes early does not wait for so long.
 */
export class Spares {
  private readonly rooms: Uint8Array[] = [];
  private readonly pieces: Piece[] = [];
  /** Memory that was lent, and the pieces that were put there, `borrowing` in number: of some it was read already. */
  private lent: Uint8Array = unread;
  private readonly borrowers: Piece[] = [];
  private borrowing = 0;

  /** This memory stays as it is until `settle`. */
  lend(bytes: Uint8Array): void {
    this.lent = bytes;
  }

  /** It is used for something else from now on: what is still held there is copied. */
  settle(): void {
    for (let i = 0; i < this.borrowing; i++) {
      const piece = this.borrowers[i];
      if (piece.bytes === this.lent) this.copy(piece);
    }
    this.borrowing = 0;
    this.lent = unread;
  }

  /** Gives a piece bytes `from` to `to`. */
  fill(piece: Piece, bytes: Uint8Array, from: number, to: number): void {
    piece.bytes = bytes;
    piece.from = from;
    piece.captured = to - from;
    if (bytes === this.lent) this.borrowers[this.borrowing++] = piece;
    else this.copy(piece);
  }

  private copy(piece: Piece): void {
    const { bytes, from, captured } = piece;
    piece.from = 0;
    if (captured < bytesMin || captured > roomBytes) {
      piece.bytes = bytes.slice(from, from + captured);
      return;
    }
    piece.bytes = this.rooms.pop() ?? new Uint8Array(roomBytes);
    piece.bytes.set(bytes.subarray(from, from + captured));
  }

  /** A piece to be filled in. */
  piece(): Piece {
    return this.pieces.pop() ?? new Piece();
  }

  /** Nobody reads this piece any more, nor its bytes. */
  giveBack(piece: Piece): void {
    const { bytes } = piece;
    piece.bytes = unread;
    if (bytes.length === roomBytes && bytes !== this.lent && this.rooms.length < keptMax) this.rooms.push(bytes);
    if (this.pieces.length < keptMax) this.pieces.push(piece);
  }
}
