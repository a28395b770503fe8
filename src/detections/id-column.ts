import { spread } from '../bytes/column.ts';

/** A kind letter and 26 characters of base32. */
const idBytes = 27;

/**
 * An id, or none, at each place of a table: half of what as many strings take, and nothing for the collector to move.
 */
export class IdColumn {
  private characters = new Uint8Array(0);

  /** Makes room for so many places. */
  reach(places: number): void {
    this.characters = spread(this.characters, places * idBytes);
  }

  enter(place: number, id: string | null): void {
    const { characters } = this;
    const from = place * idBytes;
    const length = id?.length ?? 0;
    for (let i = 0; i < idBytes; i++) characters[from + i] = i < length ? (id as string).charCodeAt(i) : 0;
  }

  of(place: number): string | null {
    const from = place * idBytes;
    const of = this.characters.subarray(from, from + idBytes);
    return of[0] === 0 ? null : String.fromCharCode(...of.filter((character) => character !== 0));
  }
}
