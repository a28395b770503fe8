import type { Count } from '../model/records.ts';

/** Looked through one by one: beyond, they are a set. */
const fewMax = 8;

/** A set of distinct things, exact up to a bound, then only "more than that". Most hold one thing, or none. */
export class Distinct {
  private first: string | null = null;
  /** The same thing comes several times in a row. */
  private last: string | null = null;
  /** All of them, once there are two, while they are few. */
  private few: string[] | null = null;
  /** All of them, once there are more. */
  private seen: Set<string> | null = null;
  private readonly max: number;
  private over = false;

  /** `max` is at least 1. */
  constructor(max: number) {
    this.max = max;
  }

  add(thing: string): void {
    if (thing === this.last || this.over) return;
    this.last = thing;
    if (this.first === null) this.first = thing;
    else if (this.first !== thing) this.addOther(thing, this.first);
  }

  get count(): Count {
    if (this.over) return '10000+';
    return this.seen?.size ?? this.few?.length ?? Number(this.first !== null);
  }

  /** The one thing, if there is exactly one. */
  get only(): string | null {
    return this.over || this.few !== null ? null : this.first;
  }

  private addOther(thing: string, first: string): void {
    this.few ??= [first];
    if (this.seen === null) {
      if (this.few.includes(thing)) return;
      if (this.few.length < Math.min(fewMax, this.max)) {
        this.few.push(thing);
        return;
      }
      this.seen = new Set(this.few);
    }
    if (this.seen.size < this.max) this.seen.add(thing);
    else if (!this.seen.has(thing)) this.over = true;
  }
}
