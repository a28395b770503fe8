import type { Database, Statement } from 'better-sqlite3';
import { tunnelKeys } from '../decode/tunnel.ts';
import type { ConnectionRecord } from '../model/records.ts';
import { lingerMicros, type Seen, supersedes } from './fullness.ts';
import { decodedAll } from './rows.ts';
import { tables } from './schema.ts';

/** Which connections of the store this run has written, and how they stand to those of other runs. */
export class Connections {
  /** True when there is nothing to compare with: the store was empty at the begin of the run, or it is live. */
  readonly fresh: boolean;
  readonly #own: Statement;
  readonly #isOwn: Statement;
  readonly #stored: Statement;
  readonly #around: Statement;
  readonly #inside: Statement;
  readonly #database: Database;
  /** Ids that are not in the TEMP table yet, and those of this transaction among them. */
  readonly #recent = new Set<string>();
  readonly #added: string[] = [];
  readonly #recentMax: number;
  #spilled = false;

  /** `allOwn`: no other run is to be compared with. */
  constructor(database: Database, allOwn = false, recentMax = RECENT_MAX) {
    this.#database = database;
    this.#recentMax = recentMax;
    database.exec(
      'DROP TABLE IF EXISTS temp.own_connection; CREATE TEMP TABLE own_connection (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID',
    );
    this.fresh = allOwn || database.prepare('SELECT 1 FROM connection LIMIT 1').get() === undefined;
    this.#own = database.prepare('INSERT OR IGNORE INTO own_connection (id) VALUES (?)');
    this.#isOwn = database.prepare('SELECT 1 FROM own_connection WHERE id = ?');
    this.#stored = database.prepare('SELECT * FROM connection WHERE id = ?');
    const sameEnds = 'SELECT * FROM connection WHERE community_id = ? AND id <> ?';
    const linger = String(lingerMicros);
    this.#around = database.prepare(`${sameEnds} AND start <= ? AND "end" >= ? - ${linger} ORDER BY id`);
    this.#inside = database.prepare(
      `${sameEnds} AND start >= ? AND "end" <= ? + ${linger} AND began = 'mid-stream' ORDER BY id`,
    );
  }

  /** Whether this run wrote the stored connection, and so may go on writing it. */
  isOwn(id: string): boolean {
    return this.#recent.has(id) || (this.#spilled && this.#isOwn.get(id) !== undefined);
  }

  own(id: string): void {
    this.#recent.add(id);
    this.#added.push(id);
  }

  /** After a committed transaction. Keeps memory bounded. */
  settle(): void {
    this.#added.length = 0;
    if (this.#recent.size < this.#recentMax) return;
    this.#database.transaction(() => {
      for (const id of this.#recent) this.#own.run(id);
    })();
    this.#recent.clear();
    this.#spilled = true;
  }

  /** After a rolled back transaction. */
  forget(): void {
    for (const id of this.#added) this.#recent.delete(id);
    this.#added.length = 0;
  }

  /** At the end of the run. */
  remove(): void {
    this.#database.exec('DROP TABLE temp.own_connection');
  }

  stored(id: string): Seen | null {
    return decodedAll<ConnectionRecord>(tables.connection, this.#stored, id)[0] ?? null;
  }

  /** Whether a connection of another run holds all that `record`, joined in the middle, saw. */
  isSuperseded(record: ConnectionRecord): boolean {
    if (record.began !== 'mid-stream') return false;
    return this.#sameEnds(this.#around, record).some((outer) => supersedes(outer, record));
  }

  /** Connections of other runs, joined in the middle, all of which `record` saw. */
  supersededBy(record: ConnectionRecord): string[] {
    return this.#sameEnds(this.#inside, record)
      .filter((inner) => supersedes(record, inner))
      .map((inner) => inner.id);
  }

  #sameEnds(statement: Statement, record: ConnectionRecord): ConnectionRecord[] {
    const { communityId, tunnel, id, start, end } = record;
    const found = decodedAll<ConnectionRecord>(tables.connection, statement, communityId, id, start, end);
    // Only VNIs and GRE keys tell networks apart; a part of a connection may have come by another mirror session.
    const keys = tunnelKeys(tunnel).join(' ');
    return found.filter((other) => tunnelKeys(other.tunnel).join(' ') === keys && !this.isOwn(other.id));
  }
}

/** Ids held in memory: about 10 MB. */
const RECENT_MAX = 100_000;
