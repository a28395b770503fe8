// Proves that a process whose main loop is stuck is ended by its watchdog, with a status of its own and without a core
// dump (B45), and one that beats is not.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../support/source-tree.ts';

/** A process with the watchdog of the built program; `then` is what its main loop does. */
function watched(seconds: number, then: string) {
  const script = `
    const { Worker } = require('node:worker_threads');
    const beats = new Int32Array(new SharedArrayBuffer(4));
    new Worker(${JSON.stringify(join(root, 'dist', 'watchdog-worker.js'))}, { workerData: { beats, seconds: ${seconds} } });
    ${then}`;
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: 120_000 });
}

it('ends what is stuck', () => {
  const { signal, stderr } = watched(2, 'setTimeout(() => { for (;;); }, 100);');
  expect(signal).toBe('SIGALRM');
  expect(JSON.parse(stderr)).toMatchObject({ level: 60, seconds: 2, msg: 'the main loop is stuck: the process ends' });
});

it('leaves what beats', () => {
  // Where others use the processor too, a beat may be seconds late.
  const beating = 'setInterval(() => Atomics.add(beats, 0, 1), 200); setTimeout(() => process.exit(7), 9000);';
  const { status, signal } = watched(6, beating);
  expect([status, signal]).toEqual([7, null]);
});
