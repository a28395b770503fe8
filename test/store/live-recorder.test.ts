// Proves that a live recorder commits what it is given in order, waits in bounded memory while the store fails, and
// says so once.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LiveSession } from '../../src/store/live-session.ts';
import type { OpenSession, ToLive } from '../../src/store/live-thread.ts';
import { openForReading, openStore } from '../../src/store/store.ts';
import { health, liveTalk, liveTest } from '../support/live-stores.ts';
import { batch, connection } from '../support/records.ts';
import { newRun, temporaryFolder } from '../support/stores.ts';

function count(path: string, table: string): number {
  const database = openForReading(path);
  try {
    return database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  } finally {
    database.close();
  }
}

const captureRecord = {
  id: 'p1',
  path: 'eth1',
  format: 'live',
  size: 0,
  packets: 1,
  bytes: 2,
  firstTime: null,
  lastTime: null,
  linkTypes: [1],
  losses: {},
  complete: true,
  error: null,
};

it('what no longer waits is committed, and one file is left', async () => {
  const path = join(temporaryFolder(), 'a.db');
  const { recorder, settled, notices } = liveTest(path);
  await recorder.opened;
  expect(recorder.runId).toBe(1);
  for (let n = 0; n < 250; n++) recorder.write(liveTalk(n));
  recorder.capture(captureRecord);
  recorder.health(health());
  await settled();
  expect([count(path, 'association'), count(path, 'finding'), count(path, 'capture')]).toEqual([250, 250, 1]);
  expect(await recorder.close(60_000)).toBe(true);
  expect(recorder.status()).toMatchObject({ trouble: null, waiting: 0, waitingBytes: 0, refused: 0 });
  expect(notices).toEqual([]);
  expect(existsSync(`${path}-wal`)).toBe(false);
  const database = openForReading(path);
  expect(database.prepare('SELECT ending FROM run').pluck().all()).toEqual(['done']);
  database.close();
});

it('batches are handed over in memory of their own size, which the collector counts', async () => {
  const path = join(temporaryFolder(), 'a.db');
  const given: ArrayBufferLike[] = [];
  const take = (message: ToLive): void => {
    if (message.kind === 'batch') given.push(message.bytes.buffer);
  };
  const { recorder, settled } = liveTest(path, {}, { take });
  await recorder.opened;
  for (let n = 0; n < 5; n++) recorder.write(liveTalk(n));
  await settled();
  expect(count(path, 'association')).toBe(5);
  expect(given).toHaveLength(15);
  expect(given.every((memory) => memory instanceof ArrayBuffer && memory.byteLength < 4096)).toBe(true);
});

it('a run ends as is said', async () => {
  const path = join(temporaryFolder(), 'a.db');
  const { recorder } = liveTest(path);
  await recorder.opened;
  expect(await recorder.close(60_000, 'failed')).toBe(true);
  const database = openForReading(path);
  expect(database.prepare('SELECT ending FROM run').pluck().all()).toEqual(['failed']);
  database.close();
});

it('health is numbered, and in the log where its state or reason changes', async () => {
  const path = join(temporaryFolder(), 'a.db');
  const { recorder, settled } = liveTest(path);
  for (const why of [null, 'x', 'x', 'y', null]) {
    recorder.health(health(why === null ? {} : { state: 'blind', why }));
  }
  recorder.health(health({ interface: 'eth1', state: 'blind', why: 'gone' }));
  await settled();
  const database = openForReading(path);
  const ids = database.prepare("SELECT record_id FROM log WHERE kind = 'health' ORDER BY seq").pluck().all();
  database.close();
  expect(ids).toEqual(['2', '4', '5', '6']);
});

it('an association that lasts grows over many transactions, and is not put aside', async () => {
  const path = join(temporaryFolder(), 'a.db');
  // A store that is not empty.
  const first = liveTest(path);
  first.recorder.write(liveTalk(0));
  await first.recorder.close(60_000);
  const { recorder, settled } = liveTest(path);
  for (let n = 0; n < 5; n++) {
    recorder.write(liveTalk(1, { ended: n < 4 ? 'open' : 'fin', start: 1e15 + n }));
    await settled();
  }
  expect(count(path, 'association')).toBe(2);
  expect(count(path, 'operation')).toBe(2);
});

it('of a connection that is not stored findings are kept, and other records counted as refused', async () => {
  const path = join(temporaryFolder(), 'a.db');
  const { recorder, settled } = liveTest(path);
  recorder.write({ ...liveTalk(1), connections: [] });
  await settled();
  expect(count(path, 'finding')).toBe(1);
  expect(count(path, 'association')).toBe(0);
  expect(recorder.status().refused).toBe(4);
});

describe('what an operator has to mend first is thrown', () => {
  it('a file that is not ours, a folder that is not there, another writer, another key', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.db');
    writeFileSync(path, 'some text');
    await expect(liveTest(path).recorder.opened).rejects.toMatchObject({ code: 'store-not-ours' });
    await expect(liveTest(join(folder, 'none', 'a.db')).recorder.opened).rejects.toMatchObject({
      code: 'store-unopenable',
    });
    const other = join(folder, 'b.db');
    const store = openStore(other);
    store.begin(newRun());
    await expect(liveTest(other).recorder.opened).rejects.toMatchObject({ code: 'store-busy' });
    store.close();
    await expect(liveTest(other, { run: newRun({ hashKeyId: 'k2' }) }).recorder.opened).rejects.toMatchObject({
      code: 'store-key-mismatch',
    });
  });
});

describe('while the store fails records wait, it is said once, and it recovers by itself', () => {
  /** Sessions whose database may be given a bound of pages. */
  function bounded(): { open: OpenSession; bound: (pages: number) => void } {
    let session: LiveSession | null = null;
    return {
      open: (...parts) => {
        session = new LiveSession(...parts);
        return session;
      },
      bound: (pages) => session?.database.pragma(`max_page_count = ${pages}`),
    };
  }

  it('the disk is full', async () => {
    const path = join(temporaryFolder(), 'a.db');
    const { open, bound } = bounded();
    const { recorder, settled, until, notices } = liveTest(path, {}, { open });
    await recorder.opened;
    bound(1);
    for (let n = 0; n < 300; n++) recorder.write(liveTalk(n));
    await until(() => recorder.status().trouble !== null);
    expect(recorder.status()).toMatchObject({ trouble: `cannot write to ${path}: the disk is full`, refused: 0 });
    expect(recorder.status().waiting).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    bound(100_000);
    await settled();
    expect(notices).toEqual([
      `cannot write to ${path}: the disk is full: records wait in memory`,
      `${path} is written again`,
    ]);
    expect(recorder.status()).toMatchObject({ trouble: null, refused: 0 });
    expect(count(path, 'association')).toBe(300);
  });

  it('what does not fit in memory is refused and counted, findings last', async () => {
    const path = join(temporaryFolder(), 'a.db');
    const { open, bound } = bounded();
    const { recorder, settled, until } = liveTest(path, { waitingMax: 1000 }, { open });
    await recorder.opened;
    bound(1);
    const given = 2000;
    for (let n = 0; n < given; n++) recorder.write(liveTalk(n));
    await until(() => recorder.status().trouble !== null);
    const { waiting, refused } = recorder.status();
    expect(waiting + refused).toBeGreaterThan(given * 6 - 400);
    expect(waiting).toBeLessThanOrEqual(1000 + 2100);
    bound(1_000_000);
    await settled();
    const stored = ['connection', 'association', 'operation', 'exposure', 'tls_session', 'finding'].map((table) =>
      count(path, table),
    );
    expect(stored.reduce((a, b) => a + b, 0) + recorder.status().refused).toBe(given * 6);
    const findings = stored[5];
    expect(findings).toBeGreaterThanOrEqual(1000);
    expect(findings).toBeGreaterThan(stored[1] + 500);
  });

  it('another program holds it locked', async () => {
    const path = join(temporaryFolder(), 'a.db');
    const { recorder, settled, until, notices } = liveTest(
      path,
      {},
      {
        open: (...parts) => {
          const session = new LiveSession(...parts);
          session.database.pragma('busy_timeout = 5');
          return session;
        },
      },
    );
    await recorder.opened;
    const other = new Sqlite(path);
    onTestFinished(() => void other.close());
    other.exec('BEGIN IMMEDIATE');
    recorder.write(liveTalk(1));
    await until(() => recorder.status().trouble !== null);
    expect(recorder.status().trouble).toBe(`cannot write to ${path}: another program holds it locked`);
    other.exec('COMMIT');
    await settled();
    expect(notices).toHaveLength(2);
    expect(count(path, 'association')).toBe(1);
  });

  it.each(['content', 'first page'])(
    'the database is damaged (%s): it is moved away, and a new one is begun',
    async (where) => {
      const folder = temporaryFolder();
      const path = join(folder, 'a.db');
      const before = liveTest(path);
      for (let n = 0; n < 300; n++) before.recorder.write(liveTalk(n));
      before.recorder.capture(captureRecord);
      await before.recorder.close(60_000);
      damage(path, where === 'content');
      const { recorder, settled, notices } = liveTest(path);
      recorder.capture(captureRecord);
      for (let n = 0; n < 300; n++) recorder.write(liveTalk(n));
      await settled();
      expect(notices).toEqual([
        expect.stringMatching(/is damaged: it was moved to .*a\.db\.damaged-\d{8}T\d{6}Z, and a new one is begun$/),
      ]);
      expect(readdirSync(folder).filter((name) => /damaged-\w+$/.test(name))).toHaveLength(1);
      expect(recorder.status()).toMatchObject({ trouble: null, refused: 0 });
      const database = openForReading(path);
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(database.prepare('SELECT count(*) FROM run').pluck().get()).toBe(1);
      database.close();
      expect(count(path, 'capture')).toBe(1);
    },
  );

  it('a batch with a record that cannot be written is refused, the others are not', async () => {
    const path = join(temporaryFolder(), 'a.db');
    const { recorder, settled, notices } = liveTest(path);
    await recorder.opened;
    recorder.write(liveTalk(1));
    recorder.write(batch({ connections: [connection('c9', { protocol: null as unknown as string })] }));
    recorder.write(liveTalk(2));
    await settled();
    expect(recorder.status().refused).toBe(1);
    expect(notices).toEqual([expect.stringContaining('refused: NOT NULL constraint failed')]);
    expect(count(path, 'association')).toBe(2);
  });
});

it('what was not written when the time is over counts as refused', async () => {
  const path = join(temporaryFolder(), 'a.db');
  const { recorder, until } = liveTest(
    path,
    {},
    {
      open: (...parts) => {
        const session = new LiveSession(...parts);
        session.database.pragma('max_page_count = 1');
        return session;
      },
    },
  );
  await recorder.opened;
  for (let n = 0; n < 300; n++) recorder.write(liveTalk(n));
  await until(() => recorder.status().trouble !== null);
  expect(await recorder.close(20)).toBe(false);
  const written = ['connection', 'association', 'operation', 'exposure', 'tls_session', 'finding'];
  const stored = written.reduce((sum, table) => sum + count(path, table), 0);
  expect(recorder.status()).toMatchObject({ waiting: 0, refused: 1800 - stored });
});

/** Overwrites pages in the middle, or the first. */
function damage(path: string, content: boolean): void {
  const bytes = readFileSync(path);
  if (content) for (let at = 2 * 8192; at < bytes.length; at += 8192) bytes.fill(0xa5, at, at + 8192);
  else bytes.fill(0, 0, 8192);
  writeFileSync(path, bytes);
}
