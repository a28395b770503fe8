import type { Database, Statement } from 'better-sqlite3';
import type { LogRecord, SinkRecord } from '../model/records.ts';
import { decodedAll, type Rows, rowsOf } from './rows.ts';
import { tables } from './schema.ts';

/** What a sink saves of itself. */
export type SinkProgress = Omit<SinkRecord, 'kind' | 'wants' | 'lost' | 'lostTo'>;

/**
 * Where sinks stand in the log (table `sink`), asked and saved by whoever delivers, through `openBeside`. Until each
 * has had what it wants, a live run's retention keeps it; where the quota forces otherwise, retention counts in `lost`
 * what of the log a sink wanted and will not find. So lines between `cursor` and `lostTo` may be missing: the sink says
 * how many once `lost` grew.
 */
export class SinkCursors {
  readonly #sinks: Rows<SinkRecord>;
  readonly #all: Statement;
  readonly #save: Statement;
  readonly #want: Statement;
  readonly #forget: Statement;
  readonly #lines: Statement;
  readonly #end: Statement;

  constructor(database: Database) {
    this.#sinks = rowsOf(database, tables.sink);
    this.#all = database.prepare('SELECT * FROM sink ORDER BY name');
    this.#save = database.prepare(`UPDATE sink SET cursor = @cursor, delivered = @delivered, repeated = @repeated,
      dropped = @dropped, notes = @notes, last_confirmed = @lastConfirmed, last_error = @lastError WHERE name = @name`);
    this.#want = database.prepare('UPDATE sink SET kind = ?, wants = ? WHERE name = ?');
    this.#forget = database.prepare('DELETE FROM sink WHERE name = ?');
    this.#lines = database.prepare('SELECT * FROM log WHERE seq > ? ORDER BY seq LIMIT ?');
    // The last one may have been trimmed: SQLite remembers it. A writer has such a table of its own, of TEMP tables.
    this.#end = database.prepare("SELECT coalesce(max(seq), 0) FROM main.sqlite_sequence WHERE name = 'log'").pluck();
  }

  /** The sink as it is stored; a new one stands at the `end` of the log, or at its `begin`. */
  register(name: string, kind: string, wants: readonly string[], from: 'begin' | 'end'): SinkRecord {
    const known = this.get(name);
    if (known !== null) {
      this.#want.run(kind, JSON.stringify(wants), name);
      return { ...known, kind, wants };
    }
    const cursor = from === 'end' ? this.end() : 0;
    const counts = { delivered: 0, repeated: 0, dropped: 0, lost: 0, lostTo: 0 };
    const made = { name, kind, wants, cursor, ...counts, notes: {}, lastConfirmed: null, lastError: null };
    this.#sinks.put(made);
    return made;
  }

  get(name: string): SinkRecord | null {
    return this.#sinks.get(name);
  }

  all(): SinkRecord[] {
    return decodedAll<SinkRecord>(tables.sink, this.#all);
  }

  save(progress: SinkProgress): void {
    this.#save.run({ ...progress, notes: JSON.stringify(progress.notes) });
  }

  /** A sink that is no longer configured must not hold the log: it is removed, with its counts. */
  remove(name: string): void {
    this.#forget.run(name);
  }

  /** Lines of the log after `seq`, in order, at most `limit`. */
  lines(seq: number, limit: number): LogRecord[] {
    return decodedAll<LogRecord>(tables.log, this.#lines, seq, limit);
  }

  /** The last sequence number that was ever given. */
  end(): number {
    return this.#end.get() as number;
  }
}
