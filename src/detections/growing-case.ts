import type { Participants } from '../ledger/events.ts';
import type { Stamp } from '../ledger/stamp.ts';
import type { ConnectionRecord, Count, Micros } from '../model/records.ts';
import type { Case, Told } from './detection.ts';
import type { RecentSet } from './recent.ts';

export const minuteMicros: Micros = 60e6;
export const hourMicros: Micros = 60 * minuteMicros;
export const dayMicros: Micros = 24 * hourMicros;

/** Associations named in the evidence. */
export const associationsNamedMax = 20;

/** What every event has; `connection` where it is of none that the ledger keeps. */
export interface Happened {
  readonly at: Stamp;
  readonly of: Participants;
  readonly connection?: ConnectionRecord;
}

/** The window of `length` that holds `time`, aligned to UTC. */
function windowOf(time: Micros, length: Micros): Micros {
  return Math.floor(time / length) * length;
}

/**
 * A case that more may come of while its window lasts: events, and different things that they named. Its words are made
 * of its numbers when they are asked for.
 */
export class GrowingCase<Names extends string, Counts extends string = never> implements Case {
  readonly key: readonly string[];
  readonly window: Micros;
  readonly of: Participants;
  readonly at: Stamp;
  readonly connection?: ConnectionRecord;
  partial = false;
  events = 0;
  readonly first: Micros;
  last: Micros;
  private readonly length: Micros;
  private readonly sets: Readonly<Record<Names | Counts, RecentSet>>;
  private readonly words: (one: GrowingCase<Names, Counts>) => Told;
  private readonly associations = new Set<string>();

  /** Proven at `event`; `first` is the time of the first one that counts, `sets` what was named until now. */
  constructor(
    key: readonly string[],
    length: Micros,
    event: Happened,
    first: Micros,
    sets: Readonly<Record<Names | Counts, RecentSet>>,
    words: (one: GrowingCase<Names, Counts>) => Told,
  ) {
    this.key = key;
    this.length = length;
    this.window = windowOf(event.at.micros, length);
    this.of = event.of;
    this.at = event.at;
    if (event.connection !== undefined) this.connection = event.connection;
    this.first = first;
    this.last = event.at.micros;
    this.sets = sets;
    this.words = words;
  }

  /** Whether what happens at `time` still belongs to it. */
  holds(time: Micros): boolean {
    return windowOf(time, this.length) === this.window;
  }

  add({ of, at }: Happened, events: number): void {
    this.events += events;
    this.partial ||= of.partial;
    this.last = Math.max(this.last, at.micros);
    if (of.associationId !== null) this.nameAssociations([of.associationId]);
  }

  /** To be named in the evidence, up to a number. */
  nameAssociations(ids: readonly string[]): void {
    for (const id of ids) if (this.associations.size < associationsNamedMax) this.associations.add(id);
  }

  name(set: Names | Counts, thing: string, time: Micros): void {
    this.sets[set].add(thing, time);
  }

  count(set: Names | Counts): Count {
    return this.sets[set].count;
  }

  /** What was named, in order. */
  named(set: Names): string[] {
    return this.sets[set].things().sort();
  }

  /** What was named, the one named last at the end: ids have no other order that means anything. */
  inOrder(set: Names): string[] {
    return this.sets[set].things();
  }

  tell(): Told {
    const told = this.words(this);
    return { ...told, evidence: { ...told.evidence, associations: [...this.associations] } };
  }
}
