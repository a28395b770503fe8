// Proves what `dicomtap extract` finds, writes and refuses, and that it says when captures are not as they were.
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { jsonLines } from '../../support/program.ts';
import { scenePath } from '../../support/scenes.ts';
import { temporaryFolder } from '../../support/stores.ts';
import { tsharkFields } from '../../support/tshark.ts';
import { type Outcome, runWords } from '../run.ts';

/** A store that was filled from copies of scenes. */
class Case {
  readonly folder = temporaryFolder();
  readonly database = join(this.folder, 'a.db');

  at(name: string): string {
    return join(this.folder, name);
  }

  async replay(...names: readonly string[]): Promise<this> {
    for (const name of names) copyFileSync(scenePath(name), this.at(name));
    await this.replayAt(
      this.database,
      names.map((name) => this.at(name)),
    );
    return this;
  }

  replayAt(database: string, paths: readonly string[]): Promise<Outcome> {
    return runWords(['replay', ...paths, '--db', database, '--quiet', '--hash-key', scenePath('demo.key')]);
  }

  async ids(command: readonly string[], database = this.database): Promise<string[]> {
    const { stdout } = await runWords([...command, '--db', database, '--json']);
    return jsonLines(stdout).map(({ id }) => id as string);
  }

  extract(...words: readonly string[]): Promise<Outcome> {
    return runWords(['extract', ...words, '--db', this.database]);
  }
}

it('finds the captures that the store names, and the extract replays to the same association', async () => {
  const some = await new Case().replay('store-several.pcap', 'find-study.pcap');
  const ids = await some.ids(['associations']);
  const out = some.at('one.pcapng');
  const { status, stderr } = await some.extract(ids[0], '--write', out);
  expect([status, stderr.split('\n')[0]]).toEqual([
    0,
    expect.stringMatching(/^\d+ packets of 1 connection from \S+ to \S+$/),
  ]);
  expect(statSync(out).mode & 0o777).toBe(0o600);
  await some.replayAt(some.at('again.db'), [out]);
  expect(await some.ids(['associations'], some.at('again.db'))).toEqual([ids[0]]);
  expect(readFileSync(out).includes(ids[0])).toBe(true);
});

it('names the files that gave packets, not those that were looked into', async () => {
  const some = await new Case().replay('store-several.pcap', 'find-study.pcap');
  const [id] = await some.ids(['associations']);
  const from = ['store-several.pcap', 'find-study.pcap', 'store-several.pcap'].map((name) => some.at(name));
  const { stderr } = await some.extract(id, '-w', some.at('x'), '--from', ...from);
  expect(stderr).toMatch(/^\d+ packets of 1 connection from \S+\/find-study\.pcap to /);
});

it('tshark sees the same DICOM in it', async () => {
  const some = await new Case().replay('store.pcap');
  const [id] = await some.ids(['associations']);
  await some.extract(id, '-w', some.at('one.pcapng'));
  const seen = (name: string) =>
    tsharkFields(readFileSync(some.at(name)), ['dicom.pdu.type', 'dicom.tag', 'frame.time_epoch'], ['-Y', 'dicom']);
  expect(seen('one.pcapng').length).toBeGreaterThan(5);
  expect(seen('one.pcapng')).toEqual(seen('store.pcap'));
});

it.each([
  ['connection', async (some: Case) => (await connections(some))[0]],
  ['finding', async (some: Case) => (await some.ids(['findings']))[0]],
  ['alert', async (some: Case) => (await some.ids(['findings', '--alerts']))[0]],
  ['operation', async (some: Case) => (await some.ids(['operations']))[0]],
])('takes the id of a %s', async (_, idOf) => {
  const some = await new Case().replay('store.pcap');
  const { status } = await some.extract(await idOf(some), '-w', some.at('one.pcapng'));
  expect(status).toBe(0);
});

describe('what it refuses', () => {
  it('an id that is none, or nobody has', async () => {
    const some = await new Case().replay('echo.pcap');
    for (const id of ['no-id', `a${'b'.repeat(26)}`, "a' OR 1"]) {
      const { status, stderr } = await some.extract(id, '-w', some.at('x'));
      expect([status, stderr]).toEqual([1, expect.stringContaining('no record has the id')]);
    }
  });

  it('to write over a file, unless --force is said', async () => {
    const some = await new Case().replay('echo.pcap');
    const [id] = await some.ids(['associations']);
    const out = some.at('there.pcapng');
    writeFileSync(out, 'mine');
    const { status, stderr } = await some.extract(id, '-w', out);
    expect([status, stderr]).toEqual([1, expect.stringContaining('is there already')]);
    expect(readFileSync(out, 'utf8')).toBe('mine');
    expect((await some.extract(id, '-w', out, '--force')).status).toBe(0);
    expect(statSync(out).size).toBeGreaterThan(500);
  });
});

describe('captures that are not as they were', () => {
  it('gone: says so, and how to name where they are now', async () => {
    const some = await new Case().replay('echo.pcap');
    const [id] = await some.ids(['associations']);
    rmSync(some.at('echo.pcap'));
    const { status, stderr } = await some.extract(id, '-w', some.at('x'));
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /echo\.pcap is not there any more: run 1 read it\.[\s\S]*not where they were read[\s\S]*--from/,
    );
    expect(stderr).not.toContain('--ring');
    expect(existsSync(some.at('x'))).toBe(false);
  });

  it('read by a relative path, from another folder: says so', async () => {
    const some = await new Case().replay('echo.pcap');
    const [id] = await some.ids(['associations']);
    rename(some, 'elsewhere/echo.pcap');
    const { status, stderr } = await some.extract(id, '-w', some.at('x'));
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /elsewhere\/echo\.pcap is not there: run 1 read it, by this path from the folder [\s\S]*--from/,
    );
    const named = await some.extract(id, '-w', some.at('x'), '--from', some.folder);
    expect([named.status, named.stderr]).toEqual([0, expect.stringContaining('echo.pcap to')]);
  });

  it('standard input: cannot be read again', async () => {
    const some = await new Case().replay('echo.pcap');
    const [id] = await some.ids(['associations']);
    rename(some, '-');
    const { status, stderr } = await some.extract(id, '-w', some.at('x'));
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/standard input, which cannot be read again\n.*--from/),
    ]);
    expect(stderr).not.toContain('--ring');
  });

  it('of the wire: how to have a ring next time', async () => {
    const some = await new Case().replay('echo.pcap');
    const [id] = await some.ids(['associations']);
    rename(some, 'eth1', 'live');
    const { status, stderr } = await some.extract(id, '-w', some.at('x'));
    expect([status, stderr]).toEqual([1, expect.stringMatching(/were not kept[\s\S]*--ring DIR/)]);
  });

  it('cut: extracts the rest, with status 3', async () => {
    const some = await new Case().replay('store.pcap');
    const [id] = await some.ids(['associations']);
    truncateSync(some.at('store.pcap'), 4000);
    const { status, stderr } = await some.extract(id, '-w', some.at('x'));
    expect(status).toBe(3);
    expect(stderr).toMatch(/was changed: it has 4000 bytes[\s\S]*not all of its packets are as they were/);
  });

  it('another file of that name: says so', async () => {
    const some = await new Case().replay('store.pcap');
    const [id] = await some.ids(['associations']);
    copyFileSync(scenePath('echo.pcap'), some.at('store.pcap'));
    const { status, stderr } = await some.extract(id, '-w', some.at('x'));
    expect([status, stderr]).toEqual([1, expect.stringContaining('its first packet is another')]);
  });

  it('elsewhere: --from names files and folders, and those of another time are left out', async () => {
    const some = await new Case().replay('store.pcap');
    const [id] = await some.ids(['associations']);
    rmSync(some.at('store.pcap'));
    const from = [scenePath('store.pcap'), scenePath('quiet-day.pcapng')];
    const { status, stderr } = await some.extract(id, '-w', some.at('x'), '--from', ...from);
    expect([status, stderr]).toEqual([0, expect.stringContaining('store.pcap to')]);
    const none = await some.extract(id, '-w', some.at('y'), '--from', scenePath('echo-sweep.pcap'));
    expect([none.status, none.stderr]).toEqual([1, expect.stringContaining('no packet of')]);
  });
});

async function connections(some: Case): Promise<string[]> {
  const { stdout } = await runWords(['associations', '--db', some.database, '--json']);
  return jsonLines(stdout).map(({ connectionId }) => connectionId as string);
}

/** As if its capture had been read from there. */
function rename(some: Case, path: string, format = 'pcap'): void {
  const database = new Sqlite(some.database);
  database.prepare('UPDATE capture SET path = ?, format = ?').run(path, format);
  database.close();
}
