// Proves that the built program says and stores the same with several threads as with one, and ends in words when one
// of them does.
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Program } from '../support/program.ts';
import { scenePath } from '../support/scenes.ts';
import { root } from '../support/source-tree.ts';
import { dumpOf } from '../support/stores.ts';

let program: Program;
const inputs: string[] = [];

beforeAll(() => {
  program = new Program();
  copyFileSync(join(root, 'pcaps/demo.key'), program.at('hash.key'));
  spawnSync('chmod', ['600', program.at('hash.key')]);
  for (const [name, size] of [
    ['small', '60'],
    ['background', '300'],
    ['ooo', '2'],
  ]) {
    inputs.push(program.at(`${name}.pcap`));
    const made = spawnSync(process.execPath, [
      join(root, 'bench/make-input.mjs'),
      name,
      program.at(`${name}.pcap`),
      size,
    ]);
    expect(made.status).toBe(0);
  }
  for (const scene of ['theft.pcap', 'concurrent.pcapng', 'tls12.pcap', 'nmap.pcap', 'ports.pcap'])
    inputs.push(scenePath(scene));
});
afterAll(() => rmSync(program.folder, { recursive: true }));

function replay(database: string, ...more: readonly string[]) {
  const words = ['replay', ...inputs, '--json', '--db', database, '--hash-key', program.at('hash.key'), ...more];
  const ran = spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...words], {
    encoding: 'utf8',
    env: program.environment,
    maxBuffer: 1 << 28,
  });
  return { ...ran, stdout: ran.stdout.replaceAll(database, 'DB') };
}

it('the same, told and stored, with one thread, two and three', () => {
  const one = program.at('one.db');
  const lines = ['1', '2', '3'].map((workers) => [workers, program.at(`of-${workers}.jsonl`)] as const);
  const [alone, ...split] = lines.map(([workers, path]) => {
    const database = workers === '1' ? one : program.at(`${workers}.db`);
    const { stdout, stderr, status } = replay(database, '--workers', workers, '--connections', path);
    expect(stderr).toBe('');
    return { stdout, status, database, path };
  });
  for (const each of split) {
    expect(each.stdout).toBe(alone.stdout);
    expect(each.status).toBe(alone.status);
    expect(dumpOf(each.database)).toEqual(dumpOf(one));
    expect(dumpOf(each.database, ['log', 'meta', 'capture'])).toEqual(dumpOf(one, ['log', 'meta', 'capture']));
    expect(spawnSync('cmp', [each.path, alone.path]).status).toBe(0);
  }
});

it('packets left out by a filter or a range are the same', () => {
  const more = ['--filter', 'not port 443 and not host 10.0.0.9', '--reveal'];
  expect(replay(program.at('a.db'), ...more, '--workers', '2').stdout).toBe(replay(program.at('b.db'), ...more).stdout);
});

it('the environment says how many, and what is no number is an error', () => {
  const env = { ...program.environment, DICOMTAP_WORKERS: 'many' };
  const ran = spawnSync(process.execPath, [join(root, 'dist/cli.js'), 'replay', inputs[0]], { encoding: 'utf8', env });
  expect(ran.status).toBe(1);
  expect(ran.stderr).toContain('"many" is no number of workers');
});

it('a thread that ends takes the program with it, and what it says', () => {
  const words = [program.withBrokenDissectors(), 'replay', inputs[0], '--workers', '2', '--db', program.at('c.db')];
  const ran = spawnSync(process.execPath, [...words, '--hash-key', program.at('hash.key')], {
    encoding: 'utf8',
    env: program.environment,
    timeout: 250_000,
  });
  expect(ran.status).toBe(1);
  expect(ran.stderr).toContain('out of luck');
});
