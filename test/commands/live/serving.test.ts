// Proves that metrics follow the configuration through reloads, and that a place where they cannot be served is tried
// again and stops nothing.
import { expect, it } from 'vitest';
import { Serving } from '../../../src/commands/live/serving.ts';
import { keptLog, until } from '../../support/live.ts';
import { liveStatus } from '../../support/live-status.ts';

function serving() {
  const done: string[] = [];
  const log = keptLog();
  let failing: string | null = null;
  const fail = (code: string | null) => {
    failing = code;
  };
  const open = async ({ port }: { port: number }) => {
    if (failing !== null) throw Object.assign(new Error('no'), { code: failing });
    done.push(`open ${port}`);
    return { port, close: async () => void done.push(`close ${port}`) };
  };
  return { done, log, fail, serving: new Serving(() => liveStatus(), log, open, 5) };
}

const at = (port: number) => ({ metrics: { address: '127.0.0.1', port } });

it('follows the configuration', async () => {
  const { serving: one, done } = serving();
  await one.use(at(1));
  await one.use(at(1));
  await one.use(at(2));
  await one.use({ metrics: null });
  await one.use(at(3));
  await one.stop();
  expect(done).toEqual(['open 1', 'close 1', 'open 2', 'close 2', 'open 3', 'close 3']);
});

it('tries again where it cannot listen, and says so once', async () => {
  const { serving: one, done, log, fail } = serving();
  fail('EADDRINUSE');
  await one.use(at(1));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(log.lines.map(({ level }) => level)).toEqual(['error']);
  fail(null);
  await until(() => done.length > 0, 'a place to listen');
  await one.stop();
  expect(done).toEqual(['open 1', 'close 1']);
});

it('does not try again once it was stopped', async () => {
  const { serving: one, done, fail } = serving();
  fail('EADDRINUSE');
  await one.use(at(1));
  await one.stop();
  fail(null);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(done).toEqual([]);
});
