// Proves B40, B41 and B44 of a whole live sensor: while its disk is full, read-only or failing, or its database is
// locked or damaged, it goes on listening, says so once, and catches up by itself; a clock that steps spoils nothing.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeFailure } from '../../src/store/failures.ts';
import { LiveSession as StoreSession } from '../../src/store/live-session.ts';
import { conversation, frames } from '../support/conversation.ts';
import { KeptRecords, until } from '../support/live.ts';
import { Listening } from '../support/live-sensor.ts';
import { type LiveTest, liveTest } from '../support/live-stores.ts';
import { said } from '../support/sensing.ts';
import { temporaryFolder } from '../support/stores.ts';

/** It goes on listening while `store` fails, says it once, and has every finding when that is over. */
async function proven(
  path: string,
  store: LiveTest,
  breaks: () => void | Promise<void>,
  why: RegExp,
  mends: () => void,
) {
  const sensor = new Listening(store.recorder);
  sensor.hear(5);
  await until(() => sensor.session.status.associations === 5, 'the first');
  await breaks();
  await until(() => {
    sensor.hear(5);
    return store.recorder.status().trouble !== null;
  }, 'the trouble');
  expect(store.recorder.status().trouble).toMatch(why);
  await until(() => sensor.unwell > 0, 'the alarm');
  const { associations } = sensor.session.status;
  sensor.hear(5);
  await until(() => sensor.session.status.associations > associations, 'what came meanwhile');
  expect(sensor.session.status).toMatchObject({ healthy: true, store: { refused: 0 } });
  expect(sensor.session.status.store.waiting).toBeGreaterThan(0);
  mends();
  await store.settled();
  await until(() => sensor.log.lines.some(({ message }) => message === 'recovered'), 'that it is over');
  await sensor.end();
  await store.settled();
  expect(sensor.unwell).toBe(1);
  expect(store.notices.filter((sentence) => /records wait in memory$/.test(sentence))).toHaveLength(1);
  expect(store.notices.filter((sentence) => /is written again$/.test(sentence))).toHaveLength(1);
  expect(store.recorder.status()).toMatchObject({ trouble: null, refused: 0 });
  expect(findings(path)).toBe(sensor.talks);
  expect(states(path)).toEqual(expect.arrayContaining(['degraded', 'ok']));
}

function rows<T>(path: string, sql: string): T[] {
  const database = new Sqlite(path, { readonly: true });
  try {
    return database.prepare(sql).pluck().all() as T[];
  } finally {
    database.close();
  }
}

function findings(path: string): number {
  return rows<number>(path, "SELECT count(*) FROM finding WHERE detection = 'phi-cleartext'")[0];
}

function states(path: string): string[] {
  return rows<string>(path, 'SELECT state FROM health ORDER BY id');
}

function run(command: string, ...words: string[]): boolean {
  return spawnSync(command, words, { stdio: 'ignore' }).status === 0;
}

/** A small disk of its own; null where we may not make one. */
function smallDisk(mebibytes: number): string | null {
  const folder = join(temporaryFolder(), 'disk');
  mkdirSync(folder);
  if (!run('mount', '-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder)) return null;
  onTestFinished(() => void run('umount', '-l', folder));
  return folder;
}

/** Where the machine lets us mount nothing (a container), the same is proven with a bound of pages in test/store. */
const mounting = process.getuid?.() === 0 && run('unshare', '-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt');

if (mounting)
  describe('on a disk of its own', () => {
    it('B40 a disk that others fill up', async () => {
      const disk = smallDisk(8) as string;
      const [path, filler] = [join(disk, 'a.db'), join(disk, 'filler')];
      let full = false;
      const fill = () => {
        full = true;
        for (const bytes of [1 << 20, 1 << 12]) {
          try {
            for (;;) appendFileSync(filler, Buffer.alloc(bytes));
          } catch (error) {
            expect(error).toMatchObject({ code: 'ENOSPC' });
          }
        }
      };
      // What the store gives back of its own, others take at once: else that may be enough for what waits, once more or
      // not.
      const open = (...parts: ConstructorParameters<typeof StoreSession>): StoreSession => {
        const session = new StoreSession(...parts);
        const relieve = session.relieve.bind(session);
        session.relieve = () => {
          relieve();
          if (full) fill();
        };
        return session;
      };
      const mend = () => {
        full = false;
        rmSync(filler);
      };
      await proven(path, liveTest(path, {}, { open }), fill, /the disk is full$/, mend);
    });

    it('B41 a disk that was mounted read-only', async () => {
      const disk = smallDisk(16) as string;
      const path = join(disk, 'a.db');
      const first = liveTest(path);
      await first.recorder.opened;
      await first.recorder.close(60_000);
      expect(run('mount', '-o', 'remount,ro', disk)).toBe(true);
      const mend = () => void expect(run('mount', '-o', 'remount,rw', disk)).toBe(true);
      await proven(path, liveTest(path), () => {}, /the file system is read-only$/, mend);
    });
  });

describe('B41', () => {
  it('a database that another program holds locked', async () => {
    const path = join(temporaryFolder(), 'a.db');
    const other = new URL('../../node_modules/better-sqlite3/lib/index.js', import.meta.url).pathname;
    const code = `const D = require(process.argv[1]); new D(process.argv[2]).exec('BEGIN IMMEDIATE'); console.log('held'); setInterval(() => {}, 1000)`;
    let holder: ReturnType<typeof spawn> | null = null;
    onTestFinished(() => void holder?.kill('SIGKILL'));
    const lock = async () => {
      holder = spawn(process.execPath, ['-e', code, other, path], { stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise((resolve) => holder?.stdout?.once('data', resolve));
    };
    const open = (...parts: ConstructorParameters<typeof StoreSession>): StoreSession => {
      const session = new StoreSession(...parts);
      session.database.pragma('busy_timeout = 5');
      return session;
    };
    await proven(
      path,
      liveTest(path, {}, { open }),
      lock,
      /another program holds it locked$/,
      () => void holder?.kill('SIGKILL'),
    );
  });

  it('a disk that reports errors', async () => {
    const path = join(temporaryFolder(), 'a.db');
    let failing = false;
    const open = (...parts: ConstructorParameters<typeof StoreSession>): StoreSession => {
      const session = new StoreSession(...parts);
      const write = session.write.bind(session);
      session.write = (...entries) => {
        if (failing) throw writeFailure(path, new Sqlite.SqliteError('disk I/O error', 'SQLITE_IOERR_WRITE'));
        return write(...entries);
      };
      return session;
    };
    const fail = () => {
      failing = true;
    };
    const mend = () => {
      failing = false;
    };
    await proven(path, liveTest(path, {}, { open }), fail, /the disk reports an error$/, mend);
  });

  it('a database that was damaged: moved away, a new one begun, and nothing heard is missing in it', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.db');
    const before = liveTest(path);
    const first = new Listening(before.recorder);
    first.hear(200);
    await until(() => first.session.status.associations === 200, 'the first');
    await first.end();
    await before.recorder.close(60_000);
    const bytes = readFileSync(path);
    for (let at = 2 * 8192; at < bytes.length; at += 8192) bytes.fill(0xa5, at, at + 8192);
    writeFileSync(path, bytes);
    const store = liveTest(path);
    const sensor = new Listening(store.recorder);
    sensor.hear(20);
    await until(() => sensor.session.status.associations === 20, 'the next');
    await sensor.end();
    await store.settled();
    expect(store.notices).toEqual([expect.stringMatching(/is damaged: it was moved to .*, and a new one is begun$/)]);
    expect(readdirSync(folder).filter((name) => /damaged-\w+$/.test(name))).toHaveLength(1);
    expect(store.recorder.status()).toMatchObject({ trouble: null, refused: 0 });
    expect(findings(path)).toBe(20);
    expect(existsSync(path)).toBe(true);
  });
});

describe('B44', () => {
  it.each([
    ['ahead', 3 * 3_600_000],
    ['back', -3 * 3_600_000],
  ])(
    'a clock that is set three hours %s: nothing expires, nothing lasts less than nothing, what comes is heard',
    async (_, step) => {
      const recorder = new KeptRecords();
      const sensor = new Listening(recorder);
      sensor.source.bring(frames(conversation([...said.open(), ...said.store()], { at: sensor.at })).slice(0, -2));
      await until(() => recorder.kept.lists().associations.length === 1, 'the association');
      sensor.step = step;
      await until(
        () => sensor.log.lines.some(({ message }) => message === 'the clock of this machine was set'),
        'the step',
      );
      await new Promise((resolve) => setTimeout(resolve, 1200));
      expect(recorder.kept.lists().associations[0]).toMatchObject({ ended: false });
      sensor.hear(3);
      await until(() => sensor.session.status.associations === 4, 'what comes after');
      // Packets are stamped by the clock that was set.
      sensor.at += step * 1000;
      sensor.hear(20);
      await until(() => sensor.session.status.associations === 24, 'what comes by the new time');
      await sensor.end();
      const { connections, associations, findings: found } = recorder.kept.lists();
      for (const { start, end } of [...connections, ...associations]) expect(end).toBeGreaterThanOrEqual(start);
      expect(associations.filter(({ outcome }) => outcome === 'released')).toHaveLength(23);
      expect(found.filter(({ detection }) => detection === 'phi-cleartext')).toHaveLength(24);
      for (const { begin, end } of recorder.healths) expect(Number.isFinite(end - begin)).toBe(true);
      expect(sensor.session.status).toMatchObject({ lagMicros: expect.any(Number), packets: expect.any(Number) });
    },
  );
});
