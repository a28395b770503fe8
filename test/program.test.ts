// Proves that the version has one source.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { programVersion } from '../src/program.ts';

it('is that of package.json', () => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  expect(programVersion()).toBe((JSON.parse(text) as { version: string }).version);
});
