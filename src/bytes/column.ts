/** Numbers of all rows of a table, one each. */
type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/**
 * A longer column that begins with this one, which is left to be collected: memory that is taken from an array at once
 * makes V8 ask at each access to any array of numbers whether that was taken too.
 */
export function grown<T extends Column>(column: T, length: number): T {
  const larger = new (column.constructor as new (length: number) => T)(length);
  larger.set(column);
  return larger;
}

/**
 * The same, of a column that is made as long as it may ever be, though most rows may never be written to: their memory
 * is none. V8 would count it, and collect all garbage again and again to be rid of it, but of memory that threads may
 * share it counts nothing.
 */
export function spread<T extends Column>(column: T, length: number): T {
  const memory = new SharedArrayBuffer(length * column.BYTES_PER_ELEMENT);
  const larger = new (column.constructor as new (memory: SharedArrayBuffer) => T)(memory);
  larger.set(column);
  return larger;
}

/**
 * The column, or where it ends before `row` a longer one that has it: twice as long at least, for rows come one after
 * the other.
 */
export function reaching<T extends Column>(column: T, row: number): T {
  return row < column.length ? column : grown(column, Math.max(2 * column.length, row + 1));
}
