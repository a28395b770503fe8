/**
 * What stands for a text where only equal ones are told from others: two hashes of it, 32 bits each, signed. Two of
 * 10,000 texts fall together once in 10^11 times. Nobody is kept from making two that do: it is for texts that are
 * hashes or ids.
 */
export class TextMark {
  high = 0;
  low = 0;

  /** Of `text`, after what `high` and `low` already stand for. */
  of(text: string, high = 0x2545f491, low = 0x4f6cdd1d): this {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      high = Math.imul(high ^ code, 0x9e3779b1);
      low = Math.imul(low ^ code, 0x5f356495);
    }
    this.high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
    this.low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(this.high ^ (this.high >>> 13), 0xc2b2ae35);
    return this;
  }

  /** 53 of the bits, as a whole number that is not negative. */
  get number(): number {
    return (this.high & 0x1fffff) * 2 ** 32 + (this.low >>> 0);
  }
}
