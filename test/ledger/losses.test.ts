// Proves that losses are kept by cause and by input, and that the inputs add up to all.
import { expect, it } from 'vitest';
import { LossBook } from '../../src/ledger/losses.ts';

it('tells only causes that there were', () => {
  expect(new LossBook().losses()).toEqual({});
  const book = new LossBook();
  book.add('missed', 0, 7);
  expect(book.losses()).toEqual({ missed: { packets: 0, bytes: 7 } });
});

it('books what came since the last settling to the input at hand', () => {
  const book = new LossBook();
  book.add('network-unsupported', 1, 60);
  book.set('duplicate', 2, 200);
  book.settle(0);
  book.add('network-unsupported', 2, 120);
  book.set('duplicate', 5, 500);
  book.settle(1);
  book.settle(1);
  expect(book.losses(0)).toEqual({
    'network-unsupported': { packets: 1, bytes: 60 },
    duplicate: { packets: 2, bytes: 200 },
  });
  expect(book.losses(1)).toEqual({
    'network-unsupported': { packets: 2, bytes: 120 },
    duplicate: { packets: 3, bytes: 300 },
  });
  expect(book.losses()).toEqual({
    'network-unsupported': { packets: 3, bytes: 180 },
    duplicate: { packets: 5, bytes: 500 },
  });
});

it('has nothing of an input that lost nothing', () => {
  const book = new LossBook();
  book.add('bug', 1, 0);
  book.settle(1);
  expect(book.losses(0)).toEqual({});
  expect(book.losses(7)).toEqual({});
});

it('lists causes in the order of the contract, whatever came first', () => {
  const book = new LossBook();
  book.add('bug', 1, 0);
  book.add('link-unsupported', 1, 1);
  expect(Object.keys(book.losses())).toEqual(['link-unsupported', 'bug']);
});
