// Proves that a tally counts by attribute, and by value when asked to reveal.
import { expect, test } from 'vitest';
import { limits } from '../../../src/model/limits.ts';
import { ShownTally } from '../../../src/protocols/dicom/shown-tally.ts';

test('counts, in the order first shown, and nothing twice', () => {
  const tally = new ShownTally(limits);
  for (const attribute of [7, 3, 7]) tally.show(attribute);
  expect(tally.take()).toEqual([
    { attribute: 7, count: 2, value: null },
    { attribute: 3, count: 1, value: null },
  ]);
  expect(tally.take()).toEqual([]);
  tally.show(3);
  tally.clear();
  expect(tally.take()).toEqual([]);
});

test('values are counted apart; those beyond the bound are counted together', () => {
  const tally = new ShownTally({ ...limits, revealedValuesMax: 2 });
  for (const value of ['a', 'b', 'c', 'a', 'd']) {
    tally.show(5);
    tally.reveal(5, value);
  }
  expect(tally.take()).toEqual([
    { attribute: 5, count: 2, value: 'a' },
    { attribute: 5, count: 1, value: 'b' },
    { attribute: 5, count: 2, value: null },
  ]);
});
