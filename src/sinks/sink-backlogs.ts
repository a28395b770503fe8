import type { Database } from 'better-sqlite3';
import type { Micros, SinkRecord } from '../model/records.ts';
import { decodedAll } from '../store/rows.ts';
import { tables } from '../store/schema.ts';
import { Overflow } from './overflow.ts';

/** A sink as the store knows it, with what waits for it. */
export interface SinkBacklog extends SinkRecord {
  /** Lines of the log that it wants and does not have. */
  readonly waiting: number;
  /** Age of the oldest one that waits, µs of wall clock: 0 when none does, null where the log was not marked. */
  readonly lagMicros: Micros | null;
}

/** All sinks that have a place in the store, by name; `now` in µs of wall clock. For queries: nothing is written. */
export function sinkBacklogs(database: Database, now: Micros): SinkBacklog[] {
  const records = decodedAll<SinkRecord>(tables.sink, database.prepare('SELECT * FROM sink ORDER BY name'));
  const mark = database.prepare('SELECT time FROM log_mark WHERE seq > ? ORDER BY seq LIMIT 1').pluck();
  return records.map((record) => {
    const waiting = new Overflow(database, record.wants).waiting(record.cursor);
    const marked = mark.get(record.cursor) as Micros | undefined;
    return {
      ...record,
      waiting,
      lagMicros: waiting === 0 ? 0 : marked === undefined ? null : Math.max(0, now - marked),
    };
  });
}
