import type { Database, Statement } from 'better-sqlite3';
import type { Micros } from '../model/records.ts';
import { SinkCursors } from './sink-cursors.ts';

/** What of the log sinks still want, and since when: it is kept for them as long as there is room. */
export class Undelivered {
  readonly #sinks: SinkCursors;
  readonly #first: Statement;
  readonly #mark: Statement;
  readonly #markBefore: Statement;
  readonly #trim: Statement;
  readonly #trimMarks: Statement;
  readonly #oldestWanted: Statement;
  readonly #removeLine: Statement;
  readonly #lose: Statement;
  readonly #markAt: Statement;
  readonly #end: Statement;

  constructor(database: Database) {
    this.#sinks = new SinkCursors(database);
    const kinds = '(SELECT value FROM json_each(?))';
    this.#first = database
      .prepare(`SELECT seq FROM log WHERE seq > ? AND kind IN ${kinds} ORDER BY seq LIMIT 1`)
      .pluck();
    this.#mark = database.prepare('INSERT OR REPLACE INTO log_mark (seq, time) VALUES (?, ?)');
    this.#markBefore = database.prepare('SELECT time FROM log_mark WHERE seq < ? ORDER BY seq DESC LIMIT 1').pluck();
    this.#markAt = database.prepare('SELECT max(seq) FROM log_mark WHERE time < ?').pluck();
    this.#trim = database.prepare(
      `DELETE FROM log WHERE seq IN (SELECT seq FROM log WHERE seq <= ? ORDER BY seq LIMIT ${LINES})`,
    );
    this.#trimMarks = database.prepare(
      'DELETE FROM log_mark WHERE seq < (SELECT max(seq) FROM log_mark WHERE seq < coalesce((SELECT min(seq) FROM log), ?))',
    );
    this.#oldestWanted = database.prepare(
      `SELECT seq, kind FROM log WHERE seq > ? AND kind IN ${kinds} ORDER BY seq LIMIT ${LINES}`,
    );
    this.#removeLine = database.prepare('DELETE FROM log WHERE seq = ?');
    this.#lose = database.prepare('UPDATE sink SET lost = lost + ?, lost_to = max(lost_to, ?) WHERE name = ?');
    this.#end = database.prepare('SELECT max(seq) FROM log').pluck();
  }

  /** The log has come so far at `wall`. */
  mark(wall: Micros): void {
    const end = this.#end.get() as number | null;
    if (end !== null) this.#mark.run(end, wall);
  }

  /** Records of these kinds that are older have been delivered to all who want them: µs, infinite when all have. */
  since(kinds: readonly string[]): Micros {
    let since = Number.POSITIVE_INFINITY;
    for (const { cursor, wants } of this.#sinks.all()) {
      const wanted = kinds.filter((kind) => wants.includes(kind));
      const first = wanted.length === 0 ? undefined : this.#first.get(cursor, JSON.stringify(wanted));
      if (first === undefined) continue;
      const time = this.#markBefore.get(first) as Micros | undefined;
      since = Math.min(since, time === undefined ? 0 : time - SLACK_MICROS);
    }
    return since;
  }

  /**
   * Removes lines of the log that nobody waits for; without sinks those of before `before`. True when there are more.
   */
  trim(before: Micros): boolean {
    const cursors = this.#sinks.all().map(({ cursor }) => cursor);
    const to = cursors.length > 0 ? Math.min(...cursors) : ((this.#markAt.get(before) as number | null) ?? 0);
    const { changes } = this.#trim.run(to);
    if (changes < LINES) this.#trimMarks.run(to);
    return changes === LINES;
  }

  /**
   * Gives up the oldest lines of these kinds that sinks wait for, and counts them as lost to each that wanted them. How
   * many went.
   */
  giveUp(kinds: readonly string[]): number {
    const sinks = this.#sinks.all().filter(({ wants }) => kinds.some((kind) => wants.includes(kind)));
    if (sinks.length === 0) return 0;
    const slowest = Math.min(...sinks.map(({ cursor }) => cursor));
    const lines = this.#oldestWanted.all(slowest, JSON.stringify(kinds)) as { seq: number; kind: string }[];
    for (const { name, cursor, wants } of sinks) {
      const lost = lines.filter(({ seq, kind }) => seq > cursor && wants.includes(kind));
      if (lost.length > 0) this.#lose.run(lost.length, lost[lost.length - 1].seq, name);
    }
    for (const { seq } of lines) this.#removeLine.run(seq);
    return lines.length;
  }
}

/** Lines removed in one step. */
const LINES = 2000;
/** Packet time may lie before the wall clock at which a record was written. */
const SLACK_MICROS = 3600e6;
