// Proves that why a file cannot be read is said in words.
import { expect, it } from 'vitest';
import { readFailure } from '../../src/yaml/read-failure.ts';

it.each([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'permission denied'],
  ['EISDIR', 'it is a folder'],
  ['EIO', 'EIO'],
])('%s: %s', (code, words) => {
  expect(readFailure(Object.assign(new Error('x'), { code }))).toBe(words);
});

it('has the error itself where it has no code', () => {
  expect(readFailure(new Error('odd'))).toBe('Error: odd');
});
