import type { Database, Statement } from 'better-sqlite3';
import { type Severity, severities } from '../model/records.ts';

/**
 * What a sink gives up because too much waits: lines of the log up to `lastSeq`, of severities below `below` all, of
 * `below` itself the oldest, up to `belowSeq`. It depends on the line alone, so it means the same after a restart.
 */
export interface GivenUp {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly below: Severity;
  readonly belowSeq: number;
  readonly dropped: Readonly<Partial<Record<Severity, number>>>;
  readonly count: number;
}

export function isGivenUp({ lastSeq, below, belowSeq }: GivenUp, seq: number, severity: Severity): boolean {
  if (seq > lastSeq) return false;
  const rank = severities.indexOf(severity) - severities.indexOf(below);
  return rank < 0 || (rank === 0 && seq <= belowSeq);
}

/** Counts what waits in the log for a sink, and says what to give up. Records without a severity are the lowest. */
export class Overflow {
  readonly #waiting: Statement;
  readonly #bySeverity: Statement;
  readonly #last: Statement;

  constructor(database: Database, kinds: readonly string[]) {
    const wanted = `seq > ? AND kind IN (${kinds.map((kind) => `'${kind}'`).join(', ')}) AND NOT removed`;
    const severity = `coalesce(
      CASE log.kind WHEN 'alert' THEN (SELECT severity FROM alert WHERE id = record_id)
        WHEN 'finding' THEN (SELECT severity FROM finding WHERE id = record_id) END, 'info')`;
    this.#waiting = database.prepare(`SELECT count(*) FROM log WHERE ${wanted}`).pluck();
    this.#bySeverity = database
      .prepare(`SELECT ${severity} AS severity, count(*), max(seq) FROM log WHERE ${wanted} GROUP BY 1`)
      .raw();
    this.#last = database
      .prepare(`SELECT seq FROM log WHERE ${wanted} AND ${severity} = ? ORDER BY seq LIMIT 1 OFFSET ?`)
      .pluck();
  }

  waiting(cursor: number): number {
    return this.#waiting.get(cursor) as number;
  }

  /** What of the lines after `cursor` is given up so that `most` remain; null when no more wait. */
  givenUp(cursor: number, most: number): GivenUp | null {
    const rows = this.#bySeverity.all(cursor) as [Severity, number, number][];
    const counts = new Map(rows.map(([severity, count]) => [severity, count]));
    const lastSeq = Math.max(0, ...rows.map((row) => row[2]));
    let excess = rows.reduce((sum, row) => sum + row[1], 0) - most;
    if (excess <= 0) return null;
    const count = excess;
    const dropped: Partial<Record<Severity, number>> = {};
    for (const severity of severities) {
      const some = Math.min(excess, counts.get(severity) ?? 0);
      if (some > 0) dropped[severity] = some;
      excess -= some;
      if (excess > 0) continue;
      const belowSeq = some === 0 ? 0 : (this.#last.get(cursor, severity, some - 1) as number);
      return { firstSeq: cursor + 1, lastSeq, below: severity, belowSeq, dropped, count };
    }
    return null;
  }
}
