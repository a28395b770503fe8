/** Numbers that parsers trip over, at several widths. */
const interesting = [
  0, 1, 2, 3, 4, 6, 7, 8, 16, 20, 31, 32, 63, 64, 68, 100, 127, 128, 255, 256, 511, 512, 1023, 1024, 4095, 4096, 16_383,
  16_384, 32_767, 32_768, 65_534, 65_535, 65_536, 262_144, 1_048_576, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe,
  0xffff_ffff,
] as const;

const widths = [1, 2, 4] as const;

/** Numbers from 0 up to 1. */
export type Random = () => number;

/** Makes new inputs of old ones: the same ones from the same seed. */
export class Mutator {
  private readonly random: Random;
  private readonly dictionary: readonly Uint8Array[];
  private readonly bytesMax: number;

  constructor(random: Random, dictionary: readonly Uint8Array[], bytesMax: number) {
    this.random = random;
    this.dictionary = dictionary;
    this.bytesMax = bytesMax;
  }

  /** A changed copy of `bytes`; `other` is one to take pieces from. */
  mutate(bytes: Uint8Array, other: Uint8Array): Uint8Array {
    let made: Uint8Array = Uint8Array.from(bytes);
    // Mostly few changes, sometimes many.
    for (let times = 1 << this.below(this.below(6) + 1); times > 0; times--) {
      made = this.change(made, other);
      if (made.length > this.bytesMax) made = made.slice(0, this.bytesMax);
    }
    return made;
  }

  below(bound: number): number {
    return Math.floor(this.random() * bound);
  }

  private change(bytes: Uint8Array, other: Uint8Array): Uint8Array {
    if (bytes.length === 0) return this.fresh();
    switch (this.below(14)) {
      case 0:
        bytes[this.below(bytes.length)] ^= 1 << this.below(8);
        return bytes;
      case 1:
        bytes[this.below(bytes.length)] = this.below(256);
        return bytes;
      case 2:
        return this.number(bytes, interesting[this.below(interesting.length)]);
      case 3:
        return this.nearNumber(bytes);
      case 4:
      case 5:
        return this.remove(bytes);
      case 6:
        return this.duplicate(bytes);
      case 7:
        return this.insert(bytes, this.below(bytes.length + 1), this.fresh());
      case 8:
      case 9:
        return this.word(bytes);
      case 10:
        return this.splice(bytes, other);
      case 11:
        return this.lengthened(bytes);
      case 12:
        return this.move(bytes);
      default:
        return this.overwrite(bytes, other);
    }
  }

  private fresh(): Uint8Array {
    const fill = this.below(3);
    return Uint8Array.from({ length: 1 + this.below(16) }, () => (fill === 0 ? 0 : fill === 1 ? 255 : this.below(256)));
  }

  /** A number of some width and byte order at some place. */
  private number(bytes: Uint8Array, value: number): Uint8Array {
    const width = Math.min(widths[this.below(3)], bytes.length);
    write(bytes, this.below(bytes.length - width + 1), width, value, this.below(2) === 0);
    return bytes;
  }

  /** A number that is there, a little more or less. */
  private nearNumber(bytes: Uint8Array): Uint8Array {
    const width = Math.min(widths[this.below(3)], bytes.length);
    const at = this.below(bytes.length - width + 1);
    const little = this.below(2) === 0;
    write(bytes, at, width, read(bytes, at, width, little) + this.below(17) - 8, little);
    return bytes;
  }

  /** A range of bytes, short ones more often. */
  private range(length: number): [from: number, to: number] {
    const from = this.below(length);
    return [from, from + 1 + this.below(Math.min(length - from, 1 << this.below(10)))];
  }

  private remove(bytes: Uint8Array): Uint8Array {
    const [from, to] = this.range(bytes.length);
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  }

  private duplicate(bytes: Uint8Array): Uint8Array {
    const [from, to] = this.range(bytes.length);
    const room = Math.max(1, Math.floor((this.bytesMax - bytes.length) / (to - from)));
    const times = 1 + this.below(Math.min(room, 1 << this.below(6)));
    const copies = Array.from({ length: times }, () => bytes.subarray(from, to));
    return joined(bytes.subarray(0, to), ...copies, bytes.subarray(to));
  }

  private insert(bytes: Uint8Array, at: number, piece: Uint8Array): Uint8Array {
    return joined(bytes.subarray(0, at), piece, bytes.subarray(at));
  }

  private word(bytes: Uint8Array): Uint8Array {
    if (this.dictionary.length === 0) return this.number(bytes, interesting[this.below(interesting.length)]);
    const word = this.dictionary[this.below(this.dictionary.length)];
    const at = this.below(bytes.length + 1);
    if (this.below(2) === 0 || at + word.length > bytes.length) return this.insert(bytes, at, word);
    bytes.set(word, at);
    return bytes;
  }

  private splice(bytes: Uint8Array, other: Uint8Array): Uint8Array {
    if (other.length === 0) return bytes;
    const from = this.below(other.length);
    return joined(bytes.subarray(0, this.below(bytes.length + 1)), other.subarray(from));
  }

  private overwrite(bytes: Uint8Array, other: Uint8Array): Uint8Array {
    if (other.length === 0) return bytes;
    const [from, to] = this.range(other.length);
    const at = this.below(bytes.length);
    bytes.set(other.subarray(from, Math.min(to, from + bytes.length - at)), at);
    return bytes;
  }

  private move(bytes: Uint8Array): Uint8Array {
    const [from, to] = this.range(bytes.length);
    const piece = bytes.slice(from, to);
    const rest = joined(bytes.subarray(0, from), bytes.subarray(to));
    return this.insert(rest, this.below(rest.length + 1), piece);
  }

  /**
   * Inserts or removes bytes behind a field that may be a length (its value points into the input), and corrects the
   * field: what is around must not notice.
   */
  private lengthened(bytes: Uint8Array): Uint8Array {
    for (let tries = 0; tries < 32; tries++) {
      const width = widths[this.below(3)];
      const little = this.below(2) === 0;
      const at = this.below(bytes.length);
      if (at + width > bytes.length) continue;
      const length = read(bytes, at, width, little);
      const end = at + width + length;
      if (length === 0 || end > bytes.length) continue;
      const inside = at + width + this.below(length);
      if (this.below(2) === 0) {
        const made = this.insert(bytes, inside, this.fresh());
        write(made, at, width, length + made.length - bytes.length, little);
        return made;
      }
      const count = 1 + this.below(Math.min(16, end - inside));
      const made = joined(bytes.subarray(0, inside), bytes.subarray(inside + count));
      write(made, at, width, length - count, little);
      return made;
    }
    return bytes;
  }
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function read(bytes: Uint8Array, at: number, width: number, little: boolean): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + bytes[little ? at + width - 1 - i : at + i];
  return value;
}

function write(bytes: Uint8Array, at: number, width: number, value: number, little: boolean): void {
  for (let i = 0; i < width; i++) {
    const byte = Math.floor(value / 256 ** i) & 0xff;
    bytes[little ? at + i : at + width - 1 - i] = byte;
  }
}
