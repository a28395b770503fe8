// `npm run build`, last step: runs what was built over small captures, and puts beside each file of the program what V8
// made of the functions that were called, for the next start to take it from there (src/compiled.ts).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { madeInput } from '../bench/inputs/made.mjs';

const root = join(import.meta.dirname, '..');
const dist = resolve(process.argv[2] ?? join(root, 'dist'));
const folder = mkdtempSync(join(tmpdir(), 'dicomtap-bytecode-'));
try {
  const database = join(folder, 'store.db');
  const key = join(folder, 'key');
  writeFileSync(key, `${'07'.repeat(32)}\n`, { mode: 0o600 });
  run('replay', ...captures(), '--policy', join(root, 'bench/policy.yaml'), '--db', database, '--hash-key', key);
  run('findings', '--db', database);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Long transfers, many attributes, short associations and other protocols; and what peers recorded. */
function captures() {
  const sizes = { bulk: 8, headers: 20, small: 20, background: 200 };
  const made = Object.entries(sizes).map(([kind, size]) => madeInput(folder, kind, size).file);
  const recorded = readdirSync(join(root, 'pcaps')).filter((name) => /\.pcap(ng)?$/.test(name));
  return [...made, ...recorded.sort().map((name) => join(root, 'pcaps', name))];
}

function run(...words) {
  const keeper = join(import.meta.dirname, 'bytecode-keeper.mjs');
  const ran = spawnSync(process.execPath, ['--hash-seed=1', '--import', keeper, join(dist, 'cli.js'), ...words], {
    encoding: 'utf8',
    env: {},
  });
  if (ran.status !== 0) throw new Error(`${words[0]}: status ${ran.status}: ${ran.stderr}`);
}
