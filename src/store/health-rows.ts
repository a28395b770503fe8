import type { Database, Statement } from 'better-sqlite3';
import type { HealthRecord } from '../model/records.ts';
import type { Log } from './log.ts';
import { decodedAll, type Rows, rowsOf } from './rows.ts';
import { tables } from './schema.ts';

/** A health record as it comes. */
export type NewHealth = Omit<HealthRecord, 'id' | 'runId'>;

/** Numbers health records. The log has those that say something new: a change of state, or another reason. */
export class HealthRows {
  readonly #rows: Rows<HealthRecord>;
  readonly #next: Statement;
  readonly #last: Statement;

  constructor(database: Database) {
    this.#rows = rowsOf(database, tables.health);
    this.#next = database.prepare('SELECT 1 + coalesce(max(id), 0) FROM health').pluck();
    this.#last = database.prepare('SELECT * FROM health WHERE interface IS ? ORDER BY id DESC LIMIT 1');
  }

  put(record: NewHealth, runId: number, log: Log): void {
    const id = this.#next.get() as number;
    const last = decodedAll<HealthRecord>(tables.health, this.#last, record.interface)[0];
    this.#rows.put({ id, runId, ...record });
    const [state, why] = [last?.state ?? 'ok', last?.why ?? null];
    if (record.state !== state || record.why !== why) log.add('health', String(id), 'new');
  }
}
