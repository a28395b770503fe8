import { spread } from '../bytes/column.ts';
import type { Micros } from '../model/records.ts';
import { graceParts } from './recent.ts';

const sizeFirst = 256;
const nowhere = -1;

/**
 * What `Remembered` is, for many thousand keys: a key is 64 bits that stand for it, and what is remembered of it are
 * the caller's own columns of numbers, at the place that the key has. As entries of a map they would be what lives
 * longest and is moved most.
 */
export class AgedPlaces {
  /**
   * Whether the place given last was not the key's before: what the caller's columns hold there is another's, or too
   * old.
   */
  isNew = false;
  /** Places there are columns for. */
  room = sizeFirst;
  private readonly keep: Micros;
  private readonly max: number;
  private newest: Micros = Number.NEGATIVE_INFINITY;
  private size = 0;
  private taken = 0;
  private highs = new Int32Array(sizeFirst);
  private lows = new Int32Array(sizeFirst);
  private times = new Float64Array(sizeFirst);
  /** Neighbours in the order in which places were touched. */
  private older = new Int32Array(sizeFirst);
  private newer = new Int32Array(sizeFirst);
  private oldest = nowhere;
  private youngest = nowhere;
  /** The next place with the same last bits, and the first by these; of places that are free the next free one. */
  private next = new Int32Array(sizeFirst);
  private firsts = new Int32Array(sizeFirst).fill(nowhere);
  private free = nowhere;

  /** Keys are forgotten when not touched for `keep`; of more than `max` the one touched longest ago. */
  constructor(keep: Micros, max: number) {
    this.keep = keep;
    this.max = max;
  }

  /** The place of the key with these bits. */
  touch(high: number, low: number, time: Micros): number {
    if (time > this.newest) this.newest = time;
    let place = this.find(high, low);
    this.isNew = place === nowhere;
    if (place === nowhere) place = this.enter(high, low);
    else if (Math.abs(time - this.times[place]) < this.keep / graceParts) return place;
    else {
      this.isNew = this.times[place] < this.newest - this.keep;
      this.unlink(place);
    }
    this.times[place] = time;
    this.link(place);
    this.expire();
    return place;
  }

  private find(high: number, low: number): number {
    let place = this.firsts[low & (this.room - 1)];
    while (place !== nowhere && (this.lows[place] !== low || this.highs[place] !== high)) place = this.next[place];
    return place;
  }

  private enter(high: number, low: number): number {
    const place = this.freePlace();
    this.highs[place] = high;
    this.lows[place] = low;
    this.chain(place);
    this.size++;
    return place;
  }

  private freePlace(): number {
    const { free } = this;
    if (free !== nowhere) {
      this.free = this.next[free];
      return free;
    }
    if (this.taken === this.room) this.grow();
    return this.taken++;
  }

  private expire(): void {
    while (this.oldest !== nowhere) {
      const place = this.oldest;
      if (this.size <= this.max && this.times[place] >= this.newest - this.keep) return;
      this.unlink(place);
      this.unchain(place);
      this.next[place] = this.free;
      this.free = place;
      this.size--;
    }
  }

  private link(place: number): void {
    this.older[place] = this.youngest;
    this.newer[place] = nowhere;
    if (this.youngest === nowhere) this.oldest = place;
    else this.newer[this.youngest] = place;
    this.youngest = place;
  }

  private unlink(place: number): void {
    const older = this.older[place];
    const newer = this.newer[place];
    if (older === nowhere) this.oldest = newer;
    else this.newer[older] = newer;
    if (newer === nowhere) this.youngest = older;
    else this.older[newer] = older;
  }

  private chain(place: number): void {
    const first = this.lows[place] & (this.room - 1);
    this.next[place] = this.firsts[first];
    this.firsts[first] = place;
  }

  private unchain(place: number): void {
    const first = this.lows[place] & (this.room - 1);
    if (this.firsts[first] === place) {
      this.firsts[first] = this.next[place];
      return;
    }
    let before = this.firsts[first];
    while (this.next[before] !== place) before = this.next[before];
    this.next[before] = this.next[place];
  }

  /** Only when no place is free: once, to as many as there may be. */
  private grow(): void {
    while (this.room <= this.max) this.room *= 2;
    this.highs = spread(this.highs, this.room);
    this.lows = spread(this.lows, this.room);
    this.times = spread(this.times, this.room);
    this.older = spread(this.older, this.room);
    this.newer = spread(this.newer, this.room);
    this.next = new Int32Array(this.room);
    this.firsts = new Int32Array(this.room).fill(nowhere);
    for (let place = 0; place < this.taken; place++) this.chain(place);
  }
}
