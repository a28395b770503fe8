import { CodeTable } from './code-table.ts';

/** RFC 1951 section 3.2.5: no distance is longer. */
const DISTANCE_MAX = 32_768;
/** Longest copy. */
const COPY_MAX = 258;
/** Output is told when so much has gathered behind the window. */
const OUTPUT_BYTES = 2 * DISTANCE_MAX;
const FIRST_OUTPUT_BYTES = 4096;
const LITERALS_MAX = 286;
const DISTANCES_MAX = 30;
/** Bytes after the input that are read as zeros, and then found to be missing. */
const BEHIND = 4;

export type InflaterState = 'more' | 'over' | 'broken' | 'stopped';

/**
 * Raw deflate (RFC 1951) read in pieces. Takes and refuses what zlib does, for by zlib all receivers read: a table of
 * more codes than there can be breaks the stream. Time is in proportion to input and output, whatever they are.
 */
export class Inflater {
  state: InflaterState = 'more';

  private readonly tell: (bytes: Uint8Array, start: number, end: number) => boolean;
  /** What was not read of earlier pieces, and the piece. */
  private input: Uint8Array = new Uint8Array(0);
  private bitsGiven = 0;
  private at = 0;
  private output: Uint8Array = new Uint8Array(FIRST_OUTPUT_BYTES);
  private made = 0;
  private told = 0;
  private phase: 'head' | 'stored' | 'codes' = 'head';
  private last = false;
  private storedLeft = 0;
  private literals = fixedLiterals;
  private distances = fixedDistances;
  private readonly ownLiterals = new CodeTable(LITERALS_MAX);
  private readonly ownDistances = new CodeTable(DISTANCES_MAX);

  /** `tell` is given what comes out, in memory that is used again, and says whether to go on. */
  constructor(tell: (bytes: Uint8Array, start: number, end: number) => boolean) {
    this.tell = tell;
  }

  /** Reads as far as the bytes so far go, and tells what came out of them; also if they break there. */
  push(bytes: Uint8Array): InflaterState {
    this.take(bytes);
    while (this.state === 'more' && this.step());
    if (this.state !== 'stopped') this.tellMade();
    return this.state;
  }

  /** One step: the head of a block, stored bytes, or codes; false if what is there is not enough. */
  private step(): boolean {
    if (this.phase === 'head') return this.last ? this.end('over') : this.head();
    return this.phase === 'stored' ? this.stored() : this.codes();
  }

  private take(bytes: Uint8Array): void {
    const rest = this.input.subarray(this.at >> 3, this.bitsGiven >> 3);
    const input = new Uint8Array(rest.length + bytes.length + BEHIND);
    input.set(rest);
    input.set(bytes, rest.length);
    this.input = input;
    this.at &= 7;
    this.bitsGiven = (rest.length + bytes.length) * 8;
  }

  /** RFC 1951 section 3.2.3: last (1 bit), type (2). */
  private head(): boolean {
    const from = this.at;
    const head = this.bits(3);
    const type = head >> 1;
    const done = type === 0 ? this.storedHead() : type === 1 ? this.fixedHead() : this.tableHead(type);
    if (this.state === 'broken') return false;
    if (!done || this.at > this.bitsGiven) {
      this.at = from;
      return false;
    }
    this.last = (head & 1) === 1;
    return true;
  }

  /** RFC 1951 section 3.2.4: at the next byte, length (16) and its complement (16). */
  private storedHead(): boolean {
    this.at = (this.at + 7) & ~7;
    if (this.at + 32 > this.bitsGiven) return false;
    const length = this.bits(16);
    if (this.bits(16) !== (length ^ 0xffff)) return this.end('broken');
    this.storedLeft = length;
    this.phase = 'stored';
    return true;
  }

  private fixedHead(): boolean {
    if (this.at > this.bitsGiven) return false;
    this.literals = fixedLiterals;
    this.distances = fixedDistances;
    this.phase = 'codes';
    return true;
  }

  /**
   * RFC 1951 section 3.2.7: literals - 257 (5), distances - 1 (5), lengths - 4 (4), 3 bits each of those, the code
   * lengths.
   */
  private tableHead(type: number): boolean {
    if (this.at > this.bitsGiven) return false;
    if (type === 3) return this.end('broken');
    if (this.at + 14 > this.bitsGiven) return false;
    const [literals, distances, count] = [this.bits(5) + 257, this.bits(5) + 1, this.bits(4) + 4];
    if (literals > LITERALS_MAX || distances > DISTANCES_MAX) return this.end('broken');
    if (this.at + 3 * count > this.bitsGiven) return false;
    lengths.fill(0, 0, lengthOrder.length);
    for (let i = 0; i < count; i++) lengths[lengthOrder[i]] = this.bits(3);
    if (!lengthCodes.fill(lengths, 0, lengthOrder.length, false)) return this.end('broken');
    if (!this.codeLengths(literals + distances)) return false;
    const filled =
      lengths[256] > 0 &&
      this.ownLiterals.fill(lengths, 0, literals, true) &&
      this.ownDistances.fill(lengths, literals, distances, true);
    if (!filled) return this.end('broken');
    this.literals = this.ownLiterals;
    this.distances = this.ownDistances;
    this.phase = 'codes';
    return true;
  }

  /** Code lengths: 0 to 15 as they are; 16 the last one, 17 and 18 zero, several times. */
  private codeLengths(size: number): boolean {
    let filled = 0;
    while (filled < size) {
      const symbol = lengthCodes.read(this.window());
      this.at += lengthCodes.bits;
      if (symbol < 16) {
        if (this.at > this.bitsGiven) return false;
        lengths[filled++] = symbol;
        continue;
      }
      const times = symbol === 16 ? 3 + this.bits(2) : symbol === 17 ? 3 + this.bits(3) : 11 + this.bits(7);
      if (this.at > this.bitsGiven) return false;
      if (filled + times > size || (symbol === 16 && filled === 0)) return this.end('broken');
      lengths.fill(symbol === 16 ? lengths[filled - 1] : 0, filled, filled + times);
      filled += times;
    }
    return true;
  }

  private stored(): boolean {
    const from = this.at >> 3;
    const here = Math.min(this.storedLeft, (this.bitsGiven >> 3) - from, DISTANCE_MAX);
    if (!this.room(here)) return false;
    this.output.set(this.input.subarray(from, from + here), this.made);
    this.made += here;
    this.at += here * 8;
    this.storedLeft -= here;
    if (this.storedLeft === 0) this.phase = 'head';
    return this.storedLeft === 0 || here > 0;
  }

  /** Codes up to the end of the block, of the input, or of the room for what comes out. */
  private codes(): boolean {
    if (!this.room(COPY_MAX)) return false;
    while (this.made + COPY_MAX <= this.output.length) {
      const from = this.at;
      const symbol = this.literals.read(this.window());
      if (symbol < 0) return this.wrong(from);
      this.at += this.literals.bits;
      if (symbol > 256) {
        if (!this.copy(symbol - 257, from)) return false;
      } else {
        if (this.at > this.bitsGiven) return this.wait(from);
        if (symbol === 256) {
          this.phase = 'head';
          return true;
        }
        this.output[this.made++] = symbol;
      }
    }
    return true;
  }

  /** A length and a distance, each with bits of its own behind its code (RFC 1951 section 3.2.5). */
  private copy(length: number, from: number): boolean {
    if (length >= lengthBits.length) return this.wrong(from);
    const count = lengthBase[length] + this.bits(lengthBits[length]);
    const code = this.distances.read(this.window());
    if (code < 0 || code >= distanceBits.length) return this.wrong(from);
    this.at += this.distances.bits;
    const distance = distanceBase[code] + this.bits(distanceBits[code]);
    if (this.at > this.bitsGiven) return this.wait(from);
    if (distance > this.made) return this.end('broken');
    const { output, made } = this;
    for (let i = made; i < made + count; i++) output[i] = output[i - distance];
    this.made = made + count;
    return true;
  }

  /** No code, unless bits are missing that would make it one: no pair has more than 48. */
  private wrong(from: number): false {
    return from + 48 > this.bitsGiven ? this.wait(from) : this.end('broken');
  }

  private wait(from: number): false {
    this.at = from;
    return false;
  }

  private end(state: 'over' | 'broken'): false {
    this.state = state;
    return false;
  }

  /** Makes room for `length` bytes of output behind what others may refer to. */
  private room(length: number): boolean {
    if (this.made + length <= this.output.length) return true;
    if (this.output.length < OUTPUT_BYTES) {
      const larger = new Uint8Array(Math.min(OUTPUT_BYTES, Math.max(2 * this.output.length, this.made + length)));
      larger.set(this.output.subarray(0, this.made));
      this.output = larger;
      return this.room(length);
    }
    if (!this.tellMade()) return false;
    this.output.copyWithin(0, this.made - DISTANCE_MAX, this.made);
    this.made = DISTANCE_MAX;
    this.told = DISTANCE_MAX;
    return true;
  }

  private tellMade(): boolean {
    const from = this.told;
    this.told = this.made;
    if (from < this.made && !this.tell(this.output, from, this.made)) this.state = 'stopped';
    return this.state !== 'stopped';
  }

  private bits(count: number): number {
    const value = this.window() & ((1 << count) - 1);
    this.at += count;
    return value;
  }

  /** The next 16 bits and perhaps more; behind the input, zeros. */
  private window(): number {
    const at = this.at >> 3;
    if (at + 2 >= this.input.length) return 0;
    return (this.input[at] | (this.input[at + 1] << 8) | (this.input[at + 2] << 16)) >>> (this.at & 7);
  }
}

/** Order in which the lengths of the codes for lengths come (RFC 1951 section 3.2.7). */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const lengthBits = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0);
const lengthBase = Uint16Array.of(
  ...[3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227],
  COPY_MAX,
);
const distanceBits = Uint8Array.from({ length: DISTANCES_MAX }, (_, code) => Math.max(0, (code >> 1) - 1));
const distanceBase = Uint16Array.from({ length: DISTANCES_MAX }, (_, code) =>
  code < 2 ? code + 1 : ((2 + (code & 1)) << ((code >> 1) - 1)) + 1,
);

/** Scratch for the head of a block, read at once or again: lengths of literals, then of distances. */
const lengths = new Uint8Array(LITERALS_MAX + DISTANCES_MAX);
const lengthCodes = new CodeTable(lengthOrder.length);

const fixedLiterals = fixedTable(288, (symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8));
const fixedDistances = fixedTable(32, () => 5);

/** RFC 1951 section 3.2.6. */
function fixedTable(size: number, lengthOf: (symbol: number) => number): CodeTable {
  const table = new CodeTable(size);
  table.fill(
    Uint8Array.from({ length: size }, (_, symbol) => lengthOf(symbol)),
    0,
    size,
    false,
  );
  return table;
}
