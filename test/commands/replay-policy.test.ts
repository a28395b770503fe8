// Proves what a replay says of its policy: what expired when it begins, and what was held back when it ends.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Outcome, runWords } from './run.ts';

const store = new URL('../../pcaps/store.pcap', import.meta.url).pathname;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dicomtap-replay-policy-'));
  writeFileSync(join(folder, 'hash.key'), '00'.repeat(32), { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

function replay(...words: string[]): Promise<Outcome> {
  return runWords(['replay', ...words, '--db', join(folder, 't.db'), '--hash-key', join(folder, 'hash.key')]);
}

const exception = (until: string) =>
  `version: 1\nae_titles: [{ title: NOBODY }]\nexceptions:\n  - { detection: ae-not-allowed, until: ${until}, reason: testing }\n`;

describe('the policy of a replay', () => {
  it('says at the start what expired', async () => {
    const { status, stderr } = await replay(store, '--policy', put('p.yaml', exception('2020-01-01')));
    expect(status).toBe(0);
    expect(stderr).toBe(
      `dicomtap: warning: ${join(folder, 'p.yaml')}: line 4: exceptions[0]: this exception expired on 2020-01-01\n`,
    );
  });

  it('counts what it holds back, in the summary and in JSON', async () => {
    const policy = put('p.yaml', exception('2099-12-31'));
    const { stdout, stderr } = await replay(store, '--policy', policy);
    expect(stderr).toBe('');
    expect(stdout).toContain('held back 1 finding:');
    expect(stdout).toContain('1 ae-not-allowed by exceptions[0], through 2099-12-31: testing');
    const { heldBack } = JSON.parse((await replay(store, '--policy', policy, '--json')).stdout) as Record<
      string,
      unknown
    >;
    expect(heldBack).toEqual([
      {
        detection: 'ae-not-allowed',
        by: 'exception',
        index: 0,
        until: '2099-12-31',
        reason: 'testing',
        count: 1,
      },
    ]);
  });
});
