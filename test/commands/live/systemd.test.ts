// Proves that systemd is told what it asked for, and nothing where it did not.
import { expect, it } from 'vitest';
import { Systemd } from '../../../src/commands/live/systemd.ts';

function told(env: Record<string, string>) {
  const words: string[] = [];
  let now = 0;
  const systemd = new Systemd(
    env,
    (each) => words.push(each.join(' ')),
    () => now,
  );
  const pass = (ms: number) => {
    now += ms;
    systemd.alive();
  };
  return { systemd, words, pass };
}

it('says nothing without NOTIFY_SOCKET', () => {
  const { systemd, words, pass } = told({ WATCHDOG_USEC: '1000000' });
  systemd.ready('x');
  pass(10_000);
  systemd.stopping('');
  expect(words).toEqual([]);
  expect(systemd.everyMs).toBeNull();
});

it('says ready, reloading and stopping', () => {
  const { systemd, words } = told({ NOTIFY_SOCKET: '/run/x' });
  systemd.ready('Listening on eth1');
  systemd.reloading();
  systemd.status('s');
  systemd.stopping('Writing what was received');
  expect(words.map((each) => each.replace(/\d{4,}/, 'N'))).toEqual([
    'READY=1 STATUS=Listening on eth1',
    'RELOADING=1 MONOTONIC_USEC=N',
    'STATUS=s',
    'STOPPING=1 STATUS=Writing what was received',
  ]);
});

it('feeds the watchdog in half the time it gives', () => {
  const { words, pass } = told({ NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '10000000' });
  for (let i = 0; i < 21; i++) pass(500);
  expect(words).toEqual(['WATCHDOG=1', 'WATCHDOG=1', 'WATCHDOG=1']);
});

it('leaves the watchdog of another process alone', () => {
  const { words, pass } = told({ NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '1000000', WATCHDOG_PID: '1' });
  pass(10_000);
  expect(words).toEqual([]);
});
