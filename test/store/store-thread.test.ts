// Proves that the built program stores in its thread what it stores without, byte for byte, and that a kill at any time
// costs nothing that a next run does not make good.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Program } from '../support/program.ts';
import { root } from '../support/source-tree.ts';
import { dumpOf } from '../support/stores.ts';

let program: Program;
let input: string;
const key = join(root, 'pcaps/demo.key');

beforeAll(() => {
  program = new Program();
  input = program.at('small.pcap');
  const made = spawnSync(process.execPath, [join(root, 'bench/make-input.mjs'), 'small', input, '1500']);
  expect(made.status).toBe(0);
  copyFileSync(key, program.at('hash.key'));
  spawnSync('chmod', ['600', program.at('hash.key')]);
});
afterAll(() => rmSync(program.folder, { recursive: true }));

function words(database: string, cli = join(root, 'dist/cli.js')): string[] {
  return [cli, 'replay', input, '--json', '--db', database, '--hash-key', program.at('hash.key')];
}

function replay(database: string, cli?: string): string {
  const ran = spawnSync(process.execPath, words(database, cli), { encoding: 'utf8', env: program.environment });
  expect(ran.stderr).toBe('');
  return ran.stdout.replaceAll(database, 'DB');
}

/** The built program without the thread's code. */
function withoutThread(): string {
  const folder = program.at('alone', 'dist');
  mkdirSync(folder, { recursive: true });
  spawnSync('cp', ['-r', `${join(root, 'dist')}/.`, folder]);
  spawnSync('ln', ['-s', join(root, 'node_modules'), join(root, 'package.json'), program.at('alone')]);
  rmSync(join(folder, 'store-worker.js'));
  return join(folder, 'cli.js');
}

it('the same, told and stored, as without', () => {
  const [here, there] = [program.at('here.db'), program.at('there.db')];
  expect(replay(there)).toBe(replay(here, withoutThread()));
  expect(dumpOf(there)).toEqual(dumpOf(here));
  expect(dumpOf(there, ['log', 'meta', 'capture'])).toEqual(dumpOf(here, ['log', 'meta', 'capture']));
});

it('what a killed run left is completed by the next', async () => {
  const [killed, whole] = [program.at('killed.db'), program.at('whole.db')];
  const child = spawn(process.execPath, words(killed), { env: program.environment, stdio: 'ignore' });
  // Something is committed.
  while (!existsSync(`${killed}-wal`) || statSync(`${killed}-wal`).size < 1e6) {
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  replay(killed);
  replay(whole);
  expect(dumpOf(killed)).toEqual(dumpOf(whole));
  expect(dumpOf(killed, ['meta'])).toEqual(dumpOf(whole, ['meta']));
});
