// Proves: a pause lasts as long as asked, and is over at once when it is cut short, also when nobody waits.
import { expect, it, vi } from 'vitest';
import { Pause } from '../../../src/capture/live/pause.ts';

it('lasts as long as asked, or until it is ended', async () => {
  vi.useFakeTimers();
  try {
    const pause = new Pause();
    pause.end();
    let over = 0;
    const wait = (): Promise<void> => pause.wait(1000).then(() => void over++);
    const first = wait();
    await vi.advanceTimersByTimeAsync(999);
    expect(over).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    await first;
    const second = wait();
    pause.end();
    await second;
    expect([over, vi.getTimerCount()]).toEqual([2, 0]);
  } finally {
    vi.useRealTimers();
  }
});
