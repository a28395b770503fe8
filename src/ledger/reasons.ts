import type { Incomplete } from '../model/records.ts';

/**
 * Why something is not whole: a set of reasons in one number, for nearly every record asks for it and nearly none has
 * any.
 */
export class Reasons {
  private bits = 0;

  constructor(...reasons: readonly Incomplete[]) {
    for (const reason of reasons) this.add(reason);
  }

  add(reason: Incomplete): void {
    this.bits |= bitOf[reason];
  }

  delete(reason: Incomplete): void {
    this.bits &= ~bitOf[reason];
  }

  addAll(others: Reasons): void {
    this.bits |= others.bits;
  }

  get none(): boolean {
    return this.bits === 0;
  }

  /** By name; equal sets give the same list. */
  list(): readonly Incomplete[] {
    lists[this.bits] ??= ordered.filter((reason) => (this.bits & bitOf[reason]) !== 0);
    return lists[this.bits];
  }
}

const bitOf: Readonly<Record<Incomplete, number>> = {
  'mid-stream': 1,
  'one-direction': 2,
  'missed-bytes': 4,
  ambiguous: 8,
  truncated: 16,
  cut: 32,
  'lost-step': 64,
  'not-decodable': 128,
  evicted: 256,
  'wrong-checksum': 512,
  interrupted: 1024,
};

const ordered = (Object.keys(bitOf) as Incomplete[]).sort();
const lists: (readonly Incomplete[])[] = [];
