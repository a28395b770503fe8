// Proves: a list is left as it was, and another has one more.
import { expect, it } from 'vitest';
import { lengthened } from '../../src/bytes/lengthened.ts';

it('is another list, with one more at its end', () => {
  const list = ['a'];
  expect(lengthened(lengthened(list, 'b'), 'c')).toEqual(['a', 'b', 'c']);
  expect(list).toEqual(['a']);
});
