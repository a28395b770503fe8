import type { Database, Statement } from 'better-sqlite3';
import { ascending } from '../bytes/ascending.ts';
import type { AlertRecord } from '../model/records.ts';
import { type AlertRules, compareFolding, foldAlerts, gravity, type Raised } from './alerts.ts';

/** An alert, and the connection of the finding that stands for it. */
export interface PiledAlert {
  readonly alert: AlertRecord;
  readonly connectionId: string;
}

/**
 * Raised findings of one run, in any order, to be folded at its end: alerts depend on the order of time. The last
 * `keptMax` are in memory, those before them in a temporary table.
 */
export class RaisedPile {
  readonly #database: Database;
  readonly #rules: AlertRules;
  readonly #keptMax: number;
  readonly #kept: Piled[] = [];
  #insert: Statement | null = null;

  constructor(database: Database, rules: AlertRules, keptMax = KEPT_MAX) {
    this.#database = database;
    this.#rules = rules;
    this.#keptMax = keptMax;
  }

  add(connectionId: string, raised: Raised): void {
    const { id, detection, key, time, severity, associationId, withdrawn, related } = raised;
    this.#kept.push({ id, detection, key, time, severity, associationId, withdrawn, related, connectionId });
    if (this.#kept.length >= this.#keptMax) this.#spill();
  }

  /** The alerts of all of them, by detection and key. */
  alerts(): PiledAlert[] {
    const alerts: PiledAlert[] = [];
    for (const piled of this.#inOrder()) {
      const last = alerts.at(-1)?.alert;
      const from = last?.detection === piled.detection && last.key === piled.key ? last : null;
      const [alert] = foldAlerts([piled], this.#rules, from);
      const connectionId = alert.findingId === piled.id ? piled.connectionId : (alerts.at(-1)?.connectionId as string);
      if (alert.id === from?.id) alerts.pop();
      alerts.push({ alert, connectionId });
    }
    return alerts;
  }

  #inOrder(): Iterable<Piled> {
    if (this.#insert === null) return this.#kept.sort(comparePiled);
    this.#spill();
    return this.#spilled();
  }

  *#spilled(): Generator<Piled> {
    const rows = this.#database.prepare(IN_ORDER).pluck().iterate() as IterableIterator<string>;
    for (const row of rows) yield JSON.parse(row) as Piled;
  }

  #spill(): void {
    if (this.#insert === null) {
      this.#database.exec(TABLE);
      this.#insert = this.#database.prepare('INSERT INTO temp.raised VALUES (?, ?, ?, ?, ?, ?)');
    }
    const insert = this.#insert;
    this.#database.transaction(() => {
      for (const one of this.#kept) {
        insert.run(one.detection, one.key, one.time, -gravity(one.severity), one.id, JSON.stringify(one));
      }
    })();
    this.#kept.length = 0;
  }
}

interface Piled extends Raised {
  readonly connectionId: string;
}

/** About 2 MB. */
const KEPT_MAX = 5000;

function comparePiled(a: Piled, b: Piled): number {
  return ascending(a.detection, b.detection) || ascending(a.key, b.key) || compareFolding(a, b);
}

const TABLE =
  'CREATE TEMP TABLE raised (detection TEXT, key TEXT, time INTEGER, lightness INTEGER, id TEXT, record TEXT)';
const IN_ORDER = 'SELECT record FROM temp.raised ORDER BY detection, key, time, lightness, id';
