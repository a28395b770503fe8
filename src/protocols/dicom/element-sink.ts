/** What the scanner tells of the elements it passes. `depth` is the number of sequences around; 0 is the data set. */
export interface ElementSink {
  /**
   * A value of interest, or its first bytes when it is longer than the bound: `what` is an index of `attributes` or one
   * of the numbers beyond (`interest.ts`). Returns whether it says anything.
   */
  value(what: number, depth: number, bytes: Uint8Array, start: number, end: number): boolean;
  /** An attribute whose value needs no look: a sequence with content, private or binary with any length. */
  present(attribute: number): void;
  /**
   * The first bytes of a value that may be anything (OB, OW, UN, private) and is `length` long: `what` is an index of
   * `attributes`, or -1 for one that is none of them.
   */
  head(what: number, bytes: Uint8Array, start: number, end: number, length: number): void;
  /** A value of interest that was passed without being seen whole. */
  lost(what: number, depth: number): void;
  /** An element beside the attributes, at top level: read while `keyWanted`, for it may be the key of a query. */
  key(bytes: Uint8Array, start: number, end: number): void;
  readonly keyWanted: boolean;
  /** An item began, in the top-level sequence `topTag`: its character set is its parent's until it says otherwise. */
  item(depth: number, topTag: number): void;
}

export type Visit = (tag: number, vr: string, length: number, depth: number) => void;
