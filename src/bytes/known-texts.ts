/**
 * Texts made of wire bytes, remembered: the same UIDs, AE titles and versions come again and again, and a text that is
 * the same object is also found faster in a map. A place of the table is the last text that fell on it, so made-up
 * ones push others out and cost no memory.
 */
export class KnownTexts {
  private readonly make: (bytes: Uint8Array, start: number, end: number) => string;
  private readonly places: number;
  private readonly bytes: Uint8Array;
  private readonly lengths: Uint8Array;
  private readonly texts: string[];

  /** `make` gives the text of bytes, always the same for the same ones. There are a power of two of `places`. */
  constructor(make: (bytes: Uint8Array, start: number, end: number) => string, places = 1024) {
    this.make = make;
    this.places = places;
    this.bytes = new Uint8Array(places * bytesMax);
    this.lengths = new Uint8Array(places).fill(vacant);
    this.texts = new Array(places).fill('');
  }

  of(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    if (length > bytesMax) return this.make(bytes, start, end);
    const place = placeOf(bytes, start, end) & (this.places - 1);
    if (this.lengths[place] === length && this.holds(place * bytesMax, bytes, start, end)) return this.texts[place];
    const text = this.make(bytes, start, end);
    for (let i = 0; i < length; i++) this.bytes[place * bytesMax + i] = bytes[start + i];
    this.lengths[place] = length;
    this.texts[place] = text;
    return text;
  }

  private holds(at: number, bytes: Uint8Array, start: number, end: number): boolean {
    for (let i = start, j = at; i < end; i++, j++) if (this.bytes[j] !== bytes[i]) return false;
    return true;
  }
}

/** A UID has 64 characters at most, and its padding. */
const bytesMax = 65;
/** The length of a place on which nothing fell yet. */
const vacant = 255;

/** FNV-1a, folded: of texts and addresses that only count upwards few fall together. */
function placeOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return hash ^ (hash >>> 10) ^ (hash >>> 20);
}
