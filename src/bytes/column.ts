/** Numbers of all rows of a table, one each. */
type Column =
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** A longer column that begins with this one, whose memory is given back: one column at a time is there twice. */
export function grown<T extends Column>(column: T, length: number): T {
  const larger = new (column.constructor as new (length: number) => T)(length);
  larger.set(column);
  giveBack(column.buffer);
  return larger;
}

/** Frees memory that nobody reads any more. A collection would too, but may be long in coming, and this is a third of all. */
export function giveBack(memory: ArrayBuffer): void {
  structuredClone(null, { transfer: [memory] });
}
