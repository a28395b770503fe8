// Proves that the policy learnt from a scene is valid, the same from captures and from a store, and finds no fault of
// identity in its own traffic.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWords } from '../commands/run.ts';
import { canaries } from '../support/canaries.ts';
import { identityDetections } from '../support/identity.ts';
import { replay } from '../support/replay.ts';
import { captureBytes, sceneName, scenePath, scenes } from '../support/scenes.ts';
import { policyOf } from '../support/subject.ts';

/**
 * Scenes in which someone is rejected, guesses, scans, hides, sends what is no data, or comes from outside: that is not
 * to be learnt.
 */
const abnormal = [
  'ack-before-data',
  'ae-guessing',
  'echo-sweep',
  'misuse',
  'nmap',
  'odd-values',
  'outside-client',
  'reject',
  'termscu',
  'tiny-segments',
];
const normal = scenes().filter((name) => !abnormal.includes(sceneName(name)));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dicomtap-learn-scenes-'));
  writeFileSync(join(folder, 'hash.key'), '00'.repeat(32), { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function learnt(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await runWords(['learn', ...words]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

describe.each(normal)('the policy of %s', (name) => {
  it('finds no fault of identity in it', async () => {
    const text = await learnt(scenePath(name));
    const { findings } = await replay(captureBytes(scenePath(name)), { policy: await policyOf(text) });
    expect(findings.filter(({ detection }) => identityDetections.includes(detection))).toEqual([]);
    expect(canaries.filter((canary) => text.includes(canary))).toEqual([]);
  });
});

it('what is abnormal is not allowed, and said', async () => {
  const text = await learnt(
    ...scenes()
      .filter((name) => !normal.includes(name))
      .map(scenePath),
  );
  const titles = text.split('\n').filter((line) => line.includes('- title:'));
  const names = titles.map((line) => line.replace(/.*: /, ''));
  for (const stranger of ['STRANGER', 'ECHOSCU', 'ANY-SCP']) expect(names).not.toContain(stranger);
  const doubts = text.split('\n').filter((line) => line.startsWith('# - '));
  expect(doubts.some((line) => line.includes("'STRANGER'") && line.includes('rejected'))).toBe(true);
  expect(doubts.some((line) => line.includes('203.0.113.7 is outside the private networks'))).toBe(true);
});

it('is one for all of them, the same from captures, in either order, and from a store', async () => {
  const paths = normal.map(scenePath);
  const database = join(folder, 'all.db');
  const key = ['--hash-key', join(folder, 'hash.key')];
  expect((await runWords(['replay', ...paths, '--quiet', '--db', database, ...key])).status).toBe(0);
  const text = await learnt('--db', database);
  expect(await learnt(...paths)).toBe(text);
  expect(await learnt(...[...paths].reverse())).toBe(text);
  const policy = await policyOf(text);
  for (const name of normal.filter((each) => sceneName(each) !== 'wrong-address')) {
    const { findings } = await replay(captureBytes(scenePath(name)), { policy });
    expect(
      findings.filter(({ detection }) => identityDetections.includes(detection)).map(({ summary }) => summary),
    ).toEqual([]);
  }
});
