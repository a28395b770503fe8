import { type LossCause, type Losses, lossCauses } from '../model/records.ts';

/** Counts what could not be used, by cause and by input: every byte in exactly one place. */
export class LossBook {
  /** Two numbers a cause: packets, bytes. */
  private readonly counts = new Float64Array(2 * lossCauses.length);
  private readonly settled = new Float64Array(2 * lossCauses.length);
  private readonly inputs: Float64Array[] = [];

  add(cause: LossCause, packets: number, bytes: number): void {
    this.addNumbered(causeNumber[cause], packets, bytes);
  }

  /** The same by the number of a cause: what is booked of most packets or connections looks up no name. */
  addNumbered(cause: number, packets: number, bytes: number): void {
    const at = 2 * cause;
    this.counts[at] += packets;
    this.counts[at + 1] += bytes;
  }

  /** Sets a cause to what its own counter says. */
  set(cause: LossCause, packets: number, bytes: number): void {
    const at = 2 * causeNumber[cause];
    this.counts[at] = packets;
    this.counts[at + 1] = bytes;
  }

  /** Books what was counted since the last call to `input`. */
  settle(input: number): void {
    let row = this.inputs[input];
    if (row === undefined) {
      row = new Float64Array(this.counts.length);
      this.inputs[input] = row;
    }
    for (let i = 0; i < this.counts.length; i++) row[i] += this.counts[i] - this.settled[i];
    this.settled.set(this.counts);
  }

  /** Losses of one input, or of all; causes without any are left out. */
  losses(input?: number): Losses {
    const row = input === undefined ? this.counts : (this.inputs[input] ?? new Float64Array(this.counts.length));
    const losses: Losses = {};
    for (const cause of lossCauses) {
      const at = 2 * causeNumber[cause];
      if (row[at] !== 0 || row[at + 1] !== 0) losses[cause] = { packets: row[at], bytes: row[at + 1] };
    }
    return losses;
  }
}

export const causeNumber = Object.fromEntries(lossCauses.map((cause, number) => [cause, number])) as Readonly<
  Record<LossCause, number>
>;
