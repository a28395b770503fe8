/** Where the bytes of a capture come from: a file, a decompressor, standard input, a file that still grows. */
export interface ByteSource {
  /** Fills `into` from `at`, at most `length` bytes; how many came, 0 at the end. A number when they were at hand. */
  read(into: Uint8Array, at: number, length: number): number | Promise<number>;
  close(): void;
}
