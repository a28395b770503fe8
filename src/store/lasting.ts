import type { FindingRecord } from '../model/records.ts';

/** What alerts depend on in a finding. */
export type AlertFinding = Pick<
  FindingRecord,
  'id' | 'detection' | 'key' | 'time' | 'severity' | 'associationId' | 'withdrawn'
>;

/** What is stored of a connection that lasts, of which nothing need be looked for. */
export interface Lasting {
  /** Table and key to `rowid`. */
  readonly rows: Map<string, number>;
  /** Association (or finding without one) to its findings. */
  readonly findings: Map<string, readonly AlertFinding[]>;
}

/** What is stored of a connection: null for nothing, undefined where the store has to be asked. */
export type Stored = Lasting | null | undefined;
