// Proves which signal asks for what.
import { expect, it } from 'vitest';
import { Signals } from '../../../src/commands/live/signals.ts';

it('asks for each thing by its signal, to stop once', () => {
  const asked: string[] = [];
  const before = process.listenerCount('SIGTERM');
  const signals = new Signals({
    stop: (status) => void asked.push(`stop ${status}`),
    reload: () => void asked.push('reload'),
    tell: () => void asked.push('tell'),
  });
  for (const signal of ['SIGHUP', 'SIGUSR2', 'SIGHUP', 'SIGTERM'] as const) process.emit(signal, signal);
  expect(asked).toEqual(['reload', 'tell', 'reload', 'stop 0']);
  signals.release();
  expect(process.listenerCount('SIGTERM')).toBe(before);
});
