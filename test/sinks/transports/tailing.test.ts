// Proves that a reader that follows a file sink by its name, as agents do, gets each line once and in order through
// rotation by size, by age, and by logrotate with a signal to reopen.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type FileSink, sinkOf } from '../../../src/sinks/settings.ts';
import { LogFile } from '../../../src/sinks/transports/file.ts';
import { begin, idsIn, SinkStore, until } from '../../support/sinks.ts';
import { temporaryFolder } from '../../support/stores.ts';

/** `tail -F`, which opens the name anew when another inode has it, from the first line on. */
function follow(path: string): () => string[] {
  const tail = spawn('tail', ['-n', '+1', '-s', '0.01', '--max-unchanged-stats=1', '-F', path], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(async () => {
    const exited = once(tail, 'exit');
    tail.kill('SIGKILL');
    await exited;
  });
  let text = '';
  tail.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  return () => idsIn(text.split('\n').slice(0, -1));
}

it.each(['size', 'age', 'logrotate'] as const)('%s', async (by) => {
  const path = join(temporaryFolder(), 'out.json');
  const clock = { ms: Date.now() };
  const given = { kind: 'file', path, rotate_bytes: by === 'size' ? 40_000 : 0, rotate_hours: 1, keep: 100 } as const;
  const transport = new LogFile(sinkOf('soc', given) as FileSink, () => clock.ms);
  const store = new SinkStore();
  const { courier } = begin(store, given, { transport });
  const seen = follow(path);
  for (let round = 1; round <= 8; round++) {
    store.findings(60);
    courier.wake();
    // An agent keeps up: a name that changed hands twice between two looks is one that no agent follows.
    await until(() => seen().length >= round * 60, `${round * 60} lines`);
    if (by === 'age') clock.ms += 3_700_000;
    if (by === 'size') clock.ms += 1000;
    if (by === 'logrotate') {
      renameSync(path, `${path}.${round}`);
      courier.reopen();
      await until(() => existsSync(path), 'a new file');
    }
  }
  await courier.drain();
  expect(seen()).toEqual(store.written);
});
