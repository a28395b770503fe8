import type { Side } from '../model/facts.ts';

/**
 * Whether bytes went missing while an association lasted, of several on one connection: told from how many the
 * connection had missed when it began, and for each direction when the next one began there. `missed` is a column of
 * these numbers, of which rows `row` and `row + 1` are the connection's two sides.
 */
export class MissedSpan {
  private readonly from0: number;
  private readonly from1: number;
  private to0 = -1;
  private to1 = -1;

  constructor(missed0: number, missed1: number) {
    this.from0 = missed0;
    this.from1 = missed1;
  }

  /** What goes missing of `side` from now on is none of it. */
  end(side: Side, missed: Float64Array, row: number): void {
    if (side === 0 && this.to0 < 0) this.to0 = missed[row];
    if (side === 1 && this.to1 < 0) this.to1 = missed[row + 1];
  }

  /** Whether it may still miss bytes. */
  get open(): boolean {
    return this.to0 < 0 || this.to1 < 0;
  }

  any(missed: Float64Array, row: number): boolean {
    const now0 = this.to0 < 0 ? missed[row] : this.to0;
    const now1 = this.to1 < 0 ? missed[row + 1] : this.to1;
    return now0 > this.from0 || now1 > this.from1;
  }
}
