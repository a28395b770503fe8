// Proves that each check has a name of its own, and a section in docs/doctor.md.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checks } from '../../src/doctor/catalogue.ts';
import { root } from '../support/source-tree.ts';

it('docs/doctor.md has a section for each, in their order', () => {
  const page = readFileSync(join(root, 'docs', 'doctor.md'), 'utf8');
  const sections = Array.from(page.matchAll(/^### (.+)$/gm), ([, name]) => name);
  expect(sections).toEqual(checks.map(({ slug }) => slug));
  expect(new Set(sections).size).toBe(checks.length);
});
