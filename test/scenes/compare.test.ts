// Proves that a dry run tells what two replays would, and the store the same without one, over every scene.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runWords } from '../commands/run.ts';
import { pcaps, scenePath, scenes } from '../support/scenes.ts';

const key = join(pcaps, 'demo.key');
const old = join(pcaps, 'demo.yaml');
const paths = scenes().map(scenePath);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dicomtap-compare-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

async function output(...words: string[]): Promise<string> {
  const { status, stdout } = await runWords(words);
  expect(status).toBe(0);
  return stdout;
}

/** Findings that stand in a store, by id, with their severities. */
async function findings(name: string, policy: string, ...more: string[]): Promise<Map<string, string>> {
  await output('replay', ...paths, '--quiet', '--db', at(name), '--hash-key', key, '--policy', policy, ...more);
  const lines = (await output('findings', '--db', at(name), '--json')).trimEnd().split('\n');
  const rows = lines.map((line) => JSON.parse(line) as { id: string; severity: string });
  return new Map(rows.map(({ id, severity }) => [id, severity]));
}

interface Compared {
  readonly appear: number;
  readonly vanish: number;
  readonly change: number;
  readonly differences: { readonly associationId: string | null }[];
}

it('one pass with two policies differs as two passes do, and the store as the pass', async () => {
  const now = at('new.yaml');
  writeFileSync(
    now,
    `version: 1
networks: { internal: [10.20.30.0/26, fd00::/8] }
ae_titles:
  - { title: [CT_ROOM1, MR_ROOM2], addresses: 10.20.30.0/27, roles: { scu: [store] }, peers: [ARCHIVE] }
  - { title: [ARCHIVE, RIS] }
encryption: { cleartext_tolerated: [{ clients: [CT_ROOM1], until: 2099-12-31, reason: x }] }
severities: { credentials-cleartext: low, called-ae-unknown: off }
exceptions: [{ detection: ae-not-allowed, clients: [{ address: 10.20.30.30 }], until: 2099-12-31, reason: y }]
`,
  );
  const before = await findings('before.db', old);
  const after = await findings('after.db', now);
  const expected = {
    appear: [...after.keys()].filter((id) => !before.has(id)).length,
    vanish: [...before.keys()].filter((id) => !after.has(id)).length,
    change: [...after].filter(([id, severity]) => before.has(id) && before.get(id) !== severity).length,
  };
  expect(Math.min(...Object.values(expected))).toBeGreaterThan(0);
  const run = [
    'replay',
    ...paths,
    '--json',
    '--db',
    at('try.db'),
    '--hash-key',
    key,
    '--policy',
    now,
    '--compare',
    old,
  ];
  const { comparison } = JSON.parse(await output(...run)) as { comparison: Compared };
  expect(comparison).toMatchObject(expected);
  const diff = JSON.parse(await output('policy', 'diff', old, now, '--json', '--db', at('before.db'))) as {
    comparison: Compared;
  };
  // What is of several associations the store does not judge anew, and says so.
  const ofOne = ({ differences }: Compared) => differences.filter(({ associationId }) => associationId !== null);
  expect(ofOne(diff.comparison)).toEqual(ofOne(comparison));
});
