import type { Micros } from '../model/records.ts';

/**
 * By which a live run tells how old records are: the wall clock, but for steps of it. A clock that jumps ahead by years
 * must not empty the store at once: beyond a day this one follows no faster than a day an hour, so that there is time
 * to see it. A clock that is set back is believed, for what is then kept too long does no harm.
 */
export class AgeClock {
  #now: Micros;
  #elapsed: number;

  /** `known`: what it showed last, of an earlier run perhaps. `elapsedMs` is of a clock that only goes on. */
  constructor(known: Micros, elapsedMs: number) {
    this.#now = known;
    this.#elapsed = elapsedMs;
  }

  /** µs, given the wall clock. */
  at(wall: Micros, elapsedMs: number): Micros {
    const passed = Math.max(0, elapsedMs - this.#elapsed) * 1000;
    this.#elapsed = elapsedMs;
    const ahead = wall - this.#now;
    this.#now = ahead <= STEP_MICROS ? wall : Math.min(wall, this.#now + passed * HASTE);
    return this.#now;
  }

  /** Whether the wall clock is further ahead than is believed at once. */
  isBehind(wall: Micros): boolean {
    return wall - this.#now > STEP_MICROS;
  }
}

const STEP_MICROS = 24 * 3600e6;
/** A day an hour. */
const HASTE = 24;
