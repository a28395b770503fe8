// Proves that a text is read as YAML or told why it is none, at its line, and that nothing it says throws.
import { expect, it } from 'vitest';
import { readYaml } from '../../src/yaml/document.ts';

it('gives data, and the place of what a remark means', async () => {
  const source = await readYaml('a:\n  - b: 1\nc: |\n  text\n');
  if ('problems' in source) throw new Error('no YAML');
  expect(source.data).toEqual({ a: [{ b: 1 }], c: 'text\n' });
  const at = (path: (string | number)[], key: boolean) => {
    const { line, column } = source.located({ path, sentence: 'x', key });
    return [line, column];
  };
  expect([at(['a', 0, 'b'], false), at(['a', 0, 'b'], true), at(['a', 0, 'z'], false)]).toEqual([
    [2, 8],
    [2, 5],
    [2, 5],
  ]);
  expect([source.isBlock('c'), source.isBlock('a'), source.isBlock('z')]).toEqual([true, true, true]);
});

it('says that a text says nothing', async () => {
  expect(await readYaml('# a comment\n')).toMatchObject({ data: null });
});

it.each([
  ['a: [', 'not YAML: '],
  ['a: *b', 'alias *b has no anchor'],
  ['['.repeat(20_000), 'nested too deeply'],
])('%.20s is refused', async (text, sentence) => {
  const source = await readYaml(text);
  expect('problems' in source ? source.problems[0].sentence : '').toContain(sentence);
});
