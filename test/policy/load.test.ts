// Proves: a policy file that cannot be used ends in one sentence with a remedy, and the example and the schema are what
// they say.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { OperatorError } from '../../src/model/errors.ts';
import { loadPolicy, readPolicy } from '../../src/policy/load.ts';
import { policyJsonSchema } from '../../src/policy/schema.ts';
import { START } from '../support/subject.ts';

const folder = mkdtempSync(join(tmpdir(), 'dicomtap-policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

const documented = (name: string) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function refusal(path: string): Promise<OperatorError> {
  const outcome: unknown = await loadPolicy(path, START).catch((error: unknown) => error);
  if (outcome instanceof OperatorError) return outcome;
  throw new Error(`not refused: ${String(outcome)}`);
}

describe('a file that cannot be read', () => {
  it.each([
    ['that is not there', join(folder, 'missing.yaml'), 'there is no such file'],
    ['that is a folder', folder, 'it is a folder'],
    ['that is not UTF-8', file('latin1.yaml', Uint8Array.of(0x76, 0x3a, 0xe4)), 'it is not UTF-8 text'],
  ])('%s', async (_, path, why) => {
    const error = await refusal(path);
    expect(error).toMatchObject({ code: 'policy-unreadable', message: `${path} cannot be read: ${why}.` });
    expect(error.remedy).not.toBe('');
  });
});

describe('a file with errors', () => {
  it('is refused with the first three, and how many more', async () => {
    const path = file('bad.yaml', 'version: 1\nnetworks: { internal: [a, b, c, d, e] }');
    const error = await refusal(path);
    expect(error.code).toBe('policy-invalid');
    expect(error.message).toBe(
      `${path}: line 2: networks.internal[0]: 'a' is not an address or network; ` +
        `line 2: networks.internal[1]: 'b' is not an address or network; ` +
        `line 2: networks.internal[2]: 'c' is not an address or network (and 2 more)`,
    );
    expect(error.remedy).toContain(`dicomtap check ${path}`);
  });
});

describe('a sound file', () => {
  it('gives a policy, and what of it expired; its warnings are for check', async () => {
    const gone = 'exceptions: [{ detection: phi-cleartext, until: 2020-01-01, reason: x }]';
    const path = file('good.yaml', `\uFEFFversion: 1\nae_titles: [{ title: a }]\n${gone}\n`);
    const { policy, expired } = await loadPolicy(path, START);
    expect(policy.callers('a')).toHaveLength(1);
    expect(expired.map(({ sentence }) => sentence)).toEqual(['this exception expired on 2020-01-01']);
    expect((await readPolicy(path, START)).warnings).toHaveLength(2);
  });

  it('is the example of the documentation, without warnings', async () => {
    const { policy, warnings } = await readPolicy(documented('example-policy.yaml'), START);
    expect(warnings).toEqual([]);
    expect(policy?.listsAeTitles).toBe(true);
  });
});

describe('the JSON Schema', () => {
  it('in docs/ is that of the form', () => {
    // Proves that editors check what the program checks; after a change of the form, `DICOMTAP_GOLDEN=write` writes it
    // anew.
    if (process.env['DICOMTAP_GOLDEN'] === 'write') writeFileSync(documented('policy.schema.json'), policyJsonSchema());
    expect(readFileSync(documented('policy.schema.json'), 'utf8')).toBe(policyJsonSchema());
  });
});
