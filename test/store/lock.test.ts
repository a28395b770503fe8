// Proves that one holder has the writer's lock, and that the lock goes with its process however that ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockForWriting } from '../../src/store/lock.ts';
import { temporaryFolder } from '../support/stores.ts';

const busy = expect.objectContaining({ code: 'store-busy' });

it('is held once in a process, and leaves no file', () => {
  const path = join(temporaryFolder(), 'x.db');
  const lock = lockForWriting(path);
  expect(() => lockForWriting(path)).toThrow(busy);
  lock.release();
  expect(existsSync(`${path}.lock`)).toBe(false);
  lockForWriting(path).release();
});

it('of a killed process is free at once', async () => {
  const path = join(temporaryFolder(), 'x.db');
  const sqlite = createRequire(import.meta.url).resolve('better-sqlite3');
  const holder = `
    const database = new (require(${JSON.stringify(sqlite)}))(${JSON.stringify(`${path}.lock`)});
    database.exec('BEGIN EXCLUSIVE');
    process.stdout.write('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['-e', holder], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  expect(() => lockForWriting(path)).toThrow(busy);
  child.kill('SIGKILL');
  await once(child, 'exit');
  lockForWriting(path).release();
});
