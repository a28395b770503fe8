// Proves that SIGUSR1, on which Node opens its debugger, does nothing to a replay under way.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { until } from './support/live.ts';
import { Program } from './support/program.ts';
import { pcaps } from './support/scenes.ts';
import { root } from './support/source-tree.ts';

const program = new Program();
afterAll(() => program.remove());

it('opens no debugger, and goes on', async () => {
  const bytes = readFileSync(join(pcaps, 'store.pcap'));
  writeFileSync(program.at('key'), '5a'.repeat(32), { mode: 0o600 });
  const words = ['replay', '-', '--db', program.at('a.db'), '--hash-key', program.at('key'), '--json'];
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), ...words], { env: program.environment });
  let [said, out, ended] = ['', '', -1];
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.on('close', (status) => {
    ended = status ?? 255;
  });
  child.stdin.write(bytes.subarray(0, 1000));
  await until(() => existsSync(program.at('a.db')) || ended >= 0, 'the store');
  for (let n = 0; n < 3; n++) {
    child.kill('SIGUSR1');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.stdin.end(bytes.subarray(1000));
  await until(() => ended >= 0, 'the end');
  expect(said).not.toContain('Debugger');
  expect({ ended, associations: JSON.parse(out).totals.associations }).toEqual({ ended: 0, associations: 1 });
});
