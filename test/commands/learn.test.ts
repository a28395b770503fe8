// Proves what learn takes: captures or a database, a period, and what it says when it cannot read them.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runWords } from './run.ts';

const store = new URL('../../pcaps/store.pcap', import.meta.url).pathname;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dicomtap-learn-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('learn', () => {
  it('writes a policy of captures, and leaves nothing behind', async () => {
    const others = () => readdirSync(tmpdir()).filter((name) => /^dicomtap-learn-[^t]\w{5}$/.test(name));
    const before = others();
    const { status, stdout, stderr } = await runWords(['learn', store]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('- title: CT_ROOM1\n');
    expect(others().filter((name) => !before.includes(name))).toEqual([]);
    expect(existsSync('dicomtap.db')).toBe(false);
  });

  it('of a period knows what began in it', async () => {
    const { stdout } = await runWords(['learn', store, '--to', '2020-01-01']);
    expect(stdout).toContain('from no traffic at all');
    expect((await runWords(['learn', store, '--from', '2020-01-01'])).stdout).toContain('- title: CT_ROOM1\n');
  });

  it('of a capture that is cut writes what it showed, says so, and exits with 3', async () => {
    const cut = join(folder, 'cut.pcap');
    const bytes = readFileSync(store);
    writeFileSync(cut, bytes.subarray(0, bytes.length - 10));
    const { status, stdout, stderr } = await runWords(['learn', cut]);
    expect(status).toBe(3);
    expect(stdout).toContain('- title: CT_ROOM1\n');
    expect(stderr).toContain('cut.pcap');
  });

  it.each<[string, string[], RegExp]>([
    ['both captures and a database', [store, '--db', 'x.db'], /not both/],
    ['a database that is not there', ['--db', '/nowhere/x.db'], /no database/],
    ['a capture that is not there', ['/nowhere/x.pcap'], /nowhere/],
    ['an empty period', [store, '--from', '2026-01-02', '--to', '2026-01-01'], /is not before/],
  ])('refuses %s', async (_, words, sentence) => {
    const { status, stdout, stderr } = await runWords(['learn', ...words]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
  });
});
