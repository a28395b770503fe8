import { spread } from '../bytes/column.ts';

/**
 * Ids of the last connections, each with a start and an ordinal: a ring of columns, for as objects they would be what
 * the collector moves most. Of an id its first 60 bits are kept, and found by chains of those that have the same place.
 */
export class KnownIds {
  starts = new Float64Array(sizeFirst);
  ordinals = new Uint32Array(sizeFirst);
  private highs = new Uint32Array(sizeFirst);
  private lows = new Uint32Array(sizeFirst);
  /** The place entered before in the same chain, or -1. */
  private before = new Int32Array(sizeFirst);
  /** Last place entered in each chain, or -1; a power of two of them. */
  private chains = new Int32Array(sizeFirst).fill(-1);
  private count = 0;
  private next = 0;
  private readonly max: number;

  /** `max` ids are kept; the oldest goes first. */
  constructor(max: number) {
    this.max = max;
  }

  /** The place of an id in the columns, or -1. */
  find(id: string): number {
    const high = bitsOf(id, 1);
    const low = bitsOf(id, 7);
    let place = this.chains[low & (this.chains.length - 1)];
    while (place >= 0 && (this.lows[place] !== low || this.highs[place] !== high)) place = this.before[place];
    return place;
  }

  /** Enters an id that is not there, with ordinal 0. */
  add(id: string, start: number): void {
    const place = this.next;
    if (this.count === this.max) this.unchain(place);
    else {
      if (place === this.starts.length) this.grow();
      this.count++;
    }
    this.highs[place] = bitsOf(id, 1);
    this.lows[place] = bitsOf(id, 7);
    this.starts[place] = start;
    this.ordinals[place] = 0;
    this.chain(place);
    this.next = place + 1 === this.max ? 0 : place + 1;
  }

  private chain(place: number): void {
    const chain = this.lows[place] & (this.chains.length - 1);
    this.before[place] = this.chains[chain];
    this.chains[chain] = place;
  }

  private unchain(place: number): void {
    const chain = this.lows[place] & (this.chains.length - 1);
    let later = -1;
    for (let at = this.chains[chain]; at !== place; at = this.before[at]) later = at;
    if (later < 0) this.chains[chain] = this.before[place];
    else this.before[later] = this.before[place];
  }

  /** Once, to as many as are kept. */
  private grow(): void {
    const { max } = this;
    this.starts = spread(this.starts, max);
    this.ordinals = spread(this.ordinals, max);
    this.highs = spread(this.highs, max);
    this.lows = spread(this.lows, max);
    this.before = spread(this.before, max);
    this.chains = new Int32Array(2 ** Math.ceil(Math.log2(max))).fill(-1);
    for (let place = 0; place < this.count; place++) this.chain(place);
  }
}

const sizeFirst = 1024;

/** Six base32 characters of a printed id, from the one at `from`, as a number. */
function bitsOf(id: string, from: number): number {
  let bits = 0;
  for (let i = from; i < from + 6; i++) {
    const code = id.charCodeAt(i);
    bits = (bits << 5) | (code >= 0x61 ? code - 0x61 : code - 0x32 + 26);
  }
  return bits;
}
