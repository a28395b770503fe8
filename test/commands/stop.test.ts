// Proves that a signal asks once, and leaves the process as it was afterwards.
import { describe, expect, it } from 'vitest';
import { Stop } from '../../src/commands/stop.ts';

describe('a stop', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s has status %d and lets go of what waits', (signal, status) => {
    // Proves 128 and the signal's number.
    const stop = new Stop();
    let closed = 0;
    stop.close = () => {
      closed++;
    };
    expect(stop.asked).toBe(false);
    process.emit(signal);
    stop.release();
    expect([stop.asked, stop.status, closed]).toEqual([true, status, 1]);
  });

  it('leaves no listeners', () => {
    // Proves that commands run one after the other do not pile up.
    const before = process.listenerCount('SIGINT') + process.listenerCount('SIGTERM');
    new Stop().release();
    expect(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM')).toBe(before);
  });
});
