// Proves that a replay which cannot begin leaves the store closed, as one file that the next replay opens.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runWords } from './run.ts';

const capture = fileURLToPath(new URL('../../pcaps/echo.pcap', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dicomtap-opening-'));
  writeFileSync(join(folder, 'hash.key'), '00'.repeat(32), { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function replay(...words: string[]): ReturnType<typeof runWords> {
  return runWords(['replay', ...words, '--db', join(folder, 't.db'), '--hash-key', join(folder, 'hash.key')]);
}

it('closes the store where a file of connections cannot be made', async () => {
  expect((await replay(capture, '--connections', join(folder, 'none', 'c.jsonl'))).status).toBe(1);
  expect(readdirSync(folder).sort()).toEqual(['hash.key', 't.db']);
  expect((await replay(capture)).status).toBe(0);
});

it('makes no store for a capture that is not there', async () => {
  expect((await replay(join(folder, 'none.pcap'))).status).toBe(1);
  expect(readdirSync(folder)).toEqual(['hash.key']);
});
