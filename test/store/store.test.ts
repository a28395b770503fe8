// Proves how a store is opened, refused, locked, and left: one file, its owner's alone.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { OperatorErrorCode } from '../../src/model/errors.ts';
import { openForReading, openStore } from '../../src/store/store.ts';
import { association, batch, connection } from '../support/records.ts';
import { dumpOf, newRun, runInto, temporaryFolder } from '../support/stores.ts';

describe('a new store', () => {
  it('is one file of mode 0600 when closed, in rollback mode and without free pages kept for nothing', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'new.db');
    runInto(path, [batch({ connections: [connection('c')] })]);
    expect(readdirSync(folder)).toEqual(['new.db']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const database = new Sqlite(path, { readonly: true });
    expect(database.pragma('auto_vacuum', { simple: true })).toBe(2);
    expect(database.pragma('journal_mode', { simple: true })).toBe('delete');
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    database.close();
  });

  it('can be read while it is written', () => {
    const path = join(temporaryFolder(), 'live.db');
    const store = openStore(path);
    const writer = store.begin(newRun());
    writer.write(batch({ connections: [connection('c')] }));
    expect(dumpOf(path)).toHaveLength(1);
    writer.write(batch({ associations: [association('a', 'c')] }));
    expect(dumpOf(path)).toHaveLength(2);
    store.close();
  });

  it('leaves its write-ahead log empty to a reader that has it open', () => {
    const path = join(temporaryFolder(), 'read.db');
    const store = openStore(path);
    store.begin(newRun()).write(batch({ connections: [connection('c')] }));
    const reader = openForReading(path);
    const rows = reader.prepare('SELECT id FROM connection');
    expect(rows.all()).toHaveLength(1);
    store.close();
    expect(statSync(`${path}-wal`).size).toBe(0);
    expect(rows.all()).toHaveLength(1);
    reader.close();
  });

  it('remembers its runs and captures', () => {
    const path = join(temporaryFolder(), 'runs.db');
    const store = openStore(path);
    for (const ending of ['done', 'interrupted'] as const) {
      const writer = store.begin(newRun());
      writer.capture({
        id: 'p1',
        path: 'a.pcap',
        format: 'pcap',
        size: 100,
        packets: 2,
        bytes: 80,
        firstTime: 5,
        lastTime: 6,
        linkTypes: [1],
        losses: { truncated: { packets: 1, bytes: 2 } },
        complete: true,
        error: null,
      });
      writer.finish(ending, 7);
    }
    store.close();
    const rows = dumpOf(path, ['run', 'capture']).map((line) => JSON.parse(line.slice(line.indexOf(' '))));
    expect(rows).toMatchObject([
      { id: 1, ending: 'done', end: 7 },
      { id: 2, ending: 'interrupted' },
      { run_id: 1, id: 'p1', losses: '{"truncated":{"packets":1,"bytes":2}}' },
      { run_id: 2, id: 'p1' },
    ]);
  });
});

describe('a store is refused', () => {
  const refused: [string, OperatorErrorCode, (folder: string) => string][] = [
    ['a folder', 'store-unopenable', (folder) => folder],
    ['in a folder that is not there', 'store-unopenable', (folder) => join(folder, 'none', 'x.db')],
    ['below a file', 'store-unopenable', (folder) => join(file(folder, 'f', 'x'), 'x.db')],
    ['a link that leads in a circle', 'store-unopenable', (folder) => loop(folder)],
    ['a text file', 'store-not-ours', (folder) => file(folder, 'notes.txt', 'just some text\n'.repeat(100))],
    ['another SQLite database', 'store-not-ours', (folder) => foreign(folder)],
    ['of a newer schema', 'store-newer', (folder) => newer(folder)],
  ];

  it.each(refused)('%s: %s', (_, code, make) => {
    const path = make(temporaryFolder());
    expect(() => openStore(path)).toThrow(expect.objectContaining({ code }));
    expect(() => openForReading(path)).toThrow(expect.objectContaining({ code }));
  });

  it('and left as it was', () => {
    const folder = temporaryFolder();
    const path = file(folder, 'notes.txt', 'just some text\n'.repeat(100));
    expect(() => openStore(path)).toThrow();
    expect(readFileSync(path, 'utf8')).toBe('just some text\n'.repeat(100));
    expect(readdirSync(folder)).toEqual(['notes.txt']);
  });

  it('for reading, when there is none', () => {
    const path = join(temporaryFolder(), 'none.db');
    const remedy = expect.stringMatching(/dicomtap live .* dicomtap replay/);
    expect(() => openForReading(path)).toThrow(expect.objectContaining({ code: 'store-unopenable', remedy }));
    expect(existsSync(path)).toBe(false);
  });

  // The superuser may write everywhere.
  if (process.getuid?.() !== 0) {
    it('in a folder that may only be read', () => {
      const folder = join(temporaryFolder(), 'locked');
      mkdirSync(folder);
      chmodSync(folder, 0o500);
      expect(() => openStore(join(folder, 'x.db'))).toThrow(expect.objectContaining({ code: 'store-unopenable' }));
      chmodSync(folder, 0o700);
    });
  }
});

describe('one process writes', () => {
  it('a second is refused until the first is done', () => {
    const path = join(temporaryFolder(), 'busy.db');
    const first = openStore(path);
    expect(() => openStore(path)).toThrow(expect.objectContaining({ code: 'store-busy' }));
    first.close();
    openStore(path).close();
  });

  it('a lock file that a killed process left holds nobody back', () => {
    const folder = temporaryFolder();
    file(folder, 'x.db.lock', '');
    openStore(join(folder, 'x.db')).close();
    expect(readdirSync(folder)).toEqual(['x.db']);
  });
});

describe('the hash key', () => {
  it('of a store is the one of its first run', () => {
    const path = join(temporaryFolder(), 'key.db');
    runInto(path, [], { hashKeyId: 'one' });
    expect(() => runInto(path, [], { hashKeyId: 'two' })).toThrow(
      expect.objectContaining({ code: 'store-key-mismatch' }),
    );
    runInto(path, [], { hashKeyId: 'one' });
    expect(dumpOf(path, ['run'])).toHaveLength(2);
  });
});

describe('a write that fails', () => {
  it('stores nothing of its batch, keeps what was before, and can be tried again', () => {
    const path = join(temporaryFolder(), 'full.db');
    const store = openStore(path);
    const writer = store.begin(newRun());
    writer.write(batch({ connections: [connection('c1')], associations: [association('a1', 'c1')] }));
    const pages = store.database.pragma('page_count', { simple: true }) as number;
    store.database.pragma(`max_page_count = ${pages + 2}`);
    const many = Array.from({ length: 500 }, (_, i) => i);
    const large = batch({
      connections: many.map((i) => connection(`d${i}`)),
      associations: many.map((i) => association(`b${i}`, `d${i}`)),
    });
    expect(() => writer.write(large)).toThrow(expect.objectContaining({ code: 'store-write-failed' }));
    expect(dumpOf(path)).toHaveLength(2);
    store.database.pragma('max_page_count = 1000000');
    writer.write(large);
    writer.finish('done', 3);
    store.close();
    expect(dumpOf(path)).toHaveLength(1002);
  });

  it('says that the database may only be read', () => {
    const path = join(temporaryFolder(), 'readonly.db');
    const store = openStore(path);
    const writer = store.begin(newRun());
    store.database.pragma('query_only = 1');
    const write = () => writer.write(batch({ connections: [connection('c1')] }));
    expect(write).toThrow(expect.objectContaining({ code: 'store-write-failed' }));
    store.close();
  });
});

function file(folder: string, name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

function loop(folder: string): string {
  symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
  return join(folder, 'loop');
}

function foreign(folder: string): string {
  const path = join(folder, 'other.db');
  const database = new Sqlite(path);
  database.exec('CREATE TABLE t (x)');
  database.close();
  return path;
}

function newer(folder: string): string {
  const path = join(folder, 'newer.db');
  runInto(path, []);
  const database = new Sqlite(path);
  database.pragma('user_version = 999');
  database.close();
  return path;
}
