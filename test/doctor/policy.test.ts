// Proves that a policy is told as missing, unreadable, wrong, doubtful or valid.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { policy } from '../../src/doctor/policy.ts';
import { temporaryFolder } from '../support/stores.ts';
import { examination, said } from './examination.ts';

async function told(text: string | null, name = 'site.yaml'): Promise<string> {
  const path = join(temporaryFolder(), name);
  if (text !== null) writeFileSync(path, text);
  const lines = said(await policy.look(examination({ content: { policy: path } })));
  expect(lines).toHaveLength(1);
  return lines[0].replaceAll(path, 'P');
}

it('is told', async () => {
  expect(said(await policy.look(examination()))[0]).toMatch(/^warning: there is none/);
  expect(await told(null)).toMatch(/^error: P: P cannot be read/);
  expect(await told('version: 1\nseverities: { phi-cleartext: loud }\n')).toMatch(
    /^error: P: 1 of its lines cannot be used, the first is 2: .*→ dicomtap check P/,
  );
  expect(await told('version: 1\nnetworks: { internal: [10.0.0.0/8] }\n')).toMatch(
    /^(ok: P: valid|warning: P: valid, with)/,
  );
});
