import type { Difference } from '../detections/comparison.ts';
import { type Count, type Losses, type Micros, type Severity, type StreamBytes, severities } from '../model/records.ts';
import { gravity } from '../store/alerts.ts';
import type { RunTally } from '../store/run-tally.ts';

/** What a replay did and found: the one source of its summary and of its JSON. */
export interface ReplayResult {
  readonly version: string;
  readonly policy: { readonly path: string; readonly digest: string | null } | null;
  readonly database: string;
  readonly inputs: readonly InputResult[];
  /** Files in folders that are no captures. */
  readonly ignored: number;
  readonly totals: ReplayTotals;
  /** Name to connections, by name. */
  readonly protocols: Readonly<Record<string, number>>;
  readonly losses: Losses;
  readonly streams: StreamBytes;
  /** Link type number to packets, of those that are not decoded. */
  readonly linkTypes: Readonly<Record<string, number>>;
  /** What tunnels carried that is not decoded, such as `GRE 0x880b`, to packets. */
  readonly encapsulations: Readonly<Record<string, number>>;
  readonly tally: RunTally;
  /** Against another policy, when that was asked for. */
  readonly compared: Compared | null;
  readonly reveal: boolean;
  readonly interrupted: boolean;
  readonly elapsedMs: number;
}

/** How findings differ from those under another policy. */
export interface Compared {
  readonly path: string;
  readonly digest: string | null;
  readonly differences: readonly Difference[];
  /** Findings that differ, of kinds too many to keep apart. */
  readonly uncounted: number;
}

export interface InputResult {
  readonly path: string;
  readonly packets: number;
  readonly bytes: number;
  readonly firstTime: Micros | null;
  readonly lastTime: Micros | null;
  readonly complete: boolean;
  /** Whether something is missing at its end, or all of it. */
  readonly cut: boolean;
  /** Completes "PATH …"; null when complete. */
  readonly error: string | null;
  /** What to do about it. */
  readonly remedy: string | null;
}

export interface ReplayTotals {
  readonly packets: number;
  readonly bytes: number;
  readonly connections: number;
  readonly associations: number;
  readonly operations: number;
  readonly patients: Count;
  readonly studies: Count;
}

/** 3 also when not all that was to be `delivered` was; 2 wins over 3. */
export function exitStatus(
  { tally, inputs }: Pick<ReplayResult, 'tally' | 'inputs'>,
  failOn: Severity | null,
  delivered: boolean,
): 0 | 2 | 3 {
  if (failOn !== null && severities.slice(gravity(failOn)).some((one) => tally.severities[one] > 0)) return 2;
  return delivered && inputs.every((input) => input.complete) ? 0 : 3;
}
