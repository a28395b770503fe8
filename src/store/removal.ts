import type { Database, Statement } from 'better-sqlite3';
import type { Micros } from '../model/records.ts';

/**
 * Takes old records out of the store, some at a time. The log is not told, for nothing was judged otherwise; alerts are
 * not folded anew: they and their findings go together.
 */
export class Removal {
  readonly #oldest: Statement;
  readonly #ofConnection: readonly Statement[];
  readonly #associations: Statement;
  readonly #sessions: Statement;
  readonly #ofAssociation: readonly Statement[];
  readonly #revision: Statement;
  readonly #unusedGroups: Statement;
  readonly #sweeps: Readonly<Record<SweptTable, Sweep>>;
  readonly #oldestFindings: Statement;
  readonly #oldestAlerts: Statement;
  readonly #alert: Statement;
  readonly #finding: Statement;

  constructor(database: Database) {
    const prepare = (sql: string): Statement => database.prepare(sql);
    this.#oldest = prepare('SELECT id FROM connection WHERE "end" < ? ORDER BY "end" LIMIT ?').pluck();
    this.#associations = prepare('SELECT id FROM association WHERE connection_id = ?').pluck();
    this.#sessions = prepare('SELECT id FROM tls_session WHERE connection_id = ?').pluck();
    this.#ofAssociation = ['operation', 'exposure', 'endpoint_sighting'].map((table) =>
      prepare(`DELETE FROM ${table} WHERE association_id = ?`),
    );
    this.#ofConnection = [
      prepare('DELETE FROM association WHERE connection_id = ?'),
      prepare('DELETE FROM tls_session WHERE connection_id = ?'),
      prepare('DELETE FROM connection WHERE id = ?'),
    ];
    this.#revision = prepare('DELETE FROM revision WHERE record_id = ?');
    this.#unusedGroups = prepare(
      'DELETE FROM endpoint_group AS g WHERE NOT EXISTS (SELECT 1 FROM endpoint_sighting WHERE group_id = g.id)',
    );
    this.#oldestFindings = prepare(
      'SELECT id, time FROM finding AS f WHERE NOT EXISTS (SELECT 1 FROM alert WHERE detection = f.detection AND "key" = f."key" AND finding_id = f.id) AND time < ? ORDER BY rowid LIMIT ?',
    );
    this.#oldestAlerts = prepare(
      'SELECT id, finding_id AS findingId FROM alert WHERE last_time < ? ORDER BY rowid LIMIT ?',
    );
    this.#alert = prepare('DELETE FROM alert WHERE id = ?');
    this.#finding = prepare('DELETE FROM finding WHERE id = ?');
    this.#sweeps = Object.fromEntries(
      sweptTables.map((table) => [table, sweepOf(database, table)]),
    ) as unknown as Record<SweptTable, Sweep>;
  }

  /** The oldest connections that ended before `before`, at most `count`, with all but their findings. How many went. */
  connections(before: Micros, count: number): number {
    const ids = this.#oldest.all(before, count) as string[];
    for (const id of ids) this.#connection(id);
    return ids.length;
  }

  /** Rows of `table` of before `before`, of some: from `from` on in the order they came. Where to go on, or null at the end. */
  sweep(table: SweptTable, from: number, before: Micros): number | null {
    const { last, remove } = this.#sweeps[table];
    const to = last.get(from) as number | null;
    if (to === null) return null;
    for (const id of remove.all(from, to, before) as (string | null)[]) this.#revision.run(id);
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
    this.#finding.run(id);
    this.#revision.run(id);
  }

  #connection(id: string): void {
    for (const association of this.#associations.all(id) as string[]) {
      for (const statement of this.#ofAssociation) statement.run(association);
      this.#revision.run(association);
    }
    for (const session of this.#sessions.all(id) as string[]) this.#revision.run(session);
    for (const statement of this.#ofConnection) statement.run(id);
  }
}

/** In the order in which they are swept: a finding stays while an alert stands on it. */
export const sweptTables = ['alert', 'finding', 'endpoint', 'health'] as const;
export type SweptTable = (typeof sweptTables)[number];

interface Sweep {
  readonly last: Statement;
  readonly remove: Statement;
}

function sweepOf(database: Database, table: SweptTable): Sweep {
  const next = `SELECT rowid FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ${ROWS}`;
  const remove = `DELETE FROM ${table} WHERE rowid > ? AND rowid <= ? AND ${OLD[table]}`;
  return {
    last: database.prepare(`SELECT max(rowid) FROM (${next})`).pluck(),
    remove: database.prepare(`${remove} RETURNING id`).pluck(),
  };
}

/** Rows looked at in one step. */
const ROWS = 2000;

/** Each takes one parameter: what is older goes. */
const OLD: Readonly<Record<SweptTable, string>> = {
  alert: 'last_time < ?',
  finding: `time < ? AND NOT EXISTS (SELECT 1 FROM alert AS a
    WHERE a.detection = finding.detection AND a."key" = finding."key"
    AND a.window_start <= finding.time AND a.last_time >= finding.time)`,
  endpoint: 'last_seen < ?',
  health: '"end" < ?',
};
