import type { Database, Statement } from 'better-sqlite3';
import type { Micros } from '../model/records.ts';
import type { SharedTables } from './shared-rows.ts';
import { type DividedTable, ownTable } from './tables/shared.ts';

/**
 * Takes old records out of the store, some at a time. The log is not told, for nothing was judged otherwise; alerts are
 * not folded anew: they and their findings go together.
 */
export class Removal {
  readonly #oldest: Statement;
  readonly #associations: Statement;
  readonly #sessions: Statement;
  readonly #operations: Remove;
  readonly #exposure: Remove;
  readonly #sighting: Statement;
  readonly #associationRows: Remove;
  readonly #sessionRows: Statement;
  readonly #connectionRow: Remove;
  readonly #revision: Statement;
  readonly #unusedGroups: Statement;
  readonly #sweeps: Readonly<Record<SweptTable, Sweep>>;
  readonly #oldestFindings: Statement;
  readonly #oldestAlerts: Statement;
  readonly #alert: Statement;
  readonly #finding: Remove;

  /** `shared` is told what removed records had alike with others. */
  constructor(database: Database, shared: SharedTables) {
    const prepare = (sql: string): Statement => database.prepare(sql);
    this.#oldest = prepare('SELECT id FROM connection WHERE "end" < ? ORDER BY "end" LIMIT ?').pluck();
    this.#associations = prepare('SELECT id FROM association WHERE connection_id = ?').pluck();
    this.#sessions = prepare('SELECT id FROM tls_session WHERE connection_id = ?').pluck();
    this.#operations = removeFrom(database, 'operation', 'association_id', shared);
    this.#exposure = removeFrom(database, 'exposure', 'association_id', shared);
    this.#sighting = prepare('DELETE FROM endpoint_sighting WHERE association_id = ?');
    this.#associationRows = removeFrom(database, 'association', 'connection_id', shared);
    this.#sessionRows = prepare('DELETE FROM tls_session WHERE connection_id = ?');
    this.#connectionRow = removeFrom(database, 'connection', 'id', shared);
    this.#revision = prepare('DELETE FROM revision WHERE record_id = ?');
    this.#unusedGroups = prepare(
      'DELETE FROM endpoint_group AS g WHERE NOT EXISTS (SELECT 1 FROM endpoint_sighting WHERE group_id = g.id)',
    );
    this.#oldestFindings = prepare(
      'SELECT id, time FROM finding_own AS f WHERE NOT EXISTS (SELECT 1 FROM alert WHERE detection = f.detection AND "key" = f."key" AND finding_id = f.id) AND time < ? ORDER BY rowid LIMIT ?',
    );
    this.#oldestAlerts = prepare(
      'SELECT id, finding_id AS findingId FROM alert WHERE last_time < ? ORDER BY rowid LIMIT ?',
    );
    this.#alert = prepare('DELETE FROM alert WHERE id = ?');
    this.#finding = removeFrom(database, 'finding', 'id', shared);
    this.#sweeps = Object.fromEntries(
      sweptTables.map((table) => [table, sweepOf(database, table, shared)]),
    ) as unknown as Record<SweptTable, Sweep>;
  }

  /** The oldest connections that ended before `before`, at most `count`, with all but their findings. How many went. */
  connections(before: Micros, count: number): number {
    const ids = this.#oldest.all(before, count) as string[];
    for (const id of ids) this.#connection(id);
    return ids.length;
  }

  /**
   * Rows of `table` of before `before`, of some: from `from` on in the order they came. Where to go on, or null at the
   * end.
   */
  sweep(table: SweptTable, from: number, before: Micros): number | null {
    const { last, remove } = this.#sweeps[table];
    const to = last.get(from) as number | null;
    if (to === null) return null;
    for (const id of remove(from, to, before)) this.#revision.run(id);
    return to;
  }

  /**
   * Of the findings of before `before` those that came first, at most `count`, whatever stands on them; when there are
   * none but those that show alerts, such alerts with theirs. How many went.
   */
  findings(before: Micros, count: number): number {
    const findings = this.#oldestFindings.all(before, count) as { id: string }[];
    for (const { id } of findings) this.#removeFinding(id);
    if (findings.length > 0) return findings.length;
    const alerts = this.#oldestAlerts.all(before, count) as { id: string; findingId: string }[];
    for (const { id, findingId } of alerts) {
      this.#alert.run(id);
      this.#revision.run(id);
      this.#removeFinding(findingId);
    }
    return alerts.length;
  }

  /** Groups of endpoints that no association shows any longer. */
  unusedGroups(): void {
    this.#unusedGroups.run();
  }

  #removeFinding(id: string): void {
    this.#finding(id);
    this.#revision.run(id);
  }

  #connection(id: string): void {
    for (const association of this.#associations.all(id) as string[]) {
      this.#operations(association);
      this.#exposure(association);
      this.#sighting.run(association);
      this.#revision.run(association);
    }
    for (const session of this.#sessions.all(id) as string[]) this.#revision.run(session);
    this.#associationRows(id);
    this.#sessionRows.run(id);
    this.#connectionRow(id);
  }
}

/** In the order in which they are swept: a finding stays while an alert stands on it. */
export const sweptTables = ['alert', 'finding', 'endpoint', 'health'] as const;
export type SweptTable = (typeof sweptTables)[number];

interface Sweep {
  readonly last: Statement;
  /** The ids that went. */
  readonly remove: (from: number, to: number, before: Micros) => (string | number)[];
}

function sweepOf(database: Database, table: SweptTable, shared: SharedTables): Sweep {
  const divided = table === 'finding';
  const rows = divided ? ownTable(table) : table;
  const next = `SELECT rowid FROM ${rows} WHERE rowid > ? ORDER BY rowid LIMIT ${ROWS}`;
  const sql = `DELETE FROM ${rows} WHERE rowid > ? AND rowid <= ? AND ${OLD[table]} RETURNING id`;
  const remove = database.prepare(divided ? `${sql}, shared` : sql);
  return {
    last: database.prepare(`SELECT max(rowid) FROM (${next})`).pluck(),
    remove: (...bounds) => {
      const removed = remove.all(...bounds) as { id: string | number; shared: number }[];
      if (divided) for (const one of removed) shared.of(table).left(one.shared);
      return removed.map(({ id }) => id);
    },
  };
}

/** Removes the records that an id is of. */
type Remove = (id: string) => void;

function removeFrom(database: Database, table: DividedTable, column: string, shared: SharedTables): Remove {
  const remove = database.prepare(`DELETE FROM ${ownTable(table)} WHERE ${column} = ? RETURNING shared`).pluck();
  return (id) => {
    for (const one of remove.all(id) as number[]) shared.of(table).left(one);
  };
}

/** Rows looked at in one step. */
const ROWS = 2000;

/** Each takes one parameter: what is older goes. */
const OLD: Readonly<Record<SweptTable, string>> = {
  alert: 'last_time < ?',
  finding: `time < ? AND NOT EXISTS (SELECT 1 FROM alert AS a
    WHERE a.detection = finding_own.detection AND a."key" = finding_own."key"
    AND a.window_start <= finding_own.time AND a.last_time >= finding_own.time)`,
  endpoint: 'last_seen < ?',
  health: '"end" < ?',
};
