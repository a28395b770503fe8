import type { Micros } from '../model/records.ts';

/**
 * Events within a window that slides on their times; of more than `max`, the last. Of each is kept how long after the
 * one before it came, in µs: one byte where both came in one segment, three or four mostly, for there are many keys and
 * hundreds of events of each.
 */
export class RecentCount {
  /**
   * Gaps, the first from `first` to the event after it: seven bits a byte, the lowest first and of these the sign; 80H
   * where more follow.
   */
  private gaps = new Uint8Array(sizeFirst);
  private from = 0;
  private to = 0;
  private count = 0;
  private last: Micros = 0;
  /** Of those counted, the time of the first. */
  first: Micros = 0;
  private readonly window: Micros;
  private readonly max: number;

  constructor(window: Micros, max: number) {
    this.window = window;
    this.max = max;
  }

  /** How many there are with this one, at a time in whole µs. */
  add(time: Micros): number {
    if (this.count === 0) this.first = time;
    else this.write(time - this.last);
    this.last = time;
    this.count++;
    while (this.first < time - this.window || this.count > this.max) this.dropFirst();
    return this.count;
  }

  private dropFirst(): void {
    this.count--;
    this.first += this.read();
  }

  private write(gap: number): void {
    if (this.to + gapBytesMax > this.gaps.length) this.makeRoom();
    let rest = Math.abs(gap);
    let byte = (rest % 0x40) * 2 + (gap < 0 ? 1 : 0);
    for (rest = Math.floor(rest / 0x40); rest > 0; rest = Math.floor(rest / 0x80)) {
      this.gaps[this.to++] = byte | 0x80;
      byte = rest % 0x80;
    }
    this.gaps[this.to++] = byte;
  }

  private read(): number {
    const { gaps } = this;
    const lowest = gaps[this.from++];
    let gap = (lowest & 0x7f) >> 1;
    let unit = 0x40;
    for (let byte = lowest; byte >= 0x80; unit *= 0x80) {
      byte = gaps[this.from++];
      gap += (byte & 0x7f) * unit;
    }
    return (lowest & 1) === 0 ? gap : -gap;
  }

  /** What was read is let go; there is half as much room again as what is left takes. */
  private makeRoom(): void {
    const kept = this.gaps.subarray(this.from, this.to);
    this.gaps = new Uint8Array(Math.ceil(1.5 * kept.length) + sizeFirst);
    this.gaps.set(kept);
    this.to = kept.length;
    this.from = 0;
  }
}

/** 53 bits and a sign. */
const gapBytesMax = 8;
/** Most keys have few events. */
const sizeFirst = 16;
