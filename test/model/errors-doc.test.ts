// Proves that docs/errors.md says the exit status and the meaning of every operator error, and names no other.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { operatorErrors } from '../../src/model/errors.ts';

it('docs/errors.md is equal to the table of operator errors', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const rows = Array.from(page.matchAll(/^\| `([a-z-]+)` \| (\d+) \| (.*?) \| (.+) \|$/gm), ([, ...cells]) => cells);
  expect(rows.map(([code, status, about]) => [code, Number(status), about])).toEqual(
    Object.entries(operatorErrors).map(([code, { exitStatus, about }]) => [code, exitStatus, about]),
  );
  for (const [code, , , remedy] of rows) expect(remedy, code).toMatch(/\w/);
});
