import type { Micros } from '../../model/records.ts';

/** A step of less is taken for the clock being led slowly. */
const stepMsMin = 1000;
/** A step is believed once it has stood so long: clocks that are set wrongly are often set right again at once. */
const steadyMs = 60_000;

/** The machine's clock, and whether it may be believed: it can be set, forward and back, while the sensor runs. */
export class WallClock {
  /** How often it was set, and by how much the last time. */
  steps = 0;
  lastStepMs = 0;
  private readonly wall: () => number;
  private readonly monotonic: () => number;
  /** Wall clock less the clock that never steps. */
  private offset: number;
  private steppedAt = Number.NEGATIVE_INFINITY;

  /** Both in milliseconds. */
  constructor(wall: () => number = Date.now, monotonic: () => number = () => performance.now()) {
    this.wall = wall;
    this.monotonic = monotonic;
    this.offset = wall() - monotonic();
  }

  /** Wall clock, in µs. */
  get now(): Micros {
    return Math.round(this.wall() * 1000);
  }

  /** To be called often: true when it has been set since the last time. */
  stepped(): boolean {
    const offset = this.wall() - this.monotonic();
    const step = offset - this.offset;
    this.offset = offset;
    if (Math.abs(step) < stepMsMin) return false;
    this.steps++;
    this.lastStepMs = step;
    this.steppedAt = this.monotonic();
    return true;
  }

  /** Whether it has not been set lately. */
  get steady(): boolean {
    return this.monotonic() - this.steppedAt >= steadyMs;
  }
}
