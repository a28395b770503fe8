// Proves that progress is shown to people only, and not too often.
import { describe, expect, it } from 'vitest';
import { Progress, progressLine } from '../../src/commands/progress.ts';

function watch(progress: boolean, moments: readonly number[], total: number | null = 1000): string {
  let text = '';
  let now = 0;
  const io = {
    stdout: () => {},
    stderr: (more: string) => {
      text += more;
    },
    terminal: true,
    columns: 80,
    colour: true,
    progress,
  };
  const bar = new Progress(io, total, () => now);
  for (const moment of moments) {
    now = moment;
    bar.update(() => moment);
  }
  bar.clear();
  return text;
}

describe('the progress bar', () => {
  it('is silent in a pipe', () => {
    // Proves that logs of a script hold no bars.
    expect(watch(false, [500, 1000])).toBe('');
  });

  it('is not shown by runs that end at once', () => {
    // Proves that a short replay does not flicker.
    expect(watch(true, [100, 299])).toBe('');
  });

  it('is drawn ten times a second at most, and wiped', () => {
    // Proves that drawing costs nothing where batches come by the thousand.
    const text = watch(true, [400, 420, 450, 499, 510]);
    expect(text.split('\r')).toHaveLength(4);
    expect(text.endsWith('\r\x1b[K')).toBe(true);
  });

  it('tells bar, share, bytes, rate and time left, within 80 columns', () => {
    // Proves the line itself.
    const line = progressLine(1_200_000_000, 4_800_000_000, 3000);
    expect(line).toBe('  ██████░░░░░░░░░░░░░░░░░░  25 %  1.2 GB of 4.8 GB  400 MB/s  9 s left');
    expect(progressLine(39.9e12, 40e12, 1e8).length).toBeLessThanOrEqual(80);
  });

  it('tells bytes and rate where the total is not known', () => {
    // Proves that a pipe gets no invented share.
    expect(progressLine(2_000_000, null, 1000)).toBe('  2 MB read   2 MB/s');
  });
});
