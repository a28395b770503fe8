// Proves that distinct things are counted exactly up to the bound, and then said to be more.
import { expect, it } from 'vitest';
import { Distinct } from '../../src/ledger/distinct.ts';

it('counts each thing once', () => {
  const set = new Distinct(10);
  for (const thing of ['a', 'b', 'a']) set.add(thing);
  expect(set.count).toBe(2);
});

it('is exact at the bound, and "10000+" only from the next new thing on', () => {
  const set = new Distinct(3);
  for (const thing of ['a', 'b', 'c', 'a', 'c']) set.add(thing);
  expect(set.count).toBe(3);
  set.add('d');
  expect(set.count).toBe('10000+');
  set.add('a');
  expect(set.count).toBe('10000+');
});

it('knows the one thing, if there is one', () => {
  const set = new Distinct(10);
  expect(set.only).toBeNull();
  set.add('a');
  set.add('a');
  expect(set.only).toBe('a');
  set.add('b');
  expect(set.only).toBeNull();
});

it('never takes more than one for the only one, even with a bound of one', () => {
  const set = new Distinct(1);
  set.add('a');
  set.add('b');
  expect(set.only).toBeNull();
});
