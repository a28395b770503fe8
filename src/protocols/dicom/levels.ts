export const CONTENT = 0;
export const SEQUENCE = 1;
export const FRAGMENTS = 2;

/**
 * Where a scan is in the nesting of sequences and items, as columns by level:
 *
 *   level 0       CONTENT     the data set itself
 *   level 2n - 1  SEQUENCE    items and a delimiter (or FRAGMENTS of encapsulated Pixel Data)
 *   level 2n      CONTENT     one item's elements
 */
export class Levels {
  level = 0;
  readonly kinds: Uint8Array;
  /** Where each level ends: by its own length, or where its parent does when it has none. Level 0 has no end. */
  readonly ends: Float64Array;
  /** 1 when the level is of undefined length: a delimiter ends it. */
  readonly open: Uint8Array;
  readonly encodings: Uint8Array;
  private readonly depthMax: number;
  /** The attribute of a sequence, or -1; and whether anything in the level had a value. */
  private readonly owners: Int16Array;
  private readonly filled: Uint8Array;

  constructor(depthMax: number) {
    const levels = 2 * depthMax + 1;
    this.depthMax = depthMax;
    this.kinds = new Uint8Array(levels);
    this.ends = new Float64Array(levels);
    this.open = new Uint8Array(levels);
    this.encodings = new Uint8Array(levels);
    this.owners = new Int16Array(levels).fill(-1);
    this.filled = new Uint8Array(levels);
    this.ends[0] = Number.POSITIVE_INFINITY;
  }

  begin(encoding: number): void {
    this.level = 0;
    this.encodings[0] = encoding;
  }

  /** Sequences around this point. */
  get depth(): number {
    return this.level >> 1;
  }

  /** Whether this is as deep as may be: no further sequence is entered. */
  get deep(): boolean {
    return this.level >> 1 >= this.depthMax;
  }

  /** Enters a level that ends at `end`, or with its parent, whichever is first. */
  push(kind: number, end: number, open: boolean, encoding: number, owner: number): void {
    const outer = this.ends[this.level];
    const level = ++this.level;
    this.kinds[level] = kind;
    this.ends[level] = Math.min(end, outer);
    this.open[level] = open ? 1 : 0;
    this.encodings[level] = encoding;
    this.owners[level] = owner;
    this.filled[level] = 0;
  }

  /** Leaves the levels whose end is reached. */
  leave(position: number): void {
    while (this.level > 0 && position >= this.ends[this.level]) this.level--;
  }

  /** Leaves levels until one that goes on to `position` at least; returns its end. */
  leaveUntil(position: number): number {
    while (this.level > 0 && this.ends[this.level] < position) this.level--;
    return this.ends[this.level];
  }

  /**
   * Something here had content: so have all sequences around it. Each is marked once, and those that are attributes are
   * stated.
   */
  fill(sink: { present(attribute: number): void }): void {
    for (let level = this.level; level > 0 && this.filled[level] === 0; level--) {
      this.filled[level] = 1;
      if (this.owners[level] !== -1) sink.present(this.owners[level]);
    }
  }
}
