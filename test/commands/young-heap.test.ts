// Proves: the young generation of the heap stays at its bound, also after a thread of its own began.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { youngBytesMax } from '../../src/commands/young-heap.ts';
import { root } from '../support/source-tree.ts';

/** So much survives each collection that V8 by itself lets it grow to four times the bound. */
const program = `
  import { Worker } from 'node:worker_threads';
  const { holdYoungHeap, youngBytes } = await import(process.argv[1]);
  const hold = process.argv[2] === 'held' ? holdYoungHeap : () => {};
  const churn = () => {
    const kept = [];
    for (let i = 0; i < 1e6; i++) {
      kept.push({ number: i, list: [i] });
      if (kept.length > 60_000) kept.length = 0;
      if (i % 1000 === 0) hold();
    }
  };
  churn();
  const thread = new Worker('setInterval(() => {}, 1000)', { eval: true });
  await new Promise((resolve) => thread.on('online', resolve));
  churn();
  process.stdout.write(String(youngBytes()));
  process.exit();
`;

const folder = mkdtempSync(join(tmpdir(), 'young-heap-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('does not grow past its bound, as it would', () => {
  const bundler = join(root, 'node_modules', 'rolldown', 'bin', 'cli.mjs');
  const source = join(root, 'src', 'commands', 'young-heap.ts');
  const built = join(folder, 'young-heap.mjs');
  run([bundler, source, '--platform', 'node', '--file', built]);
  const grown = (how: string) => Number(run(['--input-type=module', '-e', program, built, how]));
  expect(grown('free')).toBeGreaterThan(youngBytesMax);
  expect(grown('held')).toBe(youngBytesMax);
});

function run(words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
