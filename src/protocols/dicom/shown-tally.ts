import type { ShownAttribute } from '../../model/facts.ts';
import type { Limits } from '../../model/limits.ts';
import { attributes } from './tables/attributes.ts';

/** What a data set has shown since the last `take`: counts by attribute, and with `--reveal` by value. */
export class ShownTally {
  private readonly counts = new Uint32Array(attributes.length);
  private readonly touched = new Uint16Array(attributes.length);
  private touchedCount = 0;
  private readonly values: Map<string, number>[] = [];
  private readonly limits: Limits;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  clear(): void {
    for (let i = 0; i < this.touchedCount; i++) {
      this.counts[this.touched[i]] = 0;
      this.values[this.touched[i]]?.clear();
    }
    this.touchedCount = 0;
  }

  show(attribute: number): void {
    if (this.counts[attribute]++ === 0) this.touched[this.touchedCount++] = attribute;
  }

  /** With `--reveal`: what the occurrence just shown said. Beyond the bound of distinct values it is only counted. */
  reveal(attribute: number, value: string): void {
    this.values[attribute] ??= new Map();
    const values = this.values[attribute];
    const count = values.get(value) ?? 0;
    if (count > 0 || values.size < this.limits.revealedValuesMax) values.set(value, count + 1);
  }

  /** In the order first shown; one entry per attribute, or per attribute and revealed value. */
  take(): ShownAttribute[] {
    const shown: ShownAttribute[] = [];
    for (let i = 0; i < this.touchedCount; i++) {
      const attribute = this.touched[i];
      let rest = this.counts[attribute];
      for (const [value, count] of this.values[attribute] ?? []) {
        shown.push({ attribute, count, value });
        rest -= count;
      }
      if (rest > 0) shown.push({ attribute, count: rest, value: null });
    }
    this.clear();
    return shown;
  }
}
