import type { Micros } from '../model/records.ts';
import type { Told } from './detection.ts';
import { associationsNamedMax, GrowingCase, type Happened } from './growing-case.ts';
import { RecentSet, thingsMax } from './recent.ts';
import { RecentCount } from './recent-count.ts';
import { CountedTimes } from './recent-times.ts';

/** What one key has done within a window that slides, and the case that came of it. */
export class Tally<Names extends string, Counts extends string = never> {
  current: GrowingCase<Names, Counts> | null = null;
  /** Each from when something is named on: of most keys nothing ever is. */
  private readonly sets: Partial<Record<Names | Counts, RecentSet>> = {};
  private readonly names: readonly Names[];
  private readonly counts: readonly Counts[];
  private readonly window: Micros;
  private readonly eventsMax: number;
  private counted: RecentCount | null = null;
  /** The associations of the events. */
  private associations: RecentSet | null = null;
  private lastAssociation = '';
  private recent = 0;
  private newest: Micros = Number.NEGATIVE_INFINITY;

  /**
   * `eventsMax`: how many are counted, at least as many as prove a case. `counts`: of what they name, only the number
   * is told.
   */
  constructor(names: readonly Names[], window: Micros, eventsMax = 10_000, counts: readonly Counts[] = []) {
    this.names = names;
    this.counts = counts;
    this.window = window;
    this.eventsMax = Math.max(10_000, eventsMax);
  }

  /** An event, and what it named; null is nothing. A case whose window is over is left behind. */
  add(event: Happened, named: Readonly<Partial<Record<Names | Counts, string | null>>>): void {
    const time = event.at.micros;
    if (this.current?.holds(time) === false) this.current = null;
    if (time > this.newest) this.newest = time;
    this.counted ??= new RecentCount(this.window, this.eventsMax);
    this.recent = this.counted.add(time);
    const { associationId } = event.of;
    if (associationId !== null && associationId !== this.lastAssociation) {
      this.associations ??= new RecentSet(this.window, associationsNamedMax);
      this.associations.add(associationId, time);
      this.lastAssociation = associationId;
    }
    this.current?.add(event, 1);
    for (const name of this.names) this.note(name, named[name] ?? null, time);
    for (const name of this.counts) this.note(name, named[name] ?? null, time);
  }

  private note(name: Names | Counts, thing: string | null, time: Micros): void {
    if (thing === null) this.sets[name]?.advance(time);
    else this.name(name, thing, time);
  }

  /** Events in the window. */
  get events(): number {
    return this.recent;
  }

  /** Different things in the window. */
  size(name: Names | Counts): number {
    return this.sets[name]?.size ?? 0;
  }

  things(name: Names): string[] {
    return this.sets[name]?.things() ?? [];
  }

  /** Whether it was named in the window that ends at `time`. */
  has(name: Names | Counts, thing: string, time: Micros): boolean {
    const set = this.setOf(name);
    set.advance(time);
    return set.has(thing);
  }

  /** Something else that the event just added named. */
  name(name: Names | Counts, thing: string, time: Micros): void {
    this.setOf(name).add(thing, time);
    this.current?.name(name, thing, time);
  }

  forget(name: Names | Counts, thing: string): void {
    this.sets[name]?.delete(thing);
  }

  /** The case, proven at `event` if it was not before. */
  case(
    key: readonly string[],
    length: Micros,
    event: Happened,
    words: (one: GrowingCase<Names, Counts>) => Told,
  ): GrowingCase<Names, Counts> {
    if (this.current === null) {
      const kept = Object.fromEntries([...this.names, ...this.counts].map((name) => [name, this.setOf(name).kept()]));
      const sets = kept as Record<Names | Counts, RecentSet>;
      const first = this.counted?.first ?? event.at.micros;
      this.current = new GrowingCase(key, length, event, first, sets, words);
      this.current.add(event, this.recent);
      this.current.nameAssociations(this.associations?.things() ?? []);
    }
    return this.current;
  }

  /** As it would be had it been there all the time. */
  private setOf(name: Names | Counts): RecentSet {
    const known = this.sets[name];
    if (known !== undefined) return known;
    const isCounted = (this.counts as readonly string[]).includes(name);
    const made = isCounted ? new RecentSet(this.window, thingsMax, new CountedTimes()) : new RecentSet(this.window);
    made.advance(this.newest);
    this.sets[name] = made;
    return made;
  }
}
