// Proves what policy diff says: of two files, of a database too, and when it cannot.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWords } from './run.ts';

const store = new URL('../../pcaps/store.pcap', import.meta.url).pathname;
const key = new URL('../../pcaps/demo.key', import.meta.url).pathname;

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dicomtap-policy-diff-'));
  writeFileSync(at('old.yaml'), 'version: 1\nsite: S\nae_titles: [{ title: A }]\n');
  writeFileSync(at('new.yaml'), 'version: 1\nsite: S\nseverities: { phi-cleartext: low }\n');
  await runWords(['replay', store, '--quiet', '--db', at('s.db'), '--hash-key', key]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const diff = (...words: string[]) => runWords(['policy', 'diff', ...words]);

describe('policy diff', () => {
  it('tells what is said otherwise, and which findings of the database differ', async () => {
    const { status, stdout } = await diff(at('old.yaml'), at('new.yaml'), '--db', at('s.db'));
    expect(status).toBe(0);
    expect(stdout).toContain('- AE titles: 1 entry; a title not listed is not allowed.');
    expect(stdout).toContain('+ AE titles: none listed');
    expect(stdout).not.toContain('Site');
    expect(stdout).toContain('of 1 association in the database,');
    expect(stdout).toMatch(/0 appear, 2\s+vanish, 1 changes severity/);
    expect(stdout).toContain('~ high → low phi-cleartext');
    expect(stdout).toContain('- high ae-not-allowed');
    expect(stdout).toContain('Not told');
  });

  it('tells each line as it reads alone', async () => {
    const between = 'clients: [A], servers: [B], until: 2027-01-01, reason: R';
    writeFileSync(
      at('more.yaml'),
      `version: 1\nsite: S\nae_titles: [{ title: A }]\nencryption: { cleartext_tolerated: [{ ${between} }] }\n` +
        `exceptions: [{ detection: ae-not-allowed, ${between} }]\ntools: [{ tool: nmap, ${between} }]\n`,
    );
    const { stdout } = await diff(at('old.yaml'), at('more.yaml'), '--db', at('s.db'), '--json');
    const { said } = JSON.parse(stdout) as { said: string[] };
    expect(said).toContain('+ clear text tolerated from A to B, through 2027-01-01: R');
    expect(said).toContain('+ exception to ae-not-allowed from A to B, through 2027-01-01: R');
    expect(said).toContain('+ expected tool nmap from A to B, through 2027-01-01: R');
  });

  it('has a JSON form', async () => {
    const { stdout } = await diff(at('old.yaml'), at('new.yaml'), '--db', at('s.db'), '--json');
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual([
      'schema',
      'before',
      'now',
      'said',
      'associations',
      'incomplete',
      'comparison',
      'notTold',
    ]);
  });

  it('of one policy with itself is nothing', async () => {
    const { stdout } = await diff(at('old.yaml'), at('old.yaml'), '--db', at('s.db'));
    expect(stdout).toContain('the same');
    expect(stdout).toContain('no difference');
  });

  it.each<[string, string[], RegExp]>([
    ['one policy', ['old.yaml'], /two policies/],
    ['three', ['old.yaml', 'new.yaml', 'old.yaml'], /two policies/],
    ['a policy that is not there', ['old.yaml', 'none.yaml'], /none\.yaml/],
  ])('refuses %s', async (_, names, sentence) => {
    const { status, stdout, stderr } = await diff(...names.map(at));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
  });

  it('refuses a database that is named and not there', async () => {
    const { status, stderr } = await diff(at('old.yaml'), at('new.yaml'), '--db', at('none.db'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/no database/);
  });
});
