import { lengthened } from '../bytes/lengthened.ts';
import { TextMark } from '../bytes/text-mark.ts';
import type { Micros } from '../model/records.ts';

/** Things with a time each, in the order in which they were entered: what `RecentSet` needs of a memory. */
export interface RecentTimes {
  readonly size: number;
  of(thing: string): Micros | undefined;
  /** Anew, at the end; `before` is the time it had. */
  enter(thing: string, time: Micros, before: Micros | undefined): void;
  delete(thing: string): void;
  /** Deletes from the front what is older than `time`; the time of the first that is not, null where none is left. */
  expire(time: Micros): Micros | null;
  things(): string[];
  copy(): RecentTimes;
}

/** Things that are told: they are kept as they are. Most keys have few, which are looked through one by one. */
export class NamedTimes implements RecentTimes {
  private names: string[] = noNames;
  private times: Micros[] = noTimes;
  /** All of them, once there are more than a few. */
  private many: Map<string, Micros> | null = null;

  get size(): number {
    return this.many?.size ?? this.names.length;
  }

  of(thing: string): Micros | undefined {
    if (this.many !== null) return this.many.get(thing);
    const at = this.names.indexOf(thing);
    return at < 0 ? undefined : this.times[at];
  }

  enter(thing: string, time: Micros, before: Micros | undefined): void {
    if (before !== undefined) this.delete(thing);
    if (this.many === null && this.names.length === namedFewMax) this.becomeMany();
    if (this.many !== null) this.many.set(thing, time);
    else {
      this.names = lengthened(this.names, thing);
      this.times = lengthened(this.times, time);
    }
  }

  delete(thing: string): void {
    if (this.many !== null) this.many.delete(thing);
    else this.remove(this.names.indexOf(thing));
  }

  expire(time: Micros): Micros | null {
    if (this.many !== null) return expired(this.many, time);
    while (this.names.length > 0) {
      if (this.times[0] >= time) return this.times[0];
      this.remove(0);
    }
    return null;
  }

  things(): string[] {
    return this.many === null ? [...this.names] : [...this.many.keys()];
  }

  copy(): NamedTimes {
    const copy = new NamedTimes();
    copy.names = this.names.slice();
    copy.times = this.times.slice();
    copy.many = this.many === null ? null : new Map(this.many);
    return copy;
  }

  private becomeMany(): void {
    this.many = new Map(this.names.map((name, at) => [name, this.times[at]]));
    this.names = noNames;
    this.times = noTimes;
  }

  private remove(at: number): void {
    if (at < 0) return;
    this.names.splice(at, 1);
    this.times.splice(at, 1);
  }
}

/** As many as a case names of its associations: beyond, they are found by a map, which has a hundred bytes for each. */
const namedFewMax = 20;

/** Of who has none yet; nothing is ever put into these. */
const noNames: string[] = [];
const noTimes: Micros[] = [];

function expired(times: Map<string, Micros>, time: Micros): Micros | null {
  for (const [thing, at] of times) {
    if (at >= time) return at;
    times.delete(thing);
  }
  return null;
}

/**
 * Things of which only the number is told, patients and queries: a fifth of the memory, for of each a number is kept
 * that stands for it. At most 10,000 at once.
 */
export class CountedTimes implements RecentTimes {
  size = 0;
  /** Mark and time in turn; -1 in place of the mark where one is gone. */
  private rows: number[] = [];
  private from = 0;
  /** By mark the place behind its row's, open addressing, at most half full: from more than a few rows on. */
  private places: Uint16Array | null = null;

  of(thing: string): Micros | undefined {
    const at = this.find(markOf(thing));
    return at < 0 ? undefined : this.rows[at + 1];
  }

  enter(thing: string, time: Micros, before: Micros | undefined): void {
    const number = markOf(thing);
    if (before !== undefined) this.remove(this.find(number));
    if (this.rows.length === 2 * this.roomFor) this.tidy();
    this.rows.push(number, time);
    this.size++;
    if (this.places !== null) this.note(this.places, number, this.rows.length / 2);
  }

  delete(thing: string): void {
    const at = this.find(markOf(thing));
    if (at >= 0) this.remove(at);
  }

  expire(time: Micros): Micros | null {
    const { rows } = this;
    for (; this.from < rows.length; this.from += 2) {
      if (rows[this.from] === gone) continue;
      if (rows[this.from + 1] >= time) return rows[this.from + 1];
      this.remove(this.from);
    }
    return null;
  }

  things(): string[] {
    throw new Error('these things are only counted');
  }

  copy(): CountedTimes {
    const copy = new CountedTimes();
    copy.rows = [...this.rows];
    copy.from = this.from;
    copy.size = this.size;
    copy.tidy();
    return copy;
  }

  private get roomFor(): number {
    return this.places === null ? fewMax : this.places.length / 2;
  }

  /** Where the row of a mark begins, or -1. */
  private find(number: number): number {
    const { rows, places } = this;
    if (places === null) {
      for (let at = this.from; at < rows.length; at += 2) if (rows[at] === number) return at;
      return -1;
    }
    for (let i = slotOf(number, places); places[i] !== 0; i = (i + 1) & (places.length - 1)) {
      const at = 2 * (places[i] - 1);
      if (rows[at] === number) return at;
    }
    return -1;
  }

  private note(places: Uint16Array, number: number, place: number): void {
    let i = slotOf(number, places);
    while (places[i] !== 0) i = (i + 1) & (places.length - 1);
    places[i] = place;
  }

  private remove(at: number): void {
    this.rows[at] = gone;
    this.size--;
  }

  /** Lets the rows go that are gone, and makes room for as many more as there are. */
  private tidy(): void {
    const { rows, from } = this;
    let to = 0;
    for (let at = from; at < rows.length; at += 2) {
      if (rows[at] === gone) continue;
      rows[to++] = rows[at];
      rows[to++] = rows[at + 1];
    }
    rows.length = to;
    this.from = 0;
    let room = fewMax;
    while (room < 2 * this.size) room *= 2;
    this.places = room === fewMax ? null : new Uint16Array(2 * room);
    if (this.places === null) return;
    for (let at = 0; at < to; at += 2) this.note(this.places, rows[at], at / 2 + 1);
  }
}

/** Looked through one by one: beyond, they are found by their marks, in twice the memory. */
const fewMax = 128;
const gone = -1;

/** Asked for twice of what is new. */
function markOf(thing: string): number {
  if (thing !== marked) {
    marked = thing;
    mark = textMark.of(thing).number;
  }
  return mark;
}

const textMark = new TextMark();
let marked = '';
let mark = textMark.of(marked).number;

function slotOf(number: number, places: Uint16Array): number {
  return number & (places.length - 1);
}
