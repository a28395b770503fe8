import type { Count, Micros } from '../model/records.ts';
import { NamedTimes, type RecentTimes } from './recent-times.ts';

/** Different things kept of one key, and keys kept of one detection: more come of an attack on the sensor. */
export const thingsMax = 10_000;
const keysMax = 1000;
/** Of a window or a time to keep: repetitions within such a part are not noted. */
export const graceParts = 64;

/** Different things seen within a window that slides on the times of events. Exact to `max`, then its count says so. */
export class RecentSet {
  private readonly seen: RecentTimes;
  private readonly window: Micros;
  private readonly max: number;
  private newest: Micros = Number.NEGATIVE_INFINITY;
  /** No thing is older. */
  private oldest: Micros = Number.POSITIVE_INFINITY;
  private over = false;
  /** The one added last, if it is there: often it comes again at once. */
  private last: string | null = null;
  private lastTime: Micros = 0;

  constructor(window: Micros, max = thingsMax, seen: RecentTimes = new NamedTimes()) {
    this.window = window;
    this.max = max;
    this.seen = seen;
  }

  /** Whether it is new to the window. */
  add(thing: string, time: Micros): boolean {
    this.advance(time);
    const before = thing === this.last ? this.lastTime : this.seen.of(thing);
    // Moved to the end now and then: what comes all the time is forgotten a little early when it stops.
    if (before !== undefined && time - before < this.window / graceParts) return false;
    if (before === undefined && this.seen.size >= this.max) {
      this.over = true;
      return false;
    }
    this.seen.enter(thing, time, before);
    this.last = thing;
    this.lastTime = time;
    if (time < this.oldest) this.oldest = time;
    return before === undefined;
  }

  /** Forgets what is too old at `time`. */
  advance(time: Micros): void {
    if (time > this.newest) this.newest = time;
    if (this.newest - this.oldest <= this.window) return;
    const { size } = this.seen;
    this.oldest = this.seen.expire(this.newest - this.window) ?? this.newest;
    if (this.seen.size === size) return;
    this.over = false;
    this.last = null;
  }

  delete(thing: string): void {
    this.seen.delete(thing);
    this.last = null;
  }

  /** The same things, to which more may be added and which none leaves. */
  kept(): RecentSet {
    const copy = new RecentSet(Number.POSITIVE_INFINITY, this.max, this.seen.copy());
    copy.over = this.over;
    return copy;
  }

  has(thing: string): boolean {
    return this.seen.of(thing) !== undefined;
  }

  get size(): number {
    return this.seen.size;
  }

  get count(): Count {
    return this.over && this.max >= thingsMax ? '10000+' : this.seen.size;
  }

  /** The one seen last comes last. */
  things(): string[] {
    return this.seen.things();
  }
}

/**
 * What is remembered by key, until it was not touched for `keep`; of too many keys, the one touched longest ago goes.
 */
export class Remembered<T> {
  private readonly entries = new Map<string, Entry<T>>();
  private readonly keep: Micros;
  private readonly max: number;
  private newest: Micros = Number.NEGATIVE_INFINITY;
  /** The one found last, if it is there: often it is asked for again at once. */
  private lastKey = '';
  private last: Entry<T> | undefined;

  constructor(keep: Micros, max = keysMax) {
    this.keep = keep;
    this.max = max;
  }

  /** Touched at `time`; undefined where there is none, or none any more: it is to be added. */
  get(key: string, time: Micros): T | undefined {
    if (time > this.newest) this.newest = time;
    const entry = this.find(key);
    if (entry === undefined || Math.abs(time - entry.time) < this.keep / graceParts) return entry?.value;
    this.forget(key);
    return entry.time < this.newest - this.keep ? undefined : this.add(key, time, entry.value);
  }

  /** One that is not there. */
  add(key: string, time: Micros, value: T): T {
    this.entries.set(key, { time, value });
    this.expire();
    return value;
  }

  /** Without touching it. */
  known(key: string): T | undefined {
    return this.find(key)?.value;
  }

  delete(key: string): void {
    this.forget(key);
  }

  private find(key: string): Entry<T> | undefined {
    if (this.last === undefined || key !== this.lastKey) {
      this.last = this.entries.get(key);
      this.lastKey = key;
    }
    return this.last;
  }

  private expire(): void {
    for (const [key, { time }] of this.entries) {
      if (this.entries.size <= this.max && time >= this.newest - this.keep) return;
      this.forget(key);
    }
  }

  private forget(key: string): void {
    this.entries.delete(key);
    this.last = undefined;
  }
}

interface Entry<T> {
  readonly time: Micros;
  readonly value: T;
}
