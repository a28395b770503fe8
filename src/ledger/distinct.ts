import type { Count } from '../model/records.ts';

/** A set of distinct things, exact up to a bound, then only "more than that". Most hold one thing, or none. */
export class Distinct {
  private first: string | null = null;
  /** All of them, once there are two. */
  private seen: Set<string> | null = null;
  private readonly max: number;
  private over = false;

  /** `max` is at least 1. */
  constructor(max: number) {
    this.max = max;
  }

  add(thing: string): void {
    if (this.first === null) this.first = thing;
    else if (this.first !== thing) this.addOther(thing, this.first);
  }

  get count(): Count {
    if (this.over) return '10000+';
    return this.seen?.size ?? Number(this.first !== null);
  }

  /** The one thing, if there is exactly one. */
  get only(): string | null {
    return this.over || this.seen !== null ? null : this.first;
  }

  private addOther(thing: string, first: string): void {
    if (this.over) return;
    this.seen ??= new Set([first]);
    if (this.seen.size < this.max) this.seen.add(thing);
    else if (!this.seen.has(thing)) this.over = true;
  }
}
