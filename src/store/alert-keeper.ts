import type { Database, Statement } from 'better-sqlite3';
import { type AlertRecord, severities } from '../model/records.ts';
import {
  type AlertFinding,
  type AlertRules,
  compareFolding,
  foldAlerts,
  hourMicros,
  hourOf,
  type Raised,
  raisedOf,
  ruleOf,
} from './alerts.ts';
import type { Log } from './log.ts';
import { decodedAll, type Rows, rowsOf } from './rows.ts';
import { tables } from './schema.ts';

/** What happened to one detection and key within a transaction: raised findings that came, and times that changed. */
interface Touched {
  readonly detection: string;
  readonly key: string;
  readonly came: Raised[];
  readonly changed: number[];
}

/** An association, or a finding without one, whose findings change within a transaction. */
interface Watched {
  readonly alone: boolean;
  /** What it raised before. */
  readonly before: Raised | null;
  /** All its findings by id; null when the store has to be asked. */
  readonly standing: Map<string, AlertFinding> | null;
}

/**
 * Keeps `alert` equal to the fold of `finding`. Before a finding of an association changes, it is watched; at the
 * end of the transaction what its association raises is compared with before. Findings that come after all others
 * of their key are folded on; after any other change the key is folded anew from the alert before the change.
 */
export class AlertKeeper {
  readonly #rules: AlertRules;
  readonly #log: Log;
  readonly #alerts: Rows<AlertRecord>;
  readonly #ofAssociation: Statement;
  readonly #ofFinding: Statement;
  readonly #raised: Statement;
  readonly #before: Statement;
  readonly #between: Statement;
  readonly #last: Statement;
  /** Association (or finding without one) to what it raised before this transaction. */
  readonly #watched = new Map<string, Watched>();
  /** Associations that came in this transaction: they raised nothing before, and what they raise is known. */
  readonly #new = new Set<string>();

  constructor(database: Database, log: Log, rules: AlertRules) {
    this.#rules = rules;
    this.#log = log;
    this.#alerts = rowsOf(database, tables.alert);
    const columns = 'f.id, f.detection, f.key, f.time, f.severity, f.association_id AS associationId, f.withdrawn';
    this.#ofAssociation = database.prepare(`SELECT ${columns} FROM finding AS f WHERE f.association_id = ?`);
    this.#ofFinding = database.prepare(`SELECT ${columns} FROM finding AS f WHERE f.id = ?`);
    this.#raised = database.prepare(raisedSql(columns, rules));
    const ofKey = 'SELECT * FROM alert WHERE detection = ? AND key = ?';
    this.#before = database.prepare(`${ofKey} AND window_start < ? ORDER BY window_start DESC LIMIT 1`);
    this.#between = database.prepare(`${ofKey} AND window_start >= ? AND window_start < ?`);
    this.#last = database.prepare(`${ofKey} ORDER BY window_start DESC LIMIT 1`);
  }

  /** An association that was not in the store. */
  came(associationId: string): void {
    this.#new.add(associationId);
  }

  /** To be called before a finding is written. */
  writing(finding: AlertFinding): void {
    const { standing } = this.#watch(finding);
    standing?.set(finding.id, finding);
  }

  /** To be called before a finding is removed. */
  removing(finding: { readonly id: string; readonly associationId: string | null }): void {
    this.#watch(finding).standing?.delete(finding.id);
  }

  #watch({ id, associationId }: { readonly id: string; readonly associationId: string | null }): Watched {
    const alone = associationId === null;
    const subject = associationId ?? id;
    let watched = this.#watched.get(subject);
    if (watched === undefined) {
      const isNew = !alone && this.#new.has(subject);
      const before = isNew ? null : this.#raisedNow(subject, alone);
      watched = { alone, before, standing: isNew ? new Map() : null };
      this.#watched.set(subject, watched);
    }
    return watched;
  }

  /** At the end of a transaction: writes the alerts that changed. */
  settle(): void {
    this.#new.clear();
    if (this.#watched.size === 0) return;
    const touched = new Map<string, Touched>();
    for (const [subject, { alone, before, standing }] of this.#watched) {
      const after = standing === null ? this.#raisedNow(subject, alone) : raisedOf([...standing.values()], this.#rules);
      if (!sameRaised(before, after)) note(touched, before, after);
    }
    this.#watched.clear();
    for (const one of touched.values()) {
      if (ruleOf(this.#rules, one.detection).kind === 'condition') this.#settleCondition(one);
      else this.#settleEvent(one);
    }
  }

  /** After a rolled back transaction. */
  forget(): void {
    this.#watched.clear();
    this.#new.clear();
  }

  #raisedNow(subject: string, alone: boolean): Raised | null {
    const found = (alone ? this.#ofFinding : this.#ofAssociation).all(subject) as AlertFinding[];
    return raisedOf(found, this.#rules);
  }

  #settleCondition({ detection, key, came, changed }: Touched): void {
    const last = this.#one(this.#last, detection, key);
    const onward = changed.length === 0 && came.every(({ time }) => last === null || time > last.lastTime);
    if (onward) {
      this.#write(foldAlerts(came.sort(compareFolding), this.#rules, last));
      return;
    }
    const earliest = Math.min(...changed, ...came.map(({ time }) => time));
    const from = this.#one(this.#before, detection, key, earliest)?.windowStart ?? Number.MIN_SAFE_INTEGER;
    this.#foldAnew(detection, key, from, Number.MAX_SAFE_INTEGER);
  }

  #settleEvent({ detection, key, came, changed }: Touched): void {
    const hours = new Set([...changed, ...came.map(({ time }) => time)].map(hourOf));
    for (const hour of hours) {
      const here = came.filter(({ time }) => hourOf(time) === hour);
      const last = this.#one(this.#between, detection, key, hour, hour + hourMicros);
      const onward =
        !changed.some((time) => hourOf(time) === hour) && here.every(({ time }) => time > (last?.lastTime ?? -1));
      if (onward) this.#write(foldAlerts(here.sort(compareFolding), this.#rules, last));
      else this.#foldAnew(detection, key, hour, hour + hourMicros);
    }
  }

  #foldAnew(detection: string, key: string, from: number, to: number): void {
    const rows = this.#raised.all(detection, key, from, to) as (AlertFinding & { others: string | null })[];
    const findings = rows.map((row): Raised => ({ ...row, related: JSON.parse(row.others ?? '{}') }));
    const alerts = foldAlerts(findings.sort(compareFolding), this.#rules, null);
    const kept = new Set(alerts.map(({ id }) => id));
    for (const { id } of decodedAll<AlertRecord>(tables.alert, this.#between, detection, key, from, to)) {
      if (!kept.has(id) && this.#alerts.remove(id)) this.#log.add('alert', id, 'removed');
    }
    this.#write(alerts);
  }

  #write(alerts: readonly AlertRecord[]): void {
    for (const alert of alerts) {
      const change = this.#alerts.put(alert);
      if (change !== null) this.#log.add('alert', alert.id, change);
    }
  }

  #one(statement: Statement, ...parameters: (string | number)[]): AlertRecord | null {
    return decodedAll<AlertRecord>(tables.alert, statement, ...parameters)[0] ?? null;
  }
}

function sameRaised(a: Raised | null, b: Raised | null): boolean {
  if (a === null || b === null) return a === b;
  return JSON.stringify(a) === JSON.stringify(b);
}

function note(touched: Map<string, Touched>, before: Raised | null, after: Raised | null): void {
  if (before !== null) touchedOf(touched, before).changed.push(before.time);
  if (after === null) return;
  if (before?.id === after.id) touchedOf(touched, after).changed.push(after.time);
  else touchedOf(touched, after).came.push(after);
}

function touchedOf(touched: Map<string, Touched>, { detection, key }: Raised): Touched {
  const name = `${detection}\0${key}`;
  const known = touched.get(name);
  if (known !== undefined) return known;
  const made: Touched = { detection, key, came: [], changed: [] };
  touched.set(name, made);
  return made;
}

/**
 * Findings of one detection and key, from one time to another, that no finding of their association outranks (the
 * order of `raisedOf`), with the other detections there as a JSON object.
 */
function raisedSql(columns: string, rules: AlertRules): string {
  const gravity = (row: string) =>
    `CASE ${row}.severity ${severities.map((name, i) => `WHEN '${name}' THEN ${i}`).join(' ')} END`;
  const whens = [...rules].map(([slug, { rank }]) => `WHEN '${slug}' THEN ${rank}`).join(' ');
  const rank = (row: string) => (whens === '' ? '0' : `CASE ${row}.detection ${whens} ELSE ${rules.size} END`);
  const order = (row: string) => `-(${gravity(row)}), ${rank(row)}, ${row}.time, ${row}.id`;
  const others = `FROM finding AS g WHERE g.association_id = f.association_id AND g.id <> f.id AND NOT g.withdrawn`;
  return `SELECT ${columns},
      (SELECT json_group_object(detection, n) FROM (SELECT g.detection, count(*) AS n ${others} GROUP BY 1)) AS others
    FROM finding AS f
    WHERE f.detection = ? AND f.key = ? AND f.time >= ? AND f.time < ? AND NOT f.withdrawn
      AND NOT EXISTS (SELECT 1 ${others} AND (${order('g')}) < (${order('f')}))`;
}
