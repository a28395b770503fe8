// Proves that no patient value and no secret of the recordings is in anything the program writes, in any spelling.
import fs, { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Outcome, runWords } from '../commands/run.ts';
import { canaries, canariesIn, canariesInText } from '../support/canaries.ts';
import { captureBytes, pcaps, scenePath, scenes } from '../support/scenes.ts';

const folder = mkdtempSync(join(tmpdir(), 'dicomtap-canary-'));
const at = (name: string): string => join(folder, name);

const all = ['replay', ...scenes().map(scenePath), '--hash-key', at('hash.key'), '--log-level', 'trace'];
const seen = ['--db', at('seen.db')];
const queries = ['findings', 'associations', 'operations', 'endpoints'];
const commandLines: Record<string, readonly string[]> = {
  'replay --json': [...all, ...seen, '--json', '--connections', at('connections.jsonl')],
  'replay --policy': [...all, ...seen, '--policy', join(pcaps, 'demo.yaml')],
  ...Object.fromEntries(
    queries.flatMap((name) => [
      [name, [name, ...seen]],
      [`${name} --json`, [name, ...seen, '--json']],
    ]),
  ),
  'findings --alerts': ['findings', '--alerts', ...seen],
  learn: ['learn', ...seen],
  'policy diff': ['policy', 'diff', join(pcaps, 'demo.yaml'), at('other.yaml'), ...seen],
  'replay --reveal': [...all, '--db', at('revealed.db'), '--reveal'],
};
const outcomes: Record<string, Outcome> = {};
let log = '';

beforeAll(async () => {
  writeFileSync(at('other.yaml'), 'version: 1\n');
  writeFileSync(at('hash.key'), '00'.repeat(32), { mode: 0o600 });
  // The log goes to file descriptor 2, past every stream.
  const writeSync = vi.spyOn(fs, 'writeSync').mockImplementation((_fd, text: unknown) => {
    log += String(text);
    return Buffer.byteLength(String(text));
  });
  for (const [name, words] of Object.entries(commandLines)) outcomes[name] = await runWords(words);
  writeSync.mockRestore();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('no canary is', () => {
  for (const name of Object.keys(commandLines)) {
    it(`in what is shown by ${name}`, () => {
      const { status, stdout, stderr } = outcomes[name];
      expect(status, stderr).toBe(0);
      expect(stdout.length).toBeGreaterThan(1000);
      expect(canariesInText(stdout)).toEqual([]);
      expect(canariesInText(stderr)).toEqual([]);
    });
  }

  it('in the log', () => {
    expect(log.split('\n').length).toBeGreaterThan(3 * scenes().length);
    expect(canariesInText(log)).toEqual([]);
  });

  it('in a byte of the files it leaves', () => {
    const files = readdirSync(folder).filter((name) => name !== 'revealed.db');
    expect(files.sort()).toEqual(['connections.jsonl', 'hash.key', 'other.yaml', 'seen.db']);
    for (const file of files) expect(canariesIn(readFileSync(at(file))), file).toEqual([]);
  });
});

describe('the search would have found them:', () => {
  const onTheWire = Buffer.concat(scenes().map((file) => captureBytes(scenePath(file))));

  it('canaries in the captures', () => {
    const found = new Set(canariesIn(onTheWire).map((text) => text.replace(/ \([^(]*\)$/, '')));
    expect(canaries.filter((canary) => !found.has(canary))).toEqual([]);
  });

  it('revealed values in the store', () => {
    expect(canariesIn(readFileSync(at('revealed.db')))).toEqual(
      expect.arrayContaining([
        'Muster^Erika (UTF-8)',
        'TEST-0001 (UTF-8)',
        '山田^太郎 (UTF-8)',
        'Prüfling^Jürgen (UTF-8)',
      ]),
    );
  });

  it('each spelling', () => {
    const name = Buffer.from('Prüfling^Jürgen');
    for (const before of ['', 'a', 'ab']) {
      const text = Buffer.concat([Buffer.from(before), name, Buffer.from('after')]).toString('base64');
      expect(canariesIn(Buffer.from(text))).toEqual([`Prüfling^Jürgen (base64, ${before.length} bytes in)`]);
    }
    expect(canariesIn(Buffer.from(name.toString('hex')))).toEqual(['Prüfling^Jürgen (hex)']);
    expect(canariesIn(Buffer.from('Prüfling^Jürgen', 'utf16le'))).toEqual(['Prüfling^Jürgen (UTF-16LE)']);
    expect(canariesIn(Buffer.from('Prüfling^Jürgen', 'latin1'))).toEqual(['Prüfling^Jürgen (Latin-1)']);
    expect(canariesInText('seen: Prüf\n  ling^Jürgen')).toEqual(['Prüfling^Jürgen (lines joined)']);
  });
});
