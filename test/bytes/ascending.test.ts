// Proves: texts are sorted by code units, numbers by size.
import { expect, it } from 'vitest';
import { ascending } from '../../src/bytes/ascending.ts';

it('sorts texts by code units, whatever the locale', () => {
  expect(['b', 'B', 'a', 'ä', 'a'].sort(ascending)).toEqual(['B', 'a', 'a', 'b', 'ä']);
});

it('sorts numbers by size', () => {
  expect([10, 9, 10, -1].sort(ascending)).toEqual([-1, 9, 10, 10]);
});
