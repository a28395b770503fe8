// Proves that source files are found with their imports, and that words in comments and strings are not code.
import { expect, it } from 'vitest';
import { sourceFiles } from './source-tree.ts';

const files = sourceFiles('test/support');
const own = files.find((file) => file.path === 'test/support/source-tree.ts');
const self = files.find((file) => file.path === 'test/support/source-tree.test.ts');

it('imports are paths from the root, or names of packages', () => {
  expect(own?.imports).toEqual(['node:fs', 'node:path', 'node:url']);
  expect(self?.imports).toEqual(['vitest', 'test/support/source-tree.ts']);
  const segments = files.find((file) => file.path === 'test/support/segments.ts');
  expect(segments?.imports).toEqual(['test/support/conversation.ts']);
});

it('comments, strings, templates and regular expressions are blank in the code; the rest stays', () => {
  const marks = ['quince', `quince ${['quince'].length}`, /quince\/['"]/.source]; // quince
  expect(marks.length + 6 / 2 / 3).toBe(4);
  expect(self?.code).not.toMatch(/[q]uince/);
  expect(self?.code).toContain('marks.length + 6 / 2 / 3');
  expect(self?.code.split('\n').length).toBe(self?.text.split('\n').length);
});
