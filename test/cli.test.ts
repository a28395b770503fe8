// Proves that the built program does what the README says: each command as a person types it, in a folder and home of its own.
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lossCauses } from '../src/model/records.ts';
import { zstd } from './capture/sources.ts';
import { Program, type Ran } from './support/program.ts';
import { pcaps } from './support/scenes.ts';
import { root } from './support/source-tree.ts';
import { packetCount, splitCapture } from './support/split.ts';

const scene = (name: string): string => join(pcaps, name);
const store = scene('store.pcap');
const storeBytes = readFileSync(store);
const policy = scene('demo.yaml');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The captures that `npm run demo` replays. */
const demo = (JSON.parse(read('package.json')) as { scripts: { demo: string } }).scripts.demo
  .split(' ')
  .filter((word) => /\.pcap(ng)?$/.test(word))
  .map((word) => basename(word));

const program = new Program();
const at = (...names: string[]): string => program.at(...names);
let summary: Ran;

// The README's first command, which fills the database that the others ask.
beforeAll(async () => {
  mkdirSync(at('evidence'));
  for (const name of demo) copyFileSync(scene(name), at('evidence', name));
  copyFileSync(policy, at('site.yaml'));
  summary = await program.run(['replay', 'evidence/', '--policy', 'site.yaml', '--db', 'case42.db']);
});
afterAll(() => program.remove());

interface Document {
  readonly inputs: readonly Record<string, unknown>[];
  readonly totals: Readonly<Record<string, number>>;
  readonly losses: Readonly<Record<string, { packets: number; bytes: number }>>;
  readonly findings: readonly Record<string, unknown>[];
}

/** A replay with --json into a database of its own. */
async function replayed(name: string, words: readonly string[], input?: Uint8Array) {
  const { status, stdout, stderr } = await program.run(['replay', ...words, '--db', `${name}.db`, '--json'], input);
  return { status, stderr, stdout, document: JSON.parse(stdout) as Document };
}

function rows<T>(database: string, sql: string): T[] {
  const opened = new Sqlite(at(database), { readonly: true });
  try {
    return opened.prepare(sql).all() as T[];
  } finally {
    opened.close();
  }
}

/** Every row of every table but those that know runs. */
function contents(database: string): Record<string, unknown[]> {
  const names = rows<{ name: string }>(database, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .map(({ name }) => name)
    .filter((name) => !['run', 'capture'].includes(name) && !name.startsWith('sqlite_'));
  return Object.fromEntries(names.map((name) => [name, rows(database, `SELECT * FROM "${name}" ORDER BY 1, 2`)]));
}

const lines = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the README’s replay', () => {
  it('prints what the README shows', () => {
    expect(summary).toMatchObject({ status: 0, stderr: '' });
    const block = /\$ dicomtap replay evidence\/[^\n]*\n([\s\S]*?)```/.exec(read('README.md'))?.[1] ?? '';
    const timeless = (text: string) => text.replace(/ in [0-9.]+ m?s$/gm, '').split('\n');
    const shown = timeless(block).filter((line) => line.trim() !== '');
    expect(shown.length).toBeGreaterThan(5);
    // Some lines of it, as they are and in their order.
    const rest = timeless(summary.stdout);
    for (const line of shown) {
      const found = rest.indexOf(line);
      expect(found, line).toBeGreaterThanOrEqual(0);
      rest.splice(0, found + 1);
    }
  });

  it('is for people: 80 columns, no control characters', () => {
    for (const line of summary.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(summary.stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
  });

  it('leaves one database file, and it and the key for their owner alone', () => {
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect(mode(at('case42.db'))).toBe('600');
    expect(mode(at('home/config/dicomtap/hash.key'))).toBe('600');
    expect(mode(at('home/config/dicomtap'))).toBe('700');
    expect(() => statSync(at('case42.db-wal'))).toThrow();
  });

  it('records its run: words, policy, key, no reveal, how it ended', () => {
    const [run, ...more] = rows<Record<string, unknown>>('case42.db', 'SELECT * FROM run');
    expect(more).toEqual([]);
    expect(run).toMatchObject({ program: `dicomtap ${version()}`, reveal: 0, ending: 'done' });
    expect(JSON.parse(String(run['arguments']))).toEqual([
      'replay',
      'evidence/',
      '--policy',
      'site.yaml',
      '--db',
      'case42.db',
    ]);
    expect(run['policy_digest']).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe.concurrent('the JSON of a replay', () => {
  it('has the names of the contract, in their order, and every value', async () => {
    const { status, document } = await replayed('json', [store, '--policy', policy]);
    expect(status).toBe(0);
    expect(Object.keys(document)).toEqual([
      'schema',
      'version',
      'policy',
      'inputs',
      'totals',
      'protocols',
      'losses',
      'severities',
      'findings',
    ]);
    expect(document.inputs.map((input) => Object.keys(input))).toEqual([
      ['path', 'packets', 'bytes', 'firstTime', 'lastTime', 'complete', 'error'],
    ]);
    const totals = ['packets', 'bytes', 'connections', 'associations', 'operations', 'patients', 'studies'];
    expect(Object.keys(document.totals)).toEqual(totals);
    expect(document.findings.map((finding) => Object.keys(finding))).toEqual([
      [
        'id',
        'detection',
        'severity',
        'time',
        'summary',
        'client',
        'server',
        'callingAe',
        'calledAe',
        'associationId',
        'count',
      ],
    ]);
    const [{ time, client }] = document.findings;
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(Object.keys(client as object)).toEqual(['address', 'port']);
  });

  it('names losses by their causes', async () => {
    const { document } = await replayed('losses', [store, '--filter', 'port 9']);
    expect(document.losses['not-selected']).toEqual({
      packets: document.totals['packets'],
      bytes: expect.any(Number) as number,
    });
    for (const cause of Object.keys(document.losses)) expect(lossCauses).toContain(cause);
  });

  it('is the same when run again, and the database changes only in its runs', async () => {
    const first = await replayed('twice', [store, '--policy', policy]);
    const before = contents('twice.db');
    const again = await replayed('twice', [store, '--policy', policy]);
    expect(again.stdout).toBe(first.stdout);
    expect(before['finding']).toHaveLength(1);
    expect(contents('twice.db')).toEqual(before);
    expect(rows('twice.db', 'SELECT id FROM run')).toHaveLength(2);
  });
});

describe.concurrent('a line of --connections', () => {
  it('has the names of the contract, in their order', async () => {
    const { status } = await program.run([
      'replay',
      store,
      scene('tls13.pcap'),
      '--db',
      'c.db',
      '--connections',
      'c.jsonl',
      '--quiet',
    ]);
    expect(status).toBe(0);
    const written = lines(readFileSync(at('c.jsonl'), 'utf8'));
    expect(written.length).toBeGreaterThan(1);
    for (const line of written) {
      expect(Object.keys(line)).toEqual([
        'id',
        'communityId',
        'client',
        'server',
        'vlan',
        'tunnel',
        'start',
        'end',
        'clientBytes',
        'serverBytes',
        'clientMissed',
        'serverMissed',
        'began',
        'ended',
        'protocol',
        'why',
      ]);
    }
  });
});

describe.concurrent('inputs', () => {
  const told = ({ document }: { document: Document }) => ({ ...document, inputs: [] });

  it('are the same as a file, from standard input, gzip and zstd under any name', async () => {
    writeFileSync(at('gz.pcap'), gzipSync(storeBytes));
    writeFileSync(at('zst'), zstd(storeBytes));
    const plain = await replayed('plain', [store]);
    const others = await Promise.all([
      replayed('stdin', ['-'], storeBytes),
      replayed('gzip', ['gz.pcap']),
      replayed('zstd', ['zst']),
    ]);
    expect(plain.document.totals['associations']).toBe(1);
    for (const other of others) {
      expect(other.status).toBe(0);
      expect(told(other)).toEqual(told(plain));
    }
  });

  it('of a ring in two files are one stream', async () => {
    const halves = splitCapture(storeBytes, Math.floor(packetCount(storeBytes) / 2));
    mkdirSync(at('ring'));
    for (const [i, half] of halves.entries()) writeFileSync(at('ring', `r_0000${i + 1}_20261122.pcap`), half);
    const [ring, whole] = await Promise.all([replayed('ring', ['ring']), replayed('whole', [store])]);
    expect(ring.document.inputs).toHaveLength(2);
    expect(told(ring)).toEqual(told(whole));
    expect(rows('ring.db', 'SELECT complete, objects FROM association')).toEqual([{ complete: 1, objects: 2 }]);
  });

  it('of a folder are found however deep', async () => {
    mkdirSync(at('deep/er'), { recursive: true });
    copyFileSync(store, at('deep/er/a.pcap'));
    copyFileSync(scene('echo.pcap'), at('deep/b.cap'));
    writeFileSync(at('deep/notes.txt'), 'not a capture');
    const { status, document } = await replayed('deep', ['deep']);
    expect([status, document.inputs.length, document.totals['associations']]).toEqual([0, 2, 2]);
  });
});

describe.concurrent('exit status', () => {
  it.each<[status: number, words: string[]]>([
    [0, [store]],
    [0, [store, '--fail-on', 'critical']],
    [1, ['none.pcap']],
    [1, [store, '--policy', 'none.yaml']],
    [1, [store, '--unknown']],
    [2, [store, '--fail-on', 'high']],
    [3, [store, 'none.pcap']],
    [2, [store, 'none.pcap', '--fail-on', 'high']],
  ])('%i: replay %j', async (status, words) => {
    const names = words.map((word) => basename(word)).join('');
    const ran = await program.run(['replay', ...words, '--quiet', '--db', `status-${names}.db`]);
    expect(ran.status).toBe(status);
    expect(ran.stderr).not.toMatch(/^\s+at /m);
  });

  it('3: a capture cut in the middle, whose beginning is used', async () => {
    writeFileSync(at('cut.pcap'), storeBytes.subarray(0, 3000));
    const { status, document } = await replayed('cut', ['cut.pcap']);
    expect(status).toBe(3);
    expect(document.inputs).toMatchObject([
      { complete: false, error: expect.stringMatching(/cut in a packet/) as string },
    ]);
    expect(document.totals['associations']).toBe(1);
  });

  it('3: an empty file; 0: a header without packets', async () => {
    writeFileSync(at('empty.pcap'), '');
    writeFileSync(at('header.pcap'), storeBytes.subarray(0, 24));
    const status = async (name: string) =>
      (await program.run(['replay', name, '--quiet', '--db', `${name}.db`])).status;
    expect(await Promise.all([status('empty.pcap'), status('header.pcap')])).toEqual([3, 0]);
  });

  it('0: a reader that has seen enough', async () => {
    const { stdout, stderr } = await program.shell(
      `dicomtap associations --db case42.db --json | head -1; echo "\${PIPESTATUS[0]}"`,
    );
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('0');
    expect(stderr).toBe('');
  });

  it('0: a reader that is gone before the first line', async () => {
    const { stdout, stderr } = await program.shell(
      `(sleep 1; dicomtap operations --db case42.db) | true; echo "\${PIPESTATUS[0]}"`,
    );
    expect([stdout, stderr]).toEqual(['0\n', '']);
  });
});

describe.concurrent('queries', () => {
  it.each<[command: string, options: string[], name: string]>([
    ['findings', ['--severity', 'high'], 'detection'],
    ['findings', ['--detection', 'phi-cleartext'], 'detection'],
    ['associations', ['--ae', 'ARCHIVE'], 'outcome'],
    ['operations', ['--client', '10.20.30.11'], 'command'],
    ['endpoints', ['--server', '10.20.30.20:11112'], 'aeTitle'],
  ])('%s %j: a table, JSON lines, and fewer than without', async (command, options, name) => {
    const ask = (...words: string[]) => program.run([command, '--db', 'case42.db', ...words]);
    const [table, some, all] = await Promise.all([ask(...options), ask('--json', ...options), ask('--json')]);
    expect([table.status, some.status, all.status]).toEqual([0, 0, 0]);
    expect(table.stdout.split('\n').length).toBeGreaterThan(2);
    const found = lines(some.stdout);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(lines(all.stdout).length);
    for (const row of found) expect(row).toHaveProperty(name);
    const everything = new Set(all.stdout.split('\n'));
    for (const line of some.stdout.split('\n')) expect(everything).toContain(line);
  });

  it('since and until split the day', async () => {
    const ask = async (...words: string[]) => {
      const { stdout } = await program.run(['associations', '--db', 'case42.db', '--json', ...words]);
      return stdout === '' ? 0 : lines(stdout).length;
    };
    const [{ middle }] = rows<{ middle: number }>('case42.db', 'SELECT avg(start) AS middle FROM association');
    const moment = new Date(middle / 1000).toISOString();
    const [all, before, after] = await Promise.all([ask(), ask('--until', moment), ask('--since', moment)]);
    expect([before > 0, after > 0, before + after]).toEqual([true, true, all]);
  });

  it('plain sqlite can ask too', () => {
    const found = rows<{ outcome: string; number: number }>(
      'case42.db',
      'SELECT outcome, count(*) AS number FROM association GROUP BY outcome ORDER BY outcome',
    );
    expect(found).toEqual([
      { outcome: 'rejected', number: 5 },
      { outcome: 'released', number: 12 },
    ]);
    expect(rows('case42.db', 'SELECT * FROM association_readable LIMIT 1')).toHaveLength(1);
  });

  it('of a database that is not there are an error, and make none', async () => {
    const { status, stderr } = await program.run(['findings', '--db', 'nowhere.db']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^dicomtap: [^\n]+\n {2}[^\n]+\n$/);
    expect(() => statSync(at('nowhere.db'))).toThrow();
  });
});

describe.concurrent('--reveal', () => {
  it('stores values, and the run says that it was asked', async () => {
    await program.run(['replay', store, '--reveal', '--quiet', '--db', 'revealed.db']);
    await program.run(['replay', store, '--quiet', '--db', 'hidden.db']);
    const asked = (database: string) =>
      rows(database, 'SELECT reveal, revealed IS NOT NULL AS held FROM run, exposure');
    expect(asked('revealed.db')).toEqual([{ reveal: 1, held: 1 }]);
    expect(asked('hidden.db')).toEqual([{ reveal: 0, held: 0 }]);
  });
});

describe.concurrent('the hash key', () => {
  it('is made once, and used again', async () => {
    const key = readFileSync(at('home/config/dicomtap/hash.key'), 'utf8');
    expect(key.trim()).toMatch(/^[0-9a-f]{64}$/);
    await program.run(['replay', scene('echo.pcap'), '--quiet', '--db', 'key.db']);
    expect(readFileSync(at('home/config/dicomtap/hash.key'), 'utf8')).toBe(key);
  });

  it('named by --hash-key is taken instead, and not mixed with another in one database', async () => {
    writeFileSync(at('other.key'), '11'.repeat(32));
    const other = await program.run(['replay', store, '--quiet', '--db', 'other-key.db', '--hash-key', 'other.key']);
    const mixed = await program.run(['replay', store, '--quiet', '--db', 'other-key.db']);
    expect([other.status, mixed.status]).toEqual([0, 1]);
    expect(mixed.stderr).toMatch(/hash key/);
  });
});

describe.concurrent('check', () => {
  it('says in words what a policy allows', async () => {
    const { status, stdout } = await program.run(['check', 'site.yaml']);
    expect(status).toBe(0);
    expect(stdout).toContain('site.yaml: valid');
    expect(stdout).toContain('CT_ROOM1: at 10.20.30.11; may use store');
  });

  it('names the line of an error, with status 1', async () => {
    writeFileSync(at('bad.yaml'), 'version: 1\nnetworks:\n  internal: [10.0.0.300]\n');
    const { status, stdout, stderr } = await program.run(['check', 'bad.yaml']);
    expect(status).toBe(1);
    expect(stdout + stderr).toMatch(/bad\.yaml:3:\d+: error: .*10\.0\.0\.300/);
  });
});

describe.concurrent('about itself', () => {
  it('tells its version', async () => {
    expect(await program.run(['--version'])).toEqual({ status: 0, stdout: `${version()}\n`, stderr: '' });
  });

  it('lists its commands, and without one says so', async () => {
    const [help, none] = await Promise.all([program.run(['--help']), program.run([])]);
    for (const name of ['replay', 'findings', 'associations', 'operations', 'endpoints', 'check']) {
      expect(help.stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
    expect([help.status, none.status, none.stdout]).toEqual([0, 1, '']);
  });
});

function version(): string {
  return (JSON.parse(read('package.json')) as { version: string }).version;
}
