import type { RecordBatch } from '../model/records.ts';

/** A batch without a record. */
export function emptyBatch(): RecordBatch {
  return {
    connections: [],
    associations: [],
    operations: [],
    exposures: [],
    endpoints: [],
    tlsSessions: [],
    findings: [],
  };
}
