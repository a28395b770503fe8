import { ascending } from '../bytes/ascending.ts';
import type { ShownAttribute } from '../model/facts.ts';
import { type AttributeClass, attributeClasses, type ExposedAttribute, type SeenIn } from '../model/records.ts';
import { attributes } from '../protocols/dicom/tables/attributes.ts';

/** Data sets that showed the same attributes in the same way. */
export interface Showing {
  readonly shown: readonly ShownAttribute[];
  readonly seenIn: SeenIn;
  /** They declare themselves de-identified. */
  readonly deidentified: boolean;
  times: number;
}

/** What showings come to, as an exposure record has it. */
export interface Exposed {
  /** By tag, then by way of showing. */
  readonly attributes: readonly ExposedAttribute[];
  readonly byClass: Readonly<Record<AttributeClass, number>>;
}

/**
 * What showings come to. Stations ask and send the same again and again, so the answers given last are kept: equal
 * showings get the very same lists, from which others may tell that they know them.
 */
export function exposedOf(showings: readonly Showing[]): Exposed {
  const place = placeOf(showings);
  const known = answers[place];
  if (known !== undefined && isSame(known.showings, showings)) return known.exposed;
  const exposed = summed(showings);
  answers[place] = { showings: showings.map((showing) => ({ ...showing })), exposed };
  return exposed;
}

/** The same showings in fewer, one for each way of showing and kind of object. */
export function mergedShowings(showings: readonly Showing[]): Showing[] {
  const merged: Showing[] = [];
  for (const seenIn of waysOfShowing) {
    for (const deidentified of [false, true]) {
      const alike = showings.filter((each) => each.seenIn === seenIn && each.deidentified === deidentified);
      if (alike.length === 0) continue;
      const counts = new Map<number, number>();
      for (const { shown, times } of alike) {
        for (const { attribute, count } of shown) counts.set(attribute, (counts.get(attribute) ?? 0) + times * count);
      }
      const shown = [...counts].map(([attribute, count]) => ({ attribute, count, value: null }));
      merged.push({ shown, seenIn, deidentified, times: 1 });
    }
  }
  return merged;
}

/** In alphabetical order, which is that of the rows of an attribute. */
const waysOfShowing: readonly SeenIn[] = [
  'commitment',
  'event',
  'mpps',
  'other',
  'query-answer',
  'query-key',
  'stored',
  'unknown',
  'worklist-answer',
  'worklist-key',
];
const ways = waysOfShowing.length;
const wayOf = Object.fromEntries(waysOfShowing.map((way, index) => [way, index])) as Readonly<Record<SeenIn, number>>;

/** Attributes in the order of their tags, and the place of each in it. */
const byTag = attributes.map((_, index) => index).sort((a, b) => ascending(attributes[a].tag, attributes[b].tag));
const rankOf = new Uint16Array(attributes.length);
byTag.forEach((attribute, rank) => {
  rankOf[attribute] = rank;
});

/** Counts by rank of the attribute and way of showing; zero but while a sum is made. */
const counts = new Float64Array(attributes.length * ways);
const deidentifiedCounts = new Float64Array(attributes.length * ways);

function summed(showings: readonly Showing[]): Exposed {
  const cells = new Set<number>();
  for (const { shown, seenIn, deidentified, times } of showings) {
    for (const { attribute, count } of shown) {
      const cell = rankOf[attribute] * ways + wayOf[seenIn];
      cells.add(cell);
      counts[cell] += times * count;
      if (deidentified) deidentifiedCounts[cell] += times * count;
    }
  }
  const byClass = Object.fromEntries(attributeClasses.map((each) => [each, 0])) as Record<AttributeClass, number>;
  const rows: ExposedAttribute[] = [];
  for (const cell of Uint32Array.from(cells).sort()) {
    const { keyword, tag, class: kind } = attributes[byTag[Math.floor(cell / ways)]];
    const seenIn = waysOfShowing[cell % ways];
    const [count, deidentifiedCount] = [counts[cell], deidentifiedCounts[cell]];
    rows.push({ attribute: keyword, tag, class: kind, seenIn, count, deidentifiedCount });
    byClass[kind] += count;
    counts[cell] = 0;
    deidentifiedCounts[cell] = 0;
  }
  return { attributes: rows, byClass };
}

/** Answers kept, each in its place, until another falls on it. */
const places = 256;
const answers: ({ readonly showings: readonly Showing[]; readonly exposed: Exposed } | undefined)[] = Array.from({
  length: places,
});

function placeOf(showings: readonly Showing[]): number {
  let hash = showings.length;
  for (const { shown, seenIn, times } of showings) {
    hash = Math.imul(hash ^ (shown.length + 64 * wayOf[seenIn] + 1024 * times + shown[0].attribute), 0x01000193);
  }
  return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (places - 1);
}

/** Lists are compared as objects: those of equal data sets are the same (`protocols/dicom/shown-tally.ts`). */
function isSame(some: readonly Showing[], others: readonly Showing[]): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) {
    const [one, other] = [some[i], others[i]];
    if (one.shown !== other.shown || one.times !== other.times) return false;
    if (one.seenIn !== other.seenIn || one.deidentified !== other.deidentified) return false;
  }
  return true;
}
