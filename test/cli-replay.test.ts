// Proves the contract of `replay` over the built program: names in JSON, kinds of input, exit statuses.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { lossCauses } from '../src/model/records.ts';
import { zstd } from './capture/sources.ts';
import { jsonLines, Program, type ReplayDocument } from './support/program.ts';
import { pcaps } from './support/scenes.ts';
import { packetCount, splitCapture } from './support/split.ts';

const scene = (name: string): string => join(pcaps, name);
const store = scene('store.pcap');
const storeBytes = readFileSync(store);
const policy = scene('demo.yaml');

const program = new Program();
const at = (...names: string[]): string => program.at(...names);
afterAll(() => program.remove());

describe.concurrent('the JSON of a replay', () => {
  it('has the names of the contract, in their order, and every value', async () => {
    const { status, document } = await program.replay('json.db', [store, '--policy', policy]);
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
      'heldBack',
      'comparison',
      'streams',
      'ignored',
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
    const { document } = await program.replay('losses.db', [store, '--filter', 'port 9']);
    expect(document.losses['not-selected']).toEqual({
      packets: document.totals['packets'],
      bytes: expect.any(Number) as number,
    });
    for (const cause of Object.keys(document.losses)) expect(lossCauses).toContain(cause);
  });

  it('is the same when run again, and the database changes only in its runs', async () => {
    const first = await program.replay('twice.db', [store, '--policy', policy]);
    const before = contents('twice.db');
    const again = await program.replay('twice.db', [store, '--policy', policy]);
    expect(again.stdout).toBe(first.stdout);
    expect(before['finding']).toHaveLength(1);
    expect(contents('twice.db')).toEqual(before);
    expect(program.rows('twice.db', 'SELECT id FROM run')).toHaveLength(2);
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
    const written = jsonLines(readFileSync(at('c.jsonl'), 'utf8'));
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
  const told = ({ document }: { document: ReplayDocument }) => ({ ...document, inputs: [] });

  it('are the same as a file, from standard input, gzip and zstd under any name', async () => {
    writeFileSync(at('gz.pcap'), gzipSync(storeBytes));
    writeFileSync(at('zst'), zstd(storeBytes));
    const plain = await program.replay('plain.db', [store]);
    const others = await Promise.all([
      program.replay('stdin.db', ['-'], storeBytes),
      program.replay('gzip.db', ['gz.pcap']),
      program.replay('zstd.db', ['zst']),
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
    const [ring, whole] = await Promise.all([program.replay('ring.db', ['ring']), program.replay('whole.db', [store])]);
    expect(ring.document.inputs).toHaveLength(2);
    expect(told(ring)).toEqual(told(whole));
    expect(program.rows('ring.db', 'SELECT complete, objects FROM association')).toEqual([{ complete: 1, objects: 2 }]);
  });

  it('of a folder are found however deep', async () => {
    mkdirSync(at('deep/er'), { recursive: true });
    copyFileSync(store, at('deep/er/a.pcap'));
    copyFileSync(scene('echo.pcap'), at('deep/b.cap'));
    writeFileSync(at('deep/notes.txt'), 'not a capture');
    const { status, document } = await program.replay('deep.db', ['deep']);
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
    const { status, document } = await program.replay('cut.db', ['cut.pcap']);
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
});

/** Every row of every table but those that know runs. */
function contents(database: string): Record<string, unknown[]> {
  const names = program
    .rows<{ name: string }>(
      database,
      "SELECT name FROM sqlite_master WHERE type = 'table' OR name IN ('connection', 'association', 'operation', 'exposure', 'finding') ORDER BY name",
    )
    .map(({ name }) => name)
    .filter((name) => !['run', 'capture'].includes(name) && !name.startsWith('sqlite_'));
  return Object.fromEntries(
    names.map((name) => [name, program.rows(database, `SELECT * FROM "${name}" ORDER BY 1, 2`)]),
  );
}
