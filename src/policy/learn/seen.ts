import { ascending } from '../../bytes/ascending.ts';
import { counted } from '../../bytes/counted.ts';
import type { Micros } from '../../model/records.ts';

/** How often something was seen, and when. */
export class Seen {
  count = 0;
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;

  add(count: number, { first, last }: { readonly first: Micros; readonly last: Micros }): void {
    this.count += count;
    this.first = Math.min(this.first, first);
    this.last = Math.max(this.last, last);
  }

  /** `12 associations, 2026-03-01 08:00 to 16:00`. */
  inWords(one: string): string {
    return `${counted(this.count, one)}, ${period(this.first, this.last)}`;
  }
}

/** What was seen of each of several, found by name. */
export class SeenBy<K extends string | number> {
  readonly all = new Map<K, Seen>();

  of(key: K): Seen {
    let seen = this.all.get(key);
    if (seen === undefined) {
      seen = new Seen();
      this.all.set(key, seen);
    }
    return seen;
  }

  /** The most often seen first, then by name; at most `most` of them. */
  often(most = Number.POSITIVE_INFINITY): [K, Seen][] {
    return [...this.all].sort(([a, { count: m }], [b, { count: n }]) => n - m || ascending(a, b)).slice(0, most);
  }

  inOrder(): [K, Seen][] {
    return [...this.all].sort(([a], [b]) => ascending(a, b));
  }
}

/** `2026-03-01 08:00 to 16:00`, to the minute, UTC. */
export function period(first: Micros, last: Micros): string {
  const [begin, end] = [minute(first), minute(last)];
  if (begin === end) return begin;
  return `${begin} to ${end.slice(0, 10) === begin.slice(0, 10) ? end.slice(11) : end}`;
}

function minute(micros: Micros): string {
  return new Date(Math.floor(micros / 1000)).toISOString().slice(0, 16).replace('T', ' ');
}
