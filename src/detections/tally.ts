import type { Micros } from '../model/records.ts';
import type { Told } from './detection.ts';
import { associationsNamedMax, GrowingCase, type Happened } from './growing-case.ts';
import { RecentCount, RecentSet } from './recent.ts';

/** What one key has done within a window that slides, and the case that came of it. */
export class Tally<Names extends string> {
  current: GrowingCase<Names> | null = null;
  private readonly sets: Readonly<Record<Names, RecentSet>>;
  private readonly counted: RecentCount;
  private readonly names: readonly Names[];
  /** The associations of the events. */
  private readonly associations: RecentSet;
  private lastAssociation = '';
  private recent = 0;

  /** `eventsMax`: how many are counted, at least as many as prove a case. */
  constructor(names: readonly Names[], window: Micros, eventsMax = 10_000) {
    this.names = names;
    this.sets = setsOf(names, () => new RecentSet(window));
    this.associations = new RecentSet(window, associationsNamedMax);
    this.counted = new RecentCount(window, Math.max(10_000, eventsMax));
  }

  /** An event, and what it named; null is nothing. A case whose window is over is left behind. */
  add(event: Happened, named: Readonly<Partial<Record<Names, string | null>>>): void {
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
      this.sets[name].advance(time);
      if (thing === undefined || thing === null) continue;
      this.sets[name].add(thing, time);
      this.current?.name(name, thing, time);
    }
  }

  /** Events in the window. */
  get events(): number {
    return this.recent;
  }

  /** Different things in the window. */
  size(name: Names): number {
    return this.sets[name].size;
  }

  things(name: Names): string[] {
    return this.sets[name].things();
  }

  /** Whether it was named in the window that ends at `time`. */
  has(name: Names, thing: string, time: Micros): boolean {
    this.sets[name].advance(time);
    return this.sets[name].has(thing);
  }

  /** Something else that the event just added named. */
  name(name: Names, thing: string, time: Micros): void {
    this.sets[name].add(thing, time);
    this.current?.name(name, thing, time);
  }

  forget(name: Names, thing: string): void {
    this.sets[name].delete(thing);
  }

  /** The case, proven at `event` if it was not before. */
  case(
    key: readonly string[],
    length: Micros,
    event: Happened,
    words: (one: GrowingCase<Names>) => Told,
  ): GrowingCase<Names> {
    if (this.current === null) {
      const kept = setsOf(this.names, (name) => this.sets[name].kept());
      this.current = new GrowingCase(key, length, event, this.counted.first, kept, words);
      this.current.add(event, this.recent);
      this.current.nameAssociations(this.associations.things());
    }
    return this.current;
  }
}

function setsOf<Names extends string>(
  names: readonly Names[],
  make: (name: Names) => RecentSet,
): Record<Names, RecentSet> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Names, RecentSet>;
}
