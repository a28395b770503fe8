import type { Fragments } from '../decode/fragments.ts';
import type { Analyzer } from '../protocols/analyzer.ts';
import type { Slots } from '../tcp/slots.ts';
import type { Tracker } from '../tcp/tracker.ts';
import type { LossBook } from './losses.ts';

/** Books what of the connections' bytes nobody read, and what decode and tcp count themselves. */
export class Unread {
  private readonly book: LossBook;
  private readonly slots: Slots;
  /** Stream bytes that came after an error of ours, and where those of a connection with one begin. */
  private bytes = 0;
  private readonly brokenAt = new Map<number, number>();

  constructor(book: LossBook, slots: Slots) {
    this.book = book;
    this.slots = slots;
  }

  /** An error of ours: from here on the connection is not read. */
  failed(slot: number): void {
    this.brokenAt.set(slot, this.covered(slot));
  }

  /** A connection is over; `analyzer` read it, if one did. */
  ended(slot: number, protocol: string, analyzer: Analyzer | undefined): void {
    const { missed } = this.slots;
    const covered = this.covered(slot);
    const brokenAt = this.brokenAt.get(slot);
    this.brokenAt.delete(slot);
    if (brokenAt !== undefined) this.bytes += covered - brokenAt;
    if (protocol === 'unknown') this.book.add('not-identified', 0, brokenAt ?? covered);
    else this.book.add('missed', 0, missed[2 * slot] + missed[2 * slot + 1]);
    const notParsed = analyzer?.notParsed;
    if (notParsed !== undefined) this.book.add('not-parsed', 0, notParsed[0] + notParsed[1]);
  }

  /** Books the counters of others, and all that was counted since the last time to `input`. `bugs` are connections. */
  settle(input: number, fragments: Fragments, { counts, clock }: Tracker, bugs: number): void {
    const { book } = this;
    book.set('fragments-held', fragments.used, 0);
    book.set('fragments-given-up', fragments.givenUp, 0);
    book.set('duplicate', counts.duplicates, counts.duplicateBytes);
    book.set('retransmitted', counts.retransmitted, counts.retransmittedBytes);
    book.set('conflicting', counts.conflicting, 0);
    book.set('out-of-window', counts.outOfWindow, counts.outOfWindowBytes);
    book.set('after-reset', counts.afterReset, counts.afterResetBytes);
    book.set('truncated', counts.truncated, counts.truncatedBytes);
    book.set('evicted', counts.evicted, 0);
    book.set('clock-backward', counts.clockBackward + clock.movedBack, 0);
    book.set('bug', bugs, this.bytes);
    book.settle(input);
  }

  private covered(slot: number): number {
    const { covered } = this.slots;
    return covered[2 * slot] + covered[2 * slot + 1];
  }
}
