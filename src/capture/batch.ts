/** Many packets as one block of memory and columns of numbers: no object per packet. */
export interface Batch {
  /** Memory of the reader, reused for the next batch: copy what must outlive it. */
  bytes: Uint8Array;
  /** How many packets; the columns are longer. */
  count: number;
  /** Where packet i starts in `bytes`. */
  readonly start: Uint32Array;
  /** Bytes captured, and bytes the packet had on the wire. */
  readonly captured: Uint32Array;
  readonly original: Uint32Array;
  /** Time stamp: seconds since 1970 and nanoseconds, both unsigned 32 bits. */
  readonly seconds: Uint32Array;
  readonly nanos: Uint32Array;
  /** Link type (LINKTYPE_ number). */
  readonly linkType: Uint16Array;
  /** Frame number in the file, from 1, as Wireshark counts. */
  readonly frame: Uint32Array;
  /** Rows of `decode/heads.ts`, where they were listed already; else null. */
  readonly heads: Int32Array | null;
}

/** Packets a batch holds at most. */
export const batchPacketsMax = 16384;

export function makeBatch(bytes: Uint8Array): Batch {
  return {
    bytes,
    count: 0,
    start: new Uint32Array(batchPacketsMax),
    captured: new Uint32Array(batchPacketsMax),
    original: new Uint32Array(batchPacketsMax),
    seconds: new Uint32Array(batchPacketsMax),
    nanos: new Uint32Array(batchPacketsMax),
    linkType: new Uint16Array(batchPacketsMax),
    frame: new Uint32Array(batchPacketsMax),
    heads: null,
  };
}
