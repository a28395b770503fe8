import type { Side } from '../model/facts.ts';

/** Numbers by row. */
type Column = { readonly [row: number]: number };

/**
 * What records ask of connections: columns of numbers, a row each; of sides twice the row plus the side. The tracker's
 * own table is one (`Slots`), which says how they are now; `Standings` says how they were when something was stated of
 * them last.
 */
export interface ConnectionTable {
  readonly flags: Column;
  readonly family: Column;
  readonly firstSeconds: Column;
  readonly firstNanos: Column;
  readonly firstInput: Column;
  readonly firstFrame: Column;
  readonly firstSequence: Column;
  readonly lastSeconds: Column;
  readonly lastNanos: Column;
  readonly lastInput: Column;
  readonly lastFrame: Column;
  /** Of sides. */
  readonly initial: Column;
  readonly covered: Column;
  readonly missed: Float64Array;
  /** Six bytes a side. */
  readonly mac: Uint8Array;
  /** Of sides, where there are any. */
  readonly unseen: ReadonlyMap<number, number>;
  readonly tiny: ReadonlyMap<number, number>;
  readonly strangeReset: ReadonlyMap<number, number>;
  port(row: number, side: Side): number;
  /** The 16 address bytes of a side, written to `bytes`; IPv4 is ::ffff:a.b.c.d. */
  address(row: number, side: Side, bytes?: Uint8Array): Uint8Array;
}
