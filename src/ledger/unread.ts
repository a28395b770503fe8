import type { Fragments } from '../decode/fragments.ts';
import type { Side } from '../model/facts.ts';
import type { StreamBytes } from '../model/records.ts';
import { Account } from '../protocols/account.ts';
import type { Analyzer } from '../protocols/analyzer.ts';
import type { Slots } from '../tcp/slots.ts';
import type { Tracker } from '../tcp/tracker.ts';
import { causeNumber, type LossBook } from './losses.ts';

/**
 * One direction of a connection: its extent is `covered` and `missed`; `covered` is `truncated` and the account's
 * total.
 */
export interface DirectionBytes {
  readonly covered: number;
  readonly missed: number;
  /** Covered, but cut off by the snap length. */
  readonly truncated: number;
  /** What its reader made of the rest; null where nobody read it. */
  readonly account: Account | null;
}

const notIdentified = causeNumber['not-identified'];

/** Books what became of the connections' bytes, and what decode and tcp count themselves. */
export class Unread {
  private readonly book: LossBook;
  private readonly slots: Slots;
  /** Of connections that are over, of any protocol and of identified ones. */
  private readonly all = { covered: 0, missed: 0, unseen: 0 };
  private readonly identified = { covered: 0, missed: 0, truncated: 0, bug: 0 };
  private readonly accounts = new Account();
  /** Stream bytes that came after an error of ours, and where those of a connection with one begin. */
  private bytes = 0;
  private readonly brokenAt = new Map<number, number>();

  constructor(book: LossBook, slots: Slots) {
    this.book = book;
    this.slots = slots;
  }

  /** Of connections that are over. */
  streamBytes(segments: number, summed: number): StreamBytes {
    const { bug, ...extent } = this.identified;
    return { segments, summed, ...this.all, identified: { ...extent, ...this.accounts, bug } };
  }

  /** An error of ours: from here on the connection is not read. */
  failed(slot: number): void {
    this.brokenAt.set(slot, this.covered(slot));
  }

  /** What became of the bytes of both sides of a connection. */
  directions(slot: number, analyzer: Analyzer | undefined): readonly [DirectionBytes, DirectionBytes] {
    return [this.direction(slot, 0, analyzer), this.direction(slot, 1, analyzer)];
  }

  /** A connection is over; `analyzer` read it, if one did. */
  ended(slot: number, protocol: string, analyzer: Analyzer | undefined): void {
    const { slots } = this;
    const covered = this.covered(slot);
    const brokenAt = this.brokenAt.size === 0 ? undefined : this.brokenAt.get(slot);
    if (brokenAt !== undefined) this.brokenAt.delete(slot);
    this.all.covered += covered;
    for (let row = 2 * slot; row < 2 * slot + 2; row++) {
      this.all.missed += slots.missed[row];
      if (slots.unseen.size > 0) this.all.unseen += slots.unseen.get(row) ?? 0;
    }
    if (protocol === 'unknown') {
      this.book.addNumbered(notIdentified, 0, brokenAt ?? covered);
      if (brokenAt !== undefined) this.bytes += covered - brokenAt;
      return;
    }
    this.read(2 * slot, analyzer?.accounts?.[0] ?? null, brokenAt !== undefined);
    this.read(2 * slot + 1, analyzer?.accounts?.[1] ?? null, brokenAt !== undefined);
  }

  /**
   * Books the counters of others, and all that was counted since the last time to `input`. `bugs` are connections.
   * Without `fragments` somebody else books what is no connection's.
   */
  settle(input: number, fragments: Fragments | null, { counts, clock }: Tracker, bugs: number): void {
    const { book } = this;
    book.set('fragments-held', fragments?.used ?? 0, 0);
    book.set('fragments-given-up', fragments?.givenUp ?? 0, 0);
    book.set('duplicate', counts.duplicates, counts.duplicateBytes);
    book.set('retransmitted', counts.retransmitted, counts.retransmittedBytes);
    book.set('conflicting', counts.conflicting, 0);
    book.set('checksum-ip', counts.wrongIp, counts.wrongIpBytes);
    book.set('checksum-tcp', counts.wrongTcp, counts.wrongTcpBytes);
    book.set('out-of-window', counts.outOfWindow, counts.outOfWindowBytes);
    book.set('after-reset', counts.afterReset, counts.afterResetBytes);
    book.set('before-sensor', counts.unseen, counts.unseenBytes);
    book.set('truncated', counts.truncated, counts.truncatedBytes);
    book.set('evicted', counts.evicted, 0);
    book.set('clock-backward', counts.clockBackward + (fragments === null ? 0 : clock.movedBack), 0);
    book.set('bug', bugs, this.bytes);
    book.settle(input);
  }

  /** One direction of an identified connection. What a reader that broke had not counted yet nobody read. */
  private read(row: number, account: Account | null, broken: boolean): void {
    const { identified, book, slots } = this;
    const covered = slots.covered[row];
    const missed = slots.missed[row];
    const truncated = slots.cut.get(row) ?? 0;
    identified.covered += covered;
    identified.missed += missed;
    identified.truncated += truncated;
    if (missed > 0) book.add('missed', 0, missed);
    if (account === null) return;
    this.accounts.add(account);
    const { notParsed, notScanned } = account;
    if (notParsed > 0) book.add('not-parsed', 0, notParsed);
    if (notScanned > 0) book.add('not-scanned', 0, notScanned);
    if (!broken) return;
    const unread = covered - truncated - account.total;
    identified.bug += unread;
    this.bytes += unread;
  }

  private direction(slot: number, side: Side, analyzer: Analyzer | undefined): DirectionBytes {
    const { slots } = this;
    return {
      covered: slots.covered[2 * slot + side],
      missed: slots.missed[2 * slot + side],
      truncated: slots.cut.get(2 * slot + side) ?? 0,
      account: analyzer?.accounts?.[side] ?? null,
    };
  }

  private covered(slot: number): number {
    const { covered } = this.slots;
    return covered[2 * slot] + covered[2 * slot + 1];
  }
}
