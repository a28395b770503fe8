/** One thing to be fuzzed. */
export interface Target {
  readonly name: string;
  /** Inputs to begin with. */
  seeds(): Uint8Array[] | Promise<Uint8Array[]>;
  /** Words worth inserting. */
  readonly dictionary?: readonly Uint8Array[];
  /** Inputs do not grow beyond; 4096 if left out. */
  readonly bytesMax?: number;
  /**
   * Runs one input and throws when a promise is not kept. What it returns names the shape of the outcome: an input
   * with a new one is kept as one with new coverage is.
   */
  run(bytes: Uint8Array): string | Promise<string>;
}

/** A promise that was not kept. */
export class Broken extends Error {}

/** Throws unless `kept`; `promise` says what was promised, `detail` (made only then) what was there instead. */
export function promised(kept: boolean, promise: string, detail: () => unknown = () => ''): void {
  if (kept) return;
  throw new Broken(`${promise}: ${String(detail()).slice(0, 2000)}`);
}

/** Throws unless both say the same, compared as JSON text. */
export function promisedSame(actual: unknown, expected: unknown, promise: string): void {
  const a = JSON.stringify(actual);
  const b = JSON.stringify(expected);
  if (a === b) return;
  let at = 0;
  while (a[at] === b[at]) at++;
  const from = Math.max(0, at - 60);
  throw new Broken(`${promise}: ${a.slice(from, at + 200)} | is not | ${b.slice(from, at + 200)}`);
}
