// Proves that the version has one source, and that the demo says how the program is called there.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { programCall, programVersion } from '../src/program.ts';

it('is that of package.json', () => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  expect(programVersion()).toBe((JSON.parse(text) as { version: string }).version);
});

it('is called through npx after npm run demo, and by its name elsewhere', () => {
  expect(programCall({ npm_lifecycle_event: 'demo' })).toBe('npx dicomtap');
  expect([programCall({ npm_lifecycle_event: 'test' }), programCall({})]).toEqual(['dicomtap', 'dicomtap']);
});
