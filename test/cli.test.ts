// Proves that the built program does what the README says: each command as a person types it, in a folder and home of
// its own.
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, Program, type Ran } from './support/program.ts';
import { pcaps } from './support/scenes.ts';
import { root } from './support/source-tree.ts';

const scene = (name: string): string => join(pcaps, name);
const store = scene('store.pcap');
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
    const [run, ...more] = program.rows<Record<string, unknown>>('case42.db', 'SELECT * FROM run');
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

describe.concurrent('a pipe whose reader leaves ends well', () => {
  it('when it has seen enough', async () => {
    const { stdout, stderr } = await program.shell(
      `dicomtap associations --db case42.db --json | head -1; echo "\${PIPESTATUS[0]}"`,
    );
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('0');
    expect(stderr).toBe('');
  });

  it('before the first line', async () => {
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
    const found = jsonLines(some.stdout);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(jsonLines(all.stdout).length);
    for (const row of found) expect(row).toHaveProperty(name);
    const everything = new Set(all.stdout.split('\n'));
    for (const line of some.stdout.split('\n')) expect(everything).toContain(line);
  });

  it('since and until split the day', async () => {
    const ask = async (...words: string[]) => {
      const { stdout } = await program.run(['associations', '--db', 'case42.db', '--json', ...words]);
      return jsonLines(stdout).length;
    };
    const [{ middle }] = program.rows<{ middle: number }>('case42.db', 'SELECT avg(start) AS middle FROM association');
    const moment = new Date(middle / 1000).toISOString();
    const [all, before, after] = await Promise.all([ask(), ask('--until', moment), ask('--since', moment)]);
    expect([before > 0, after > 0, before + after]).toEqual([true, true, all]);
  });

  it('plain sqlite can ask too', () => {
    const found = program.rows<{ outcome: string; number: number }>(
      'case42.db',
      'SELECT outcome, count(*) AS number FROM association GROUP BY outcome ORDER BY outcome',
    );
    expect(found).toEqual([
      { outcome: 'rejected', number: 5 },
      { outcome: 'released', number: 12 },
    ]);
    expect(program.rows('case42.db', 'SELECT * FROM association_readable LIMIT 1')).toHaveLength(1);
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
      program.rows(database, 'SELECT reveal, revealed IS NOT NULL AS held FROM run, exposure');
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

  it('of the demo is one that may be public, and names itself', () => {
    expect(Buffer.from(readFileSync(scene('demo.key'), 'utf8').trim(), 'hex').toString()).toBe('demo'.repeat(8));
    const { demo: words } = (JSON.parse(read('package.json')) as { scripts: { demo: string } }).scripts;
    expect(words).toMatch(
      /^chmod 600 pcaps\/demo\.key && rm -f demo\.db && .* --hash-key pcaps\/demo\.key --db demo\.db$/,
    );
  });

  it('named by --hash-key is taken instead, and not mixed with another in one database', async () => {
    writeFileSync(at('other.key'), '11'.repeat(32), { mode: 0o600 });
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
