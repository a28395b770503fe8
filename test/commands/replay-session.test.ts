// Proves that a replay can follow a recorder and be ended at any time without loss.
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runWords } from './run.ts';

const store = readFileSync(new URL('../../pcaps/store.pcap', import.meta.url));
const echo = readFileSync(new URL('../../pcaps/echo.pcap', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dicomtap-follow-'));
  writeFileSync(join(folder, 'hash.key'), '00'.repeat(32), { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Associations in the database of a replay under way. */
function released(): number {
  const path = join(folder, 't.db');
  if (!existsSync(path)) return 0;
  const database = new Sqlite(path, { readonly: true });
  try {
    return database.prepare("SELECT count(*) FROM association WHERE outcome = 'released'").pluck().get() as number;
  } catch {
    return 0; // Its tables are not there yet.
  } finally {
    database.close();
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resume) => setTimeout(resume, 20));
}

describe('a capture that still grows', () => {
  it('is stored as it grows, through the files of its ring, until an interrupt', async () => {
    // Proves --follow from a packet's half to the ring's next file, and that an interrupt keeps what was read.
    const first = join(folder, 'r.pcap0');
    writeFileSync(first, store.subarray(0, 3001));
    const words = ['--follow', '--json', '--db', join(folder, 't.db'), '--hash-key', join(folder, 'hash.key')];
    const outcome = runWords(['replay', first, ...words]);
    appendFileSync(first, store.subarray(3001));
    await until(() => released() === 1);
    writeFileSync(join(folder, 'r.pcap1'), echo);
    await until(() => released() === 2);
    process.emit('SIGINT');
    const { status, stdout, stderr } = await outcome;
    expect(status).toBe(130);
    expect(stderr).toMatch(/^dicomtap: interrupted\n/);
    const { inputs } = JSON.parse(stdout) as { inputs: { path: string; complete: boolean }[] };
    expect(inputs.map(({ path, complete }) => [path.slice(-7), complete])).toEqual([
      ['r.pcap0', true],
      ['r.pcap1', false],
    ]);
    expect(released()).toBe(2);
  });
});
