// Proves that runs over any parts of the same traffic, in any order and cut into any batches, end in the same store.
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AssociationRecord, ConnectionRecord, RecordBatch } from '../../src/model/records.ts';
import { dump } from '../../src/store/dump.ts';
import { migrate } from '../../src/store/migrations.ts';
import { Writer } from '../../src/store/writer.ts';
import { association, batch, connection, finding, operation, SECOND, sighting, T0 } from '../support/records.ts';
import { newRun } from '../support/stores.ts';

/** Traffic: connections of 100 bytes a second, with associations of some length one after the other. */
interface Talk {
  readonly start: number;
  readonly lengths: readonly number[];
}
/** A run sees one part of the time line, and writes its records in two goes. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly goes: number;
}

const talks = fc.array(
  fc.record({ start: fc.nat(20), lengths: fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 1, maxLength: 3 }) }),
  { minLength: 1, maxLength: 3 },
);
const parts = fc.array(
  fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 40 }), fc.nat(40)).map(([from, length, goes]) => {
    return { from, to: from + length, goes: from + (goes % length) };
  }),
  { minLength: 2, maxLength: 4 },
);

it('whatever the order of the runs', () => {
  fc.assert(
    fc.property(talks, parts, (traffic, seen) => {
      const forward = storeAfter(traffic, seen);
      expect(storeAfter(traffic, [...seen].reverse())).toEqual(forward);
      expect(storeAfter(traffic, [...seen.slice(1), seen[0]])).toEqual(forward);
      expect(storeAfter(traffic, [...seen, ...seen])).toEqual(forward);
    }),
    { seed: 1, numRuns: 60 },
  );
});

it('and as if only the whole had been seen, once it was', () => {
  const whole = { from: 0, to: 100, goes: 7 };
  fc.assert(
    fc.property(talks, parts, (traffic, seen) => {
      const alone = storeAfter(traffic, [whole]);
      expect(storeAfter(traffic, [...seen, whole])).toEqual(alone);
      expect(storeAfter(traffic, [seen[0], whole, ...seen.slice(1)])).toEqual(alone);
    }),
    { seed: 2, numRuns: 60 },
  );
});

function storeAfter(traffic: readonly Talk[], seen: readonly Part[]): string[] {
  const database = new Sqlite(':memory:');
  migrate(database);
  for (const part of seen) {
    const writer = new Writer(database, ':memory:', newRun(), { fill: true });
    writer.write(recordsOf(traffic, { ...part, to: part.goes }, part.to));
    writer.write(recordsOf(traffic, part, part.to));
    writer.finish('done', 1);
  }
  const lines = [...dump(database)];
  database.close();
  return lines;
}

/** What a run that began at `from` knows at `to`, of input that ends at `end`. */
function recordsOf(traffic: readonly Talk[], { from, to }: Part, end: number): RecordBatch {
  const records = batch();
  traffic.forEach((talk, index) => {
    const last = talk.start + talk.lengths.reduce((sum, length) => sum + length, 0);
    const [first, until] = [Math.max(from, talk.start), Math.min(to, last)];
    if (first >= until) return;
    const known = connectionOf(index, talk.start, last, first, until, to >= Math.min(end, last));
    records.connections.push(known);
    let at = talk.start;
    talk.lengths.forEach((length, ordinal) => {
      const [begin, stop] = [Math.max(first, at), Math.min(until, at + length)];
      if (begin < stop) addAssociation(records, known, ordinal, begin, stop);
      at += length;
    });
  });
  return records;
}

function connectionOf(
  index: number,
  start: number,
  last: number,
  first: number,
  until: number,
  over: boolean,
): ConnectionRecord {
  const whole = first === start;
  return connection(whole ? `c${index}` : `c${index}-${first}`, {
    communityId: `1:${index}`,
    start: micros(first),
    end: micros(until),
    clientBytes: 100 * (until - first),
    began: whole ? 'syn' : 'mid-stream',
    ended: over ? (until === last ? 'fin' : 'input-end') : 'open',
  });
}

function addAssociation(
  records: RecordBatch,
  { id: connectionId }: ConnectionRecord,
  ordinal: number,
  begin: number,
  stop: number,
): void {
  const id = `${connectionId}-a${ordinal}`;
  const times = { start: micros(begin), end: micros(stop) };
  const parts: Partial<AssociationRecord> = { ...times, ordinal, clientDataBytes: 90 * (stop - begin) };
  records.associations.push(association(id, connectionId, parts));
  for (let second = begin; second < stop; second++) {
    records.operations.push(operation(`${id}-o${second}`, id, connectionId, { ordinal: second - begin + 1 }));
  }
  const seen = { firstSeen: times.start, lastSeen: times.end, implementationUid: `1.${ordinal}` };
  records.endpoints.push(sighting(id, connectionId, { ...seen, sopClasses: [`1.2.${stop - begin}`] }));
  const key = `k${ordinal % 2}`;
  const severity = stop - begin > 3 ? 'critical' : 'high';
  records.findings.push(finding('phi-cleartext', id, connectionId, { time: times.start, key, severity }));
  if (stop - begin > 5) {
    records.findings.push(
      finding('ae-not-allowed', id, connectionId, { time: times.start, key, severity: 'critical' }),
    );
  }
}

function micros(second: number): number {
  return T0 + second * SECOND;
}
