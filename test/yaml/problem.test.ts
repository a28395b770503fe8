// Proves that a problem of a policy file names its line and its place.
import { expect, it } from 'vitest';
import { pathText, problemInWords } from '../../src/yaml/problem.ts';

it.each<[(string | number)[], string]>([
  [[], ''],
  [['site'], 'site'],
  [['ae_titles', 3, 'addresses', 0], 'ae_titles[3].addresses[0]'],
  [['networks', 'internal'], 'networks.internal'],
])('%j is written %s', (path, text) => {
  expect(pathText(path)).toBe(text);
});

it('is a line of words', () => {
  const problem = { line: 14, column: 3, sentence: 'is empty' };
  expect(problemInWords({ ...problem, path: 'site' })).toBe('line 14: site: is empty');
  expect(problemInWords({ ...problem, path: '' })).toBe('line 14: is empty');
});
