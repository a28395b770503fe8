import type { Micros } from '../model/records.ts';

/** Time and packet at which something was stated. */
export interface Stamp {
  readonly micros: Micros;
  /** Capture id and frame number. */
  readonly capture: string;
  readonly frame: number;
}
