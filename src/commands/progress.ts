import type { Io } from './command.ts';
import { readableBytes } from './quantities.ts';
import { readableDuration } from './times.ts';

const drawEveryMs = 100;
/** Shorter runs end before a bar could be read. */
const quietMs = 300;
const barCells = 24;

/** One line on standard error that says how far a replay is; silent unless that is a terminal. */
export class Progress {
  private readonly io: Io;
  private readonly totalBytes: number | null;
  private readonly clock: () => number;
  private readonly begin: number;
  private drawn = 0;
  private shown = false;

  /** `totalBytes` is null where the size of the input is not known; `clock` gives milliseconds. */
  constructor(io: Io, totalBytes: number | null, clock: () => number = () => performance.now()) {
    this.io = io;
    this.totalBytes = totalBytes;
    this.clock = clock;
    this.begin = clock();
  }

  /** Called as often as one likes: draws ten times a second. */
  update(bytes: () => number): void {
    if (!this.io.progress) return;
    const now = this.clock();
    if (now - this.begin < quietMs || now - this.drawn < drawEveryMs) return;
    this.drawn = now;
    this.shown = true;
    this.io.stderr(`\r${progressLine(bytes(), this.totalBytes, now - this.begin)}\x1b[K`);
  }

  clear(): void {
    if (this.shown) this.io.stderr('\r\x1b[K');
    this.shown = false;
  }
}

/** The line itself: bar, share, bytes, rate, time left; without the first two where the total is not known. */
export function progressLine(bytes: number, totalBytes: number | null, elapsedMs: number): string {
  const rate = bytes / (elapsedMs / 1000);
  const speed = `${readableBytes(Math.round(rate))}/s`;
  if (totalBytes === null || totalBytes === 0) return `  ${readableBytes(bytes)} read   ${speed}`;
  const share = Math.min(1, bytes / totalBytes);
  const full = Math.floor(share * barCells);
  const bar = '█'.repeat(full) + '░'.repeat(barCells - full);
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  const left = rate > 0 ? `${readableDuration(Math.ceil((totalBytes * (1 - share)) / rate) * 1e6)} left` : '';
  return `  ${bar} ${percent}  ${readableBytes(bytes)} of ${readableBytes(totalBytes)}  ${speed}  ${left}`;
}
