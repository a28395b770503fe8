/** For sorting: texts by code units, whatever the locale, so that the order is the same on every machine. */
export function ascending<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : Number(a > b);
}
