/**
 * Tags to small numbers, for the path of every element: open addressing over typed arrays, at most a quarter full,
 * so that a tag that is not there is nearly always known by one look. Tag (0000,0000) cannot be stored: it marks
 * an empty slot.
 */
export class TagTable {
  private readonly tags: Int32Array;
  private readonly values: Int16Array;
  private readonly mask: number;

  constructor(count: number) {
    let slots = 16;
    while (slots < count * 4) slots *= 2;
    this.tags = new Int32Array(slots);
    this.values = new Int16Array(slots);
    this.mask = slots - 1;
  }

  add(group: number, element: number, value: number): void {
    const tag = (group << 16) | element;
    let slot = scatter(tag) & this.mask;
    while (this.tags[slot] !== 0) slot = (slot + 1) & this.mask;
    this.tags[slot] = tag;
    this.values[slot] = value;
  }

  /** The value added for a tag, or -1. */
  find(group: number, element: number): number {
    const tag = (group << 16) | element;
    let slot = scatter(tag) & this.mask;
    for (;;) {
      const found = this.tags[slot];
      if (found === tag && tag !== 0) return this.values[slot];
      if (found === 0) return -1;
      slot = (slot + 1) & this.mask;
    }
  }
}

/** Fibonacci hashing: neighbouring tags land far apart. */
function scatter(tag: number): number {
  return Math.imul(tag, 0x9e3779b1) >>> 15;
}
