import type { Micros } from '../model/records.ts';
import type { Told } from './detection.ts';
import { associationsNamedMax, GrowingCase, type Happened } from './growing-case.ts';
import { RecentCount, RecentSet, thingsMax } from './recent.ts';
import { CountedTimes } from './recent-times.ts';

/** What one key has done within a window that slides, and the case that came of it. */
export class Tally<Names extends string, Counts extends string = never> {
  current: GrowingCase<Names, Counts> | null = null;
  private readonly sets: Readonly<Record<Names | Counts, RecentSet>>;
  private readonly counted: RecentCount;
  private readonly names: readonly (Names | Counts)[];
  /** The associations of the events. */
  private readonly associations: RecentSet;
  private lastAssociation = '';
  private recent = 0;

  /** `eventsMax`: how many are counted, at least as many as prove a case. `counts`: of what they name, only the number is told. */
  constructor(names: readonly Names[], window: Micros, eventsMax = 10_000, counts: readonly Counts[] = []) {
    this.names = [...names, ...counts];
    const sets: [string, RecentSet][] = names.map((name) => [name, new RecentSet(window)]);
    for (const name of counts) sets.push([name, new RecentSet(window, thingsMax, new CountedTimes())]);
    this.sets = Object.fromEntries(sets) as Record<Names | Counts, RecentSet>;
    this.associations = new RecentSet(window, associationsNamedMax);
    this.counted = new RecentCount(window, Math.max(10_000, eventsMax));
  }

  /** An event, and what it named; null is nothing. A case whose window is over is left behind. */
  add(event: Happened, named: Readonly<Partial<Record<Names | Counts, string | null>>>): void {
    const time = event.at.micros;
    if (this.current?.holds(time) === false) this.current = null;
    this.recent = this.counted.add(time);
    const { associationId } = event.of;
    if (associationId !== null && associationId !== this.lastAssociation) {
      this.associations.add(associationId, time);
      this.lastAssociation = associationId;
    }
    this.current?.add(event, 1);
    for (const name of this.names) {
      const thing = named[name];
      if (thing === undefined || thing === null) this.sets[name].advance(time);
      else this.name(name, thing, time);
    }
  }

  /** Events in the window. */
  get events(): number {
    return this.recent;
  }

  /** Different things in the window. */
  size(name: Names | Counts): number {
    return this.sets[name].size;
  }

  things(name: Names): string[] {
    return this.sets[name].things();
  }

  /** Whether it was named in the window that ends at `time`. */
  has(name: Names | Counts, thing: string, time: Micros): boolean {
    this.sets[name].advance(time);
    return this.sets[name].has(thing);
  }

  /** Something else that the event just added named. */
  name(name: Names | Counts, thing: string, time: Micros): void {
    this.sets[name].add(thing, time);
    this.current?.name(name, thing, time);
  }

  forget(name: Names | Counts, thing: string): void {
    this.sets[name].delete(thing);
  }

  /** The case, proven at `event` if it was not before. */
  case(
    key: readonly string[],
    length: Micros,
    event: Happened,
    words: (one: GrowingCase<Names, Counts>) => Told,
  ): GrowingCase<Names, Counts> {
    if (this.current === null) {
      const kept = Object.fromEntries(this.names.map((name) => [name, this.sets[name].kept()]));
      const sets = kept as Record<Names | Counts, RecentSet>;
      this.current = new GrowingCase(key, length, event, this.counted.first, sets, words);
      this.current.add(event, this.recent);
      this.current.nameAssociations(this.associations.things());
    }
    return this.current;
  }
}
