import type { RecordBatch } from '../../../src/model/records.ts';
import type { Keeping } from '../../../src/store/keeping.ts';
import {
  association,
  batch,
  connection,
  exposure,
  finding,
  operation,
  sighting,
  tlsSession,
} from '../../support/records.ts';

/** What a victim is told: where to write, from which number on, and the time of number 0. */
export interface Victim {
  readonly path: string;
  readonly from: number;
  readonly base: number;
  readonly keeping: Partial<Keeping>;
}

/** All records of talk `n`, the later of a higher number; while it lasts, or over. */
export function numbered(n: number, base: number, over: boolean): RecordBatch {
  const [id, a] = [`c${n}`, `a${n}`];
  const start = base + n * 1000;
  const times = { start, end: start + 10 };
  return batch({
    connections: [connection(id, { ...times, ended: over ? 'fin' : 'open' })],
    associations: [association(a, id, { ...times, ended: over, outcome: over ? 'released' : 'accepted' })],
    operations: [operation(`o${n}`, a, id, times)],
    exposures: [exposure(a, id)],
    endpoints: [sighting(a, id, { firstSeen: start, lastSeen: times.end })],
    tlsSessions: [tlsSession(`t${n}`, id, times)],
    findings: [finding('phi-cleartext', a, id, { id: `f${n}`, key: `k${n % 50}`, time: start })],
  });
}
