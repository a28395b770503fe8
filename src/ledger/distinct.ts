import type { Count } from '../model/records.ts';

/** A set of distinct things, exact up to a bound, then only "more than that". */
export class Distinct {
  private readonly seen = new Set<string>();
  private readonly max: number;
  private over = false;

  constructor(max: number) {
    this.max = max;
  }

  add(thing: string): void {
    if (this.seen.size < this.max) this.seen.add(thing);
    else if (!this.seen.has(thing)) this.over = true;
  }

  get count(): Count {
    return this.over ? '10000+' : this.seen.size;
  }

  /** The one thing, if there is exactly one. */
  get only(): string | null {
    if (this.over || this.seen.size !== 1) return null;
    const [thing] = this.seen;
    return thing;
  }
}
