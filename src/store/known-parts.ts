import { type Column, toSql } from './columns.ts';
import { Part } from './flat-record.ts';

/**
 * Finds the part of a record that others have alike: equal parts are one `Part`. The fields of a record are met one
 * after the other, while the record is walked for other ends too. What is compared first came after the same part the
 * last time, or began with the same text or list; then those found last.
 */
export class KnownParts {
  readonly #kinds: readonly Column['kind'][];
  readonly #met: unknown[];
  readonly #byText = new Map<string, Known>();
  /** By the text or list in the first field, where that is one. */
  readonly #byFirst = new Map<unknown, Known>();
  /** The last that had to be looked for, each in the place of the oldest. */
  readonly #recent: Known[] = [];
  #oldest = 0;
  #chars = 0;
  #last: Known;
  #expected: Known | null = null;

  constructor(shared: readonly Pick<Column, 'kind'>[]) {
    this.#kinds = shared.map(({ kind }) => kind);
    this.#met = new Array(shared.length).fill(null);
    this.#last = nothing();
  }

  /** Before the first field of a record. */
  begin(): void {
    this.#expected = this.#last.next;
  }

  /** The value of the shared field `at`. */
  meet(at: number, value: unknown): void {
    this.#met[at] = value;
    const expected = this.#expected;
    if (expected !== null && isSame(value, expected.met[at])) return;
    this.#expected = at === 0 && isTelling(value) ? (this.#byFirst.get(value) ?? null) : null;
  }

  /** When all were met. */
  part(): Part {
    const known = this.#expected ?? this.#lookedFor();
    this.#last.next = known;
    this.#last = known;
    return known.part;
  }

  /** Whether so much is known that it is to be forgotten. */
  get full(): boolean {
    return this.#byText.size > PARTS_MAX || this.#byFirst.size > PARTS_MAX || this.#chars > CHARS_MAX;
  }

  forget(): void {
    this.#byText.clear();
    this.#byFirst.clear();
    this.#recent.length = 0;
    this.#oldest = 0;
    this.#chars = 0;
    this.#last = nothing();
  }

  #lookedFor(): Known {
    const known = this.#recent.find((one) => this.#isMet(one)) ?? this.#remembered();
    const first = this.#met[0];
    if (isTelling(first)) this.#byFirst.set(first, known);
    return known;
  }

  #remembered(): Known {
    const known = this.#lookedUp();
    this.#recent[this.#oldest] = known;
    this.#oldest = (this.#oldest + 1) % RECENT_MAX;
    return known;
  }

  #isMet({ met }: Known): boolean {
    for (let at = 0; at < met.length; at++) if (!isSame(this.#met[at], met[at])) return false;
    return true;
  }

  #lookedUp(): Known {
    const values = this.#kinds.map((kind, at) => toSql(kind, this.#met[at]));
    const text = JSON.stringify(values);
    let known = this.#byText.get(text);
    if (known === undefined) {
      known = { met: [...this.#met], part: new Part(values), next: null };
      this.#byText.set(text, known);
      this.#chars += text.length;
    }
    return known;
  }
}

interface Known {
  /** Values of its fields. */
  readonly met: readonly unknown[];
  readonly part: Part;
  /** What came after it. */
  next: Known | null;
}

/** About a megabyte. */
const PARTS_MAX = 1000;
const CHARS_MAX = 500_000;

/** Looked through one by one. */
const RECENT_MAX = 8;

/** Whether a value in the first field tells parts apart. */
function isTelling(value: unknown): boolean {
  return typeof value === 'string' || Array.isArray(value);
}

function nothing(): Known {
  return { met: [], part: new Part([]), next: null };
}

/** False may be wrong. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && isSameList(a, b);
  return !Array.isArray(b) && isSameObject(a as Record<string, unknown>, b as Record<string, unknown>);
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!isAlike(a[i], b[i])) return false;
  return true;
}

function isSameObject(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const [names, others] = [Object.keys(a), Object.keys(b)];
  if (names.length !== others.length) return false;
  for (let i = 0; i < names.length; i++) {
    if (names[i] !== others[i] || !isAlike(a[names[i]], b[names[i]])) return false;
  }
  return true;
}

function isAlike(a: unknown, b: unknown): boolean {
  return a === b || (Array.isArray(a) && Array.isArray(b) && a.length === 0 && b.length === 0);
}
