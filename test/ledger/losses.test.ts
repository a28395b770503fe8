// Proves that losses are kept by cause and by input, and that the inputs add up to all.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LossBook } from '../../src/ledger/losses.ts';
import { lossCauses, markCauses } from '../../src/model/records.ts';
import { root } from '../support/source-tree.ts';

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

it('docs/losses.md names every cause in their order, and which are marks', () => {
  const page = readFileSync(join(root, 'docs/losses.md'), 'utf8');
  const table = page.slice(page.indexOf('## Causes'), page.indexOf('## Sums'));
  expect([...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, cause]) => cause)).toEqual(lossCauses);
  const marks = /^(.*) are marks/m.exec(table)?.[1] ?? '';
  expect([...marks.matchAll(/`([a-z-]+)`/g)].map(([, cause]) => cause)).toEqual(markCauses);
});
