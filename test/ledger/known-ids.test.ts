// Proves that the last ids are found, each with its own, and older ones are forgotten one by one.
import { expect, it } from 'vitest';
import { childId } from '../../src/ledger/ids.ts';
import { KnownIds } from '../../src/ledger/known-ids.ts';

const id = (number: number) => childId('a', 'c', number);

it.each([1, 10, 1024, 1500])('keeps the last %i', (max) => {
  const known = new KnownIds(max);
  for (let i = 0; i < 5000; i++) {
    expect(known.find(id(i))).toBe(-1);
    known.add(id(i), i);
    const oldest = Math.max(0, i - max + 1);
    expect(known.starts[known.find(id(oldest))]).toBe(oldest);
    expect(known.find(id(oldest - 1))).toBe(-1);
  }
  for (let i = 5000 - max; i < 5000; i++) expect(known.starts[known.find(id(i))]).toBe(i);
});

it('enters an id with ordinal 0, whatever was in its place', () => {
  const known = new KnownIds(1);
  known.add(id(1), 1);
  known.ordinals[known.find(id(1))] = 7;
  known.add(id(2), 2);
  expect(known.ordinals[known.find(id(2))]).toBe(0);
});

it('tells ids apart that begin or go on alike', () => {
  const known = new KnownIds(10);
  known.add('caaaaaabbbbbb', 1);
  known.add('cbbbbbbbbbbbb', 2);
  known.add('caaaaaaaaaaaa', 3);
  expect(['caaaaaabbbbbb', 'cbbbbbbbbbbbb', 'caaaaaaaaaaaa'].map((one) => known.starts[known.find(one)])).toEqual([
    1, 2, 3,
  ]);
  expect(known.find('cbbbbbbaaaaaa')).toBe(-1);
});
