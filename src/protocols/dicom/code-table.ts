/** RFC 1951 section 3.2.2: no code is longer. */
const CODE_BITS_MAX = 15;
/**
 * Codes up to this length are read at once, longer ones bit by bit: tables stay small, for a block may have few bytes
 * and two tables.
 */
const QUICK_BITS = 9;

/**
 * A table of prefix codes (RFC 1951 section 3.2.2), filled again for each block. What filling costs is bounded by the
 * number of lengths, whatever they are: tables of more codes than there can be are refused before any is entered.
 */
export class CodeTable {
  /** Length in bits of the code read last. */
  bits = 0;

  /** By the next nine bits: symbol and length, 0 where the code is longer or there is none. */
  private readonly quick = new Uint16Array(1 << QUICK_BITS);
  /** Codes of each length. */
  private readonly count = new Uint16Array(CODE_BITS_MAX + 1);
  /** Symbols by their codes. */
  private readonly symbols: Uint16Array;
  private readonly next = new Uint16Array(CODE_BITS_MAX + 1);
  private readonly place = new Uint16Array(CODE_BITS_MAX + 1);

  constructor(symbolsMax: number) {
    this.symbols = new Uint16Array(symbolsMax);
  }

  /**
   * Takes the lengths of the codes of `size` symbols. False if there are more codes than there can be; or fewer, but
   * for `lenient` tables of one code of one bit or of none, which zlib takes too.
   */
  fill(lengths: Uint8Array, from: number, size: number, lenient: boolean): boolean {
    this.count.fill(0);
    for (let i = 0; i < size; i++) this.count[lengths[from + i]]++;
    const none = this.count[0] === size;
    this.count[0] = 0;
    let left = 1;
    let longest = 0;
    for (let bits = 1; bits <= CODE_BITS_MAX; bits++) {
      left = 2 * left - this.count[bits];
      if (left < 0) return false;
      if (this.count[bits] > 0) longest = bits;
    }
    if (left > 0 && !(lenient && (none || longest === 1))) return false;
    this.enter(lengths, from, size);
    return true;
  }

  /** The symbol whose code is at the beginning of `window` (the first bit is the lowest); -1 where there is none. */
  read(window: number): number {
    const entry = this.quick[window & ((1 << QUICK_BITS) - 1)];
    if (entry !== 0) {
      this.bits = entry & 15;
      return entry >> 4;
    }
    return this.readLong(window);
  }

  private readLong(window: number): number {
    let [code, first, index] = [0, 0, 0];
    for (let bits = 1; bits <= CODE_BITS_MAX; bits++) {
      code |= (window >> (bits - 1)) & 1;
      const count = this.count[bits];
      if (code - first < count) {
        this.bits = bits;
        return this.symbols[index + code - first];
      }
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return -1;
  }

  private enter(lengths: Uint8Array, from: number, size: number): void {
    this.quick.fill(0);
    this.next[0] = 0;
    this.place[0] = 0;
    for (let bits = 1; bits <= CODE_BITS_MAX; bits++) {
      this.next[bits] = (this.next[bits - 1] + this.count[bits - 1]) << 1;
      this.place[bits] = this.place[bits - 1] + this.count[bits - 1];
    }
    for (let symbol = 0; symbol < size; symbol++) {
      const bits = lengths[from + symbol];
      if (bits === 0) continue;
      this.symbols[this.place[bits]++] = symbol;
      const code = this.next[bits]++;
      if (bits > QUICK_BITS) continue;
      for (let at = reversed(code, bits); at < 1 << QUICK_BITS; at += 1 << bits) this.quick[at] = (symbol << 4) | bits;
    }
  }
}

function reversed(code: number, bits: number): number {
  let result = 0;
  for (let i = 0; i < bits; i++) result |= ((code >> i) & 1) << (bits - 1 - i);
  return result;
}
