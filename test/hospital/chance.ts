import { seeded } from '../support/chunks.ts';

/** Choices that look random and are the same for the same seed. */
export class Chance {
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = seeded(seed);
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.random() * end);
  }

  /** One time in `many`. */
  of(many: number): boolean {
    return this.below(many) === 0;
  }

  from<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}
