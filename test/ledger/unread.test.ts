// Proves that each byte of a connection that nobody read is booked in one place, whoever counted it.
import { expect, it } from 'vitest';
import { Fragments } from '../../src/decode/fragments.ts';
import { LossBook } from '../../src/ledger/losses.ts';
import { Unread } from '../../src/ledger/unread.ts';
import { limits } from '../../src/model/limits.ts';
import { Account } from '../../src/protocols/account.ts';
import type { Analyzer } from '../../src/protocols/analyzer.ts';
import { Tracker } from '../../src/tcp/tracker.ts';

const nobody = { data: () => {}, gap: () => {}, close: () => {} };

const account = (parts: Partial<Account>): Account => Object.assign(new Account(), parts);
const reader: Analyzer = {
  ...nobody,
  accounts: [account({ headers: 91, lostStep: 3 }), account({ givenUp: 2, notScanned: 4 })],
};

/** Slot 0 has 100 bytes of side 0 and 20 of side 1, of which 7 were missed. */
function setUp() {
  const tracker = new Tracker(limits, { ...nobody, ended: () => {}, path: () => {} });
  const { slots } = tracker;
  slots.covered.set([100, 20]);
  slots.missed.set([7, 0]);
  const book = new LossBook();
  const unread = new Unread(book, slots);
  const settle = (bugs = 0) => unread.settle(0, new Fragments(limits, () => 0), tracker, bugs);
  return { tracker, book, unread, settle };
}

it('of a connection that was not identified all bytes', () => {
  const { book, unread } = setUp();
  unread.ended(0, 'unknown', undefined);
  expect(book.losses()).toEqual({ 'not-identified': { packets: 0, bytes: 120 } });
});

it('of one that was read those that were missed, and those that its reader did not understand', () => {
  const { book, unread } = setUp();
  unread.ended(0, 'dicom', reader);
  unread.ended(0, 'tls', nobody);
  expect(book.losses()).toEqual({
    missed: { packets: 0, bytes: 14 },
    'not-parsed': { packets: 0, bytes: 5 },
    'not-scanned': { packets: 0, bytes: 4 },
  });
  expect(unread.streamBytes(9, 4)).toMatchObject({
    segments: 9,
    covered: 240,
    missed: 14,
    identified: { covered: 240, headers: 91, lostStep: 3, givenUp: 2, notScanned: 4, bug: 0 },
  });
});

it('of a reader that broke those that it had not counted', () => {
  const { book, unread, settle } = setUp();
  unread.failed(0);
  unread.ended(0, 'dicom', reader);
  settle(1);
  expect(book.losses().bug).toEqual({ packets: 1, bytes: 20 });
  expect(unread.streamBytes(0, 0).identified.bug).toBe(20);
});

it('after an error of ours those that came since, once', () => {
  const { tracker, book, unread, settle } = setUp();
  unread.failed(0);
  tracker.slots.covered[1] += 30;
  unread.ended(0, 'unknown', undefined);
  settle(1);
  unread.ended(0, 'unknown', undefined);
  settle(1);
  expect(book.losses(0)).toEqual({
    'not-identified': { packets: 0, bytes: 120 + 150 },
    bug: { packets: 1, bytes: 30 },
  });
});

it('settling books what tcp counted since the last time', () => {
  const { tracker, book, settle } = setUp();
  tracker.counts.duplicates = 2;
  tracker.counts.duplicateBytes = 90;
  tracker.counts.clockBackward = 4;
  settle();
  settle();
  expect(book.losses(0)).toEqual({
    duplicate: { packets: 2, bytes: 90 },
    'clock-backward': { packets: 4, bytes: 0 },
  });
});
