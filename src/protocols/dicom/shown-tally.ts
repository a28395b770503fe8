import type { ShownAttribute } from '../../model/facts.ts';
import type { Limits } from '../../model/limits.ts';
import { attributes } from './tables/attributes.ts';

/** What a data set has shown since the last `take`: counts by attribute, and with `--reveal` by value. */
export class ShownTally {
  private readonly counts = new Uint32Array(attributes.length);
  private readonly touched = new Uint16Array(attributes.length);
  private touchedCount = 0;
  /** By attribute; empty until a value is revealed. */
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

  /**
   * In the order first shown; one entry per attribute, or per attribute and revealed value. Objects of a series show
   * the same, as do answers to a query: equal lists without values are nearly always the same list.
   */
  take(): readonly ShownAttribute[] {
    if (this.touchedCount === 0) return nothing;
    const shown = this.values.length === 0 ? this.known() : this.list();
    this.clear();
    return shown;
  }

  /** The list given last for such counts, if these are they. */
  private known(): readonly ShownAttribute[] {
    const place = this.place();
    const known = given[place];
    if (known !== undefined && this.equals(known)) return known;
    const list = this.list();
    given[place] = list;
    return list;
  }

  private place(): number {
    let hash = this.touchedCount;
    for (let i = 0; i < this.touchedCount; i++) {
      const attribute = this.touched[i];
      hash = Math.imul(hash ^ (attribute + 1024 * this.counts[attribute]), 0x01000193);
    }
    return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (places - 1);
  }

  private equals(list: readonly ShownAttribute[]): boolean {
    if (list.length !== this.touchedCount) return false;
    for (let i = 0; i < list.length; i++) {
      const { attribute, count } = list[i];
      if (attribute !== this.touched[i] || count !== this.counts[attribute]) return false;
    }
    return true;
  }

  private list(): ShownAttribute[] {
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
    return shown;
  }
}

const nothing: readonly ShownAttribute[] = [];

/** Lists without values, of all scanners; each stays until another falls on its place. */
const places = 256;
const given: (readonly ShownAttribute[] | undefined)[] = Array.from({ length: places });
