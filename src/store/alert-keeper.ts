import type { Database, Statement } from 'better-sqlite3';
import { lengthened } from '../bytes/lengthened.ts';
import { type AlertRecord, severities } from '../model/records.ts';
import {
  type AlertRules,
  compareFolding,
  foldAlerts,
  hourMicros,
  hourOf,
  joinedAnyTime,
  type Raised,
  raisedOf,
  ruleOf,
} from './alerts.ts';
import type { Filling } from './filling.ts';
import type { AlertFinding, Stored } from './lasting.ts';
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
  /** What it raised before: an event, a condition. */
  readonly before: readonly Raised[];
  /** All its findings; null when the store has to be asked. Most have one: no map, and no room for more. */
  standing: readonly AlertFinding[] | null;
}

/**
 * Keeps `alert` equal to the fold of `finding`. Before a finding of an association changes, it is watched; at the
 * end of the transaction what its association raises is compared with before. Findings that come are joined to the
 * alerts; where that is not enough, the key is folded anew from the alert before the change. While the store is being
 * filled findings cannot be found by their key: then that is left for the end.
 */
export class AlertKeeper {
  readonly #rules: AlertRules;
  readonly #log: Log;
  readonly #filling: Filling;
  readonly #database: Database;
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
  /** Alert to the finding that shows it, of some. */
  readonly #shown = new Map<string, Raised>();
  /** Whether an alert may be stored. */
  #filled: boolean;
  /** Detection and key of what is to be folded anew at the end. */
  readonly #deferred = new Map<string, readonly [string, string]>();

  constructor(database: Database, log: Log, rules: AlertRules, filling: Filling) {
    this.#database = database;
    this.#rules = rules;
    this.#log = log;
    this.#filling = filling;
    this.#alerts = rowsOf(database, tables.alert);
    const columns = 'f.id, f.detection, f.key, f.time, f.severity, f.association_id AS associationId, f.withdrawn';
    this.#ofAssociation = database.prepare(`SELECT ${columns} FROM finding AS f WHERE f.association_id = ?`);
    this.#ofFinding = database.prepare(`SELECT ${columns} FROM finding AS f WHERE f.id = ?`);
    this.#raised = database.prepare(raisedSql(columns, rules));
    const ofKey = 'SELECT * FROM alert WHERE detection = ? AND key = ?';
    this.#before = database.prepare(`${ofKey} AND window_start < ? ORDER BY window_start DESC LIMIT 1`);
    this.#between = database.prepare(`${ofKey} AND window_start >= ? AND window_start < ?`);
    this.#last = database.prepare(`${ofKey} ORDER BY window_start DESC LIMIT 1`);
    this.#filled = database.prepare('SELECT 1 FROM alert LIMIT 1').get() !== undefined;
  }

  /** An association that was not in the store, of which only the store tells what is there. */
  came(associationId: string): void {
    this.#new.add(associationId);
  }

  /** To be called before a finding is written. */
  writing(finding: AlertFinding, stored: Stored): void {
    const watched = this.#watch(finding, stored);
    if (watched.standing === null) return;
    watched.standing = withOne(watched.standing, finding);
    stored?.findings.set(finding.associationId ?? finding.id, watched.standing);
  }

  /** To be called before a finding is removed: never while a store is filled, whose `Stored` does not learn of it. */
  removing(finding: { readonly id: string; readonly associationId: string | null }): void {
    const watched = this.#watch(finding, undefined);
    watched.standing = watched.standing?.filter(({ id }) => id !== finding.id) ?? null;
  }

  #watch({ id, associationId }: Pick<AlertFinding, 'id' | 'associationId'>, stored: Stored): Watched {
    const subject = associationId ?? id;
    let watched = this.#watched.get(subject);
    if (watched === undefined) {
      watched = this.#begun(subject, associationId === null, stored);
      this.#watched.set(subject, watched);
    }
    return watched;
  }

  #begun(subject: string, alone: boolean, stored: Stored): Watched {
    const known = stored?.findings.get(subject);
    if (known !== undefined) return { alone, before: raisedOf(known, this.#rules), standing: known };
    if (stored === undefined && !(!alone && this.#new.has(subject))) {
      return { alone, before: this.#raisedNow(subject, alone), standing: null };
    }
    return { alone, before: nothing, standing: nothing };
  }

  /** At the end of a transaction: writes the alerts that changed. */
  settle(): void {
    this.#new.clear();
    if (this.#watched.size === 0) return;
    const touched = new Map<string, Touched>();
    for (const [subject, { alone, before, standing }] of this.#watched) {
      const after = standing === null ? this.#raisedNow(subject, alone) : raisedOf(standing, this.#rules);
      if (!sameRaised(before, after)) this.#note(touched, before, after);
    }
    this.#watched.clear();
    for (const one of touched.values()) this.#settleOne(one);
    this.#filled = true;
  }

  /** Once findings can be found again: what was left for then; `all` after a run that was killed. */
  complete(all: boolean): void {
    const every = 'SELECT DISTINCT detection, "key" FROM finding';
    const keys = all ? this.#database.prepare(every).raw().all() : this.#deferred.values();
    for (const [detection, key] of keys as Iterable<readonly [string, string]>) {
      this.#foldAnew(detection, key, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    }
    this.#deferred.clear();
    this.#filled = true;
  }

  /** After a rolled back transaction. */
  forget(): void {
    this.#watched.clear();
    this.#new.clear();
    this.#shown.clear();
  }

  #raisedNow(subject: string, alone: boolean): Raised[] {
    const found = (alone ? this.#ofFinding : this.#ofAssociation).all(subject) as AlertFinding[];
    return raisedOf(found, this.#rules);
  }

  #settleOne(touched: Touched): void {
    const { detection, key, changed } = touched;
    const name = nameOf(touched);
    if (this.#deferred.has(name)) return;
    if (changed.length === 0 && this.#join(touched)) return;
    if (this.#filling.on) this.#deferred.set(name, [detection, key]);
    else if (ruleOf(this.#rules, detection).kind === 'condition') this.#foldOnward(touched);
    else this.#foldHours(touched);
  }

  #note(touched: Map<string, Touched>, before: readonly Raised[], after: readonly Raised[]): void {
    for (const kind of ['event', 'condition'] as const) {
      const ofKind = ({ detection }: Raised): boolean => ruleOf(this.#rules, detection).kind === kind;
      note(touched, before.find(ofKind), after.find(ofKind));
    }
  }

  /** Joins what came to the alerts. False when that is not enough; then nothing is written. */
  #join({ detection, key, came }: Touched): boolean {
    const raised = came.sort(compareFolding);
    const alerts = new Map<string, AlertRecord>();
    const end = this.#filled ? this.#one(this.#last, detection, key) : null;
    let at = 0;
    for (; at < raised.length && end !== null && raised[at].time <= end.lastTime; at++) {
      const alert = this.#alertAt(end, raised[at], alerts);
      const joined = alert && joinedAnyTime(alert, raised[at], this.#shown.get(alert.id) ?? null);
      if (joined === null) return false;
      alerts.set(joined.id, joined);
      if (joined.findingId === raised[at].id) this.#shown.set(joined.id, raised[at]);
    }
    const last = end === null ? null : (alerts.get(end.id) ?? end);
    for (const alert of foldAlerts(raised.slice(at), this.#rules, last)) alerts.set(alert.id, alert);
    this.#write([...alerts.values()], raised);
    return true;
  }

  /** The alert in whose time a finding lies that is not after all others, as it stands; null when there is none. */
  #alertAt(end: AlertRecord, { time, detection, key }: Raised, changed: Map<string, AlertRecord>): AlertRecord | null {
    if (end.kind === 'condition') {
      const found = time > end.windowStart ? end : this.#one(this.#before, detection, key, time);
      return found && (changed.get(found.id) ?? found);
    }
    const hour = hourOf(time);
    const found = hour === end.windowStart ? end : this.#one(this.#between, detection, key, hour, hour + hourMicros);
    return found && (changed.get(found.id) ?? found);
  }

  #foldOnward({ detection, key, came, changed }: Touched): void {
    const earliest = Math.min(...changed, ...came.map(({ time }) => time));
    const from = this.#one(this.#before, detection, key, earliest)?.windowStart ?? Number.MIN_SAFE_INTEGER;
    this.#foldAnew(detection, key, from, Number.MAX_SAFE_INTEGER);
  }

  #foldHours({ detection, key, came, changed }: Touched): void {
    const hours = new Set([...changed, ...came.map(({ time }) => time)].map(hourOf));
    for (const hour of hours) this.#foldAnew(detection, key, hour, hour + hourMicros);
  }

  #foldAnew(detection: string, key: string, from: number, to: number): void {
    const rows = this.#raised.all(detection, key, from, to) as (AlertFinding & { others: string | null })[];
    const findings = rows.map((row): Raised => ({ ...row, related: JSON.parse(row.others ?? '{}') }));
    const alerts = foldAlerts(findings.sort(compareFolding), this.#rules, null);
    const kept = new Set(alerts.map(({ id }) => id));
    for (const { id } of decodedAll<AlertRecord>(tables.alert, this.#between, detection, key, from, to)) {
      if (!kept.has(id) && this.#alerts.remove(id)) this.#log.add('alert', id, 'removed');
    }
    this.#write(alerts, findings);
  }

  /** `raised`: findings of theirs. */
  #write(alerts: readonly AlertRecord[], raised: readonly Raised[]): void {
    for (const alert of alerts) {
      this.#noteShown(alert, raised);
      const change = this.#alerts.put(alert);
      if (change !== null) this.#log.add('alert', alert.id, change);
    }
  }

  /** Of an alert of an event, in whose hour more may come, by which finding it is shown. */
  #noteShown({ id, kind, findingId }: AlertRecord, raised: readonly Raised[]): void {
    if (kind === 'condition' || this.#shown.get(id)?.id === findingId) return;
    const shown = raised.find((finding) => finding.id === findingId);
    if (this.#shown.size >= SHOWN_MAX) this.#shown.clear();
    if (shown === undefined) this.#shown.delete(id);
    else this.#shown.set(id, shown);
  }

  #one(statement: Statement, ...parameters: (string | number)[]): AlertRecord | null {
    return decodedAll<AlertRecord>(tables.alert, statement, ...parameters)[0] ?? null;
  }
}

/** About 1 MB. */
const SHOWN_MAX = 2000;

const nothing: readonly never[] = [];

/** The findings and this one, in place of what it was before. */
function withOne(findings: readonly AlertFinding[], finding: AlertFinding): AlertFinding[] {
  const { id, detection, key, time, severity, associationId, withdrawn } = finding;
  const at = findings.findIndex((one) => one.id === id);
  const one = { id, detection, key, time, severity, associationId, withdrawn };
  return at < 0 ? lengthened(findings, one) : findings.toSpliced(at, 1, one);
}

function sameRaised(a: readonly Raised[], b: readonly Raised[]): boolean {
  return a.length === b.length && JSON.stringify(a) === JSON.stringify(b);
}

function note(touched: Map<string, Touched>, before: Raised | undefined, after: Raised | undefined): void {
  if (before !== undefined) touchedOf(touched, before).changed.push(before.time);
  if (after === undefined) return;
  if (before?.id === after.id) touchedOf(touched, after).changed.push(after.time);
  else touchedOf(touched, after).came.push(after);
}

function touchedOf(touched: Map<string, Touched>, { detection, key }: Raised): Touched {
  const name = nameOf({ detection, key });
  const known = touched.get(name);
  if (known !== undefined) return known;
  const made: Touched = { detection, key, came: [], changed: [] };
  touched.set(name, made);
  return made;
}

function nameOf({ detection, key }: Pick<Touched, 'detection' | 'key'>): string {
  return `${detection}\0${key}`;
}

/**
 * Findings of one detection and key, from one time to another, that no finding of their kind on their association
 * outranks (the order of `raisedOf`), with the other detections of that kind there as a JSON object.
 */
function raisedSql(columns: string, rules: AlertRules): string {
  const gravity = (row: string) =>
    `CASE ${row}.severity ${severities.map((name, i) => `WHEN '${name}' THEN ${i}`).join(' ')} END`;
  const whens = [...rules].map(([slug, { rank }]) => `WHEN '${slug}' THEN ${rank}`).join(' ');
  const rank = (row: string) => (whens === '' ? '0' : `CASE ${row}.detection ${whens} ELSE ${rules.size} END`);
  const order = (row: string) => `-(${gravity(row)}), ${rank(row)}, ${row}.time, ${row}.id`;
  const conditions = [...rules].flatMap(([slug, { kind }]) => (kind === 'condition' ? `'${slug}'` : [])).join(', ');
  const kind = (row: string) => `(${row}.detection IN (${conditions}))`;
  const others = `FROM finding AS g WHERE g.association_id = f.association_id AND g.id <> f.id AND NOT g.withdrawn
    AND ${kind('g')} = ${kind('f')}`;
  return `SELECT ${columns},
      (SELECT json_group_object(detection, n) FROM (SELECT g.detection, count(*) AS n ${others} GROUP BY 1)) AS others
    FROM finding AS f
    WHERE f.detection = ? AND f.key = ? AND f.time >= ? AND f.time < ? AND NOT f.withdrawn
      AND NOT EXISTS (SELECT 1 ${others} AND (${order('g')}) < (${order('f')}))`;
}
