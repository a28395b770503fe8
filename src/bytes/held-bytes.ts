/** Bytes that several may keep together. */
export interface Budget {
  bytesLeft: number;
}

/** Bytes kept for later, in memory that grows by doubling up to a bound and is given back when nothing is kept. */
export class HeldBytes {
  bytes: Uint8Array = none;
  length = 0;
  private readonly bytesMax: number;
  private readonly budget: Budget;

  constructor(bytesMax: number, budget: Budget = { bytesLeft: bytesMax }) {
    this.bytesMax = bytesMax;
    this.budget = budget;
  }

  get room(): number {
    return Math.min(this.bytesMax - this.length, this.budget.bytesLeft);
  }

  /** Copies as much as there is room for; says how much. */
  append(bytes: Uint8Array, start: number, end: number): number {
    const taken = Math.min(end - start, this.room);
    if (this.length + taken > this.bytes.length) this.grow(this.length + taken);
    // A few bytes are copied faster by hand than by making a view.
    if (taken <= 16) for (let i = 0; i < taken; i++) this.bytes[this.length + i] = bytes[start + i];
    else this.bytes.set(bytes.subarray(start, start + taken), this.length);
    this.length += taken;
    this.budget.bytesLeft -= taken;
    return taken;
  }

  /** Forgets the first `count` bytes. */
  drop(count: number): void {
    this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
    this.budget.bytesLeft += count;
  }

  /** Forgets all. Small memory is kept for the next time, large is given back. */
  clear(): void {
    this.budget.bytesLeft += this.length;
    this.length = 0;
    if (this.bytes.length > keptBytesMax) this.bytes = none;
  }

  private grow(least: number): void {
    const size = Math.min(this.bytesMax, Math.max(least, this.bytes.length * 2, 256));
    const grown = new Uint8Array(size);
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

const none = new Uint8Array(0);
const keptBytesMax = 4096;
