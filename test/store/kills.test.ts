// Proves that a sensor killed at any moment, in a checkpoint and while old records are removed too, loses nothing it
// acknowledged, and leaves a whole store without anything twice.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openForReading } from '../../src/store/store.ts';
import { root } from '../support/source-tree.ts';
import { miscounted, temporaryFolder } from '../support/stores.ts';
import type { Victim } from './kills/numbered.ts';

const kills = Number(process.env['DICOMTAP_KILLS'] ?? 20);
/** Below node_modules, where the program finds its packages. */
const folder = join(root, 'node_modules/.cache', `dicomtap-kills-${process.pid}`);

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  for (const input of ['test/store/kills/victim.ts', 'src/store/live-worker.ts']) {
    const bundle = await rolldown({ input: join(root, input), platform: 'node', external: ['better-sqlite3'] });
    await bundle.write({ dir: folder, entryFileNames: '[name].mjs', format: 'esm' });
    await bundle.close();
  }
  // The recorder looks for it under the name it has in the built program.
  renameSync(join(folder, 'live-worker.mjs'), join(folder, 'live-worker.js'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A fixed sequence of numbers from 0 to 1. */
let seed = 42;
function random(): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
  return seed / 2 ** 31;
}

interface Killed {
  /** Below this all was acknowledged. */
  readonly acknowledged: number;
  readonly said: readonly string[];
}

/**
 * Begins a victim, and kills it in one of its first bursts after the one that was acknowledged: as many are written on
 * any disk.
 */
async function killed(victim: Victim): Promise<Killed> {
  const child: ChildProcess = spawn(process.execPath, [join(folder, 'victim.mjs'), JSON.stringify(victim)]);
  let text = '';
  let errors = '';
  child.stdout?.on('data', (data) => {
    text += data;
  });
  child.stderr?.on('data', (data) => {
    errors += data;
  });
  const exited = once(child, 'exit');
  const came = async (word: string, times = 1): Promise<number> => {
    while (text.split(word).length <= times && child.exitCode === null) await pause(5);
    return performance.now();
  };
  const open = await came('open');
  const bursts = 1 + Math.floor(random() * 3);
  await pause(random() * (((await came('acknowledged', bursts)) - open) / bursts));
  child.kill('SIGKILL');
  await exited;
  expect(errors).toBe('');
  const said = text.split('\n').slice(0, -1);
  const acknowledged = said.filter((line) => line.startsWith('acknowledged')).map((line) => Number(line.split(' ')[1]));
  expect(acknowledged.length).toBeGreaterThan(0);
  return { acknowledged: acknowledged[acknowledged.length - 1], said };
}

const kept = ['association', 'operation', 'exposure', 'tls_session'] as const;

/** Of talks from the oldest that is there on, those below `to` that are not all there. */
function missing(database: Database, oldest: number, to: number): number {
  const column = (sql: string): number[] => database.prepare(sql).pluck().all() as number[];
  let whole = new Set(column('SELECT CAST(substr(id, 2) AS INTEGER) FROM connection'));
  for (const table of kept) {
    const there = column(
      `SELECT CAST(substr(${table === 'exposure' ? 'association_id' : 'id'}, 2) AS INTEGER) FROM ${table}`,
    );
    whole = new Set(there.filter((n) => whole.has(n)));
  }
  let count = 0;
  for (let n = oldest; n < to; n++) if (!whole.has(n)) count++;
  return count;
}

function twice(database: Database): unknown[] {
  const ids = ['connection', 'association', 'tls_session', 'finding', 'alert'].map(
    (table) => `SELECT id AS one FROM ${table} GROUP BY id HAVING count(*) > 1`,
  );
  const revisions = 'SELECT record_id FROM log GROUP BY record_id, revision HAVING count(*) > 1';
  return database.prepare([...ids, revisions].join(' UNION ALL ')).all();
}

const base = Date.now() * 1000 - 3600e6;
/**
 * Room for the findings of all talks, which go last: without it others would be refused. Not for the talks themselves.
 */
const quota = Math.max(1.5, kills * 0.075) * 2 ** 20;

it.each<[string, Victim['keeping'], number]>([
  ['with room enough', {}, Math.floor(kills / 2)],
  ['at its quota, checkpoints and removal without end', { bytesMax: quota }, Math.ceil(kills / 2)],
])(
  `killed, %s`,
  async (_, keeping, times) => {
    const path = join(temporaryFolder(), 'a.db');
    let from = 0;
    let lastSeq = 0;
    /**
     * Talks up to this one were written, the last of them perhaps by a victim that could not acknowledge them any more.
     */
    let newest = -1;
    let removed = 0;
    for (let n = 0; n < times; n++) {
      const { acknowledged, said } = await killed({ path, from, base, keeping });
      expect(said.filter((line) => !/^(open|acknowledged)/.test(line))).toEqual([]);
      // Queries work on what a kill left, before anybody has put it right.
      const database = openForReading(path);
      const one = (sql: string): number => (database.prepare(sql).pluck().get() as number | null) ?? 0;
      // Findings go last: at the quota they may be all that is left, and then no connection is to be looked for.
      const connections = one('SELECT count(*) FROM connection');
      if (connections === 0)
        expect(keeping.bytesMax !== undefined && one('SELECT count(*) FROM finding') > 0).toBe(true);
      const oldest =
        connections === 0 ? acknowledged : one('SELECT min(CAST(substr(id, 2) AS INTEGER)) FROM connection');
      expect(missing(database, oldest, acknowledged)).toBe(0);
      expect(twice(database)).toEqual([]);
      expect(miscounted(database)).toEqual([]);
      if (n % 5 === 4 || n === times - 1) expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
      const seq = one("SELECT seq FROM main.sqlite_sequence WHERE name = 'log'");
      // What was there before is nothing new.
      if (acknowledged - 1 > newest) expect(seq).toBeGreaterThan(lastSeq);
      else expect(seq).toBeGreaterThanOrEqual(lastSeq);
      lastSeq = seq;
      newest = one('SELECT max(CAST(substr(id, 2) AS INTEGER)) FROM finding');
      database.close();
      removed = oldest;
      if (keeping.bytesMax === undefined) expect(oldest).toBe(0);
      else expect(statSync(path).size).toBeLessThan(quota);
      from = acknowledged;
    }
    if (keeping.bytesMax !== undefined) expect(removed).toBeGreaterThan(0);
  },
  60_000 + kills * 10_000,
);
