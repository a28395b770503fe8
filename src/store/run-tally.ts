import type { Database, Statement } from 'better-sqlite3';
import { catalogue } from '../detections/catalogue.ts';
import type {
  AlertRecord,
  AssociationOutcome,
  AttributeClass,
  ExposedAttribute,
  FindingRecord,
  RecordBatch,
  Severity,
} from '../model/records.ts';
import {
  type AlertFinding,
  type AlertRules,
  compareFolding,
  foldAlerts,
  gravity,
  type Raised,
  raisedOf,
} from './alerts.ts';

/** What one run saw, whatever the store held before. */
export interface RunTally {
  readonly outcomes: Readonly<Partial<Record<AssociationOutcome, number>>>;
  /** Associations with TLS, without their beginning, and not seen whole. */
  readonly tls: number;
  readonly midStream: number;
  readonly incomplete: number;
  /** Without TLS: associations that showed patient data, objects and data set bytes in these. */
  readonly clear: { readonly associations: number; readonly objects: number; readonly bytes: number };
  /** Attributes shown without TLS, outside objects declared de-identified: gravest class, then most often shown, first. */
  readonly shown: readonly ShownAttribute[];
  /** Gravest first, then by time. */
  readonly alerts: readonly RunAlert[];
}

export interface ShownAttribute {
  readonly class: AttributeClass;
  readonly attribute: string;
  readonly count: number;
}

export interface RunAlert {
  readonly alert: AlertRecord;
  /** The finding that stands for it. */
  readonly finding: FindingRecord;
}

/**
 * Notes the records of one run beside the store, in temporary tables (memory stays bounded): a run says what its own
 * inputs showed, also where the store keeps what another run saw better. Alerts are those that a new store would hold.
 */
export class RunNotes {
  readonly #database: Database;
  readonly #association: Statement;
  readonly #exposure: Statement;
  readonly #finding: Statement;

  constructor(database: Database) {
    this.#database = database;
    database.exec(TABLES);
    this.#association = database.prepare(
      'INSERT OR REPLACE INTO temp.noted_association VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#exposure = database.prepare('INSERT OR REPLACE INTO temp.noted_exposure VALUES (?, ?)');
    this.#finding = database.prepare('INSERT OR REPLACE INTO temp.noted_finding VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  }

  note(batch: RecordBatch): void {
    if (batch.associations.length + batch.exposures.length + batch.findings.length === 0) return;
    this.#database.transaction(() => {
      for (const a of batch.associations) {
        const bytes = a.clientDataBytes + a.serverDataBytes;
        const flags = [a.tls, a.midStream, a.complete, a.patientData].map(Number);
        this.#association.run(a.id, a.outcome, ...flags, a.objects, bytes);
      }
      for (const e of batch.exposures) this.#exposure.run(e.associationId, JSON.stringify(e.attributes));
      for (const f of batch.findings) {
        const { id, associationId, detection, key, time, severity, withdrawn } = f;
        this.#finding.run(
          id,
          associationId ?? id,
          detection,
          key,
          time,
          severity,
          Number(withdrawn),
          JSON.stringify(f),
        );
      }
    })();
  }

  tally(): RunTally {
    const outcomes = this.#database
      .prepare('SELECT outcome, count(*) AS n FROM temp.noted_association GROUP BY 1 ORDER BY 1')
      .all() as { outcome: AssociationOutcome; n: number }[];
    const sums = this.#database.prepare(SUMS).get() as Sums;
    return {
      outcomes: Object.fromEntries(outcomes.map(({ outcome, n }) => [outcome, n])),
      tls: sums.tls,
      midStream: sums.mid_stream,
      incomplete: sums.incomplete,
      clear: { associations: sums.clear, objects: sums.objects, bytes: sums.bytes },
      shown: this.#shown(),
      alerts: this.#alerts(),
    };
  }

  #shown(): ShownAttribute[] {
    const totals = new Map<string, { class: AttributeClass; attribute: string; count: number }>();
    for (const text of this.#database.prepare(CLEAR_EXPOSURES).pluck().iterate() as IterableIterator<string>) {
      for (const shown of JSON.parse(text) as ExposedAttribute[]) {
        const count = shown.count - shown.deidentifiedCount;
        const known = totals.get(shown.attribute);
        if (known !== undefined) known.count += count;
        else totals.set(shown.attribute, { class: shown.class, attribute: shown.attribute, count });
      }
    }
    return [...totals.values()].filter(({ count }) => count > 0).sort(compareShown);
  }

  #alerts(): RunAlert[] {
    const record = this.#database.prepare('SELECT record FROM temp.noted_finding WHERE id = ?').pluck();
    const alerts = [...this.#raised().values()].flatMap((raised) =>
      foldAlerts(raised.sort(compareFolding), alertRules, null),
    );
    return alerts
      .map((alert) => ({ alert, finding: JSON.parse(record.get(alert.findingId) as string) as FindingRecord }))
      .sort(
        ({ alert: a }, { alert: b }) =>
          gravity(b.severity) - gravity(a.severity) || a.firstTime - b.firstTime || (a.id < b.id ? -1 : 1),
      );
  }

  /** The finding of each association that is alerted, by detection and key. */
  #raised(): Map<string, Raised[]> {
    const byKey = new Map<string, Raised[]>();
    let subject: string | null = null;
    let group: AlertFinding[] = [];
    const settle = (): void => {
      const raised = raisedOf(group, alertRules);
      group = [];
      if (raised === null) return;
      const name = `${raised.detection}\0${raised.key}`;
      const known = byKey.get(name);
      if (known === undefined) byKey.set(name, [raised]);
      else known.push(raised);
    };
    for (const row of this.#database.prepare(FINDINGS).iterate() as IterableIterator<NotedFinding>) {
      if (row.subject !== subject) settle();
      subject = row.subject;
      const { detection, key, id, time, severity, withdrawn } = row;
      group.push({ id, detection, key, time, severity, associationId: row.subject, withdrawn: withdrawn === 1 });
    }
    settle();
    return byKey;
  }
}

/** Alerts by severity, all five. */
export function bySeverity({ alerts }: RunTally): Record<Severity, number> {
  const counts = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const { alert } of alerts) counts[alert.severity]++;
  return counts;
}

interface NotedFinding {
  readonly subject: string;
  readonly id: string;
  readonly detection: string;
  readonly key: string;
  readonly time: number;
  readonly severity: Severity;
  readonly withdrawn: number;
}

interface Sums {
  readonly tls: number;
  readonly mid_stream: number;
  readonly incomplete: number;
  readonly clear: number;
  readonly objects: number;
  readonly bytes: number;
}

const classes: readonly AttributeClass[] = ['direct', 'quasi', 'clinical', 'staff', 'device', 'uid'];

function compareShown(a: ShownAttribute, b: ShownAttribute): number {
  const rank = classes.indexOf(a.class) - classes.indexOf(b.class);
  return rank || b.count - a.count || (a.attribute < b.attribute ? -1 : 1);
}

const alertRules: AlertRules = new Map(catalogue.map(({ slug, kind }, rank) => [slug, { kind, rank }]));

const TABLES = `
CREATE TEMP TABLE noted_association (
  id TEXT PRIMARY KEY, outcome TEXT, tls INTEGER, mid_stream INTEGER, complete INTEGER, patient_data INTEGER,
  objects INTEGER, bytes INTEGER
) WITHOUT ROWID;
CREATE TEMP TABLE noted_exposure (association_id TEXT PRIMARY KEY, attributes TEXT) WITHOUT ROWID;
CREATE TEMP TABLE noted_finding (
  id TEXT PRIMARY KEY, subject TEXT, detection TEXT, key TEXT, time INTEGER, severity TEXT, withdrawn INTEGER, record TEXT
);
`;

const SUMS = `
SELECT
  count(*) FILTER (WHERE tls) AS tls,
  count(*) FILTER (WHERE mid_stream) AS mid_stream,
  count(*) FILTER (WHERE NOT complete) AS incomplete,
  count(*) FILTER (WHERE NOT tls AND patient_data) AS clear,
  coalesce(sum(objects) FILTER (WHERE NOT tls AND patient_data), 0) AS objects,
  coalesce(sum(bytes) FILTER (WHERE NOT tls AND patient_data), 0) AS bytes
FROM temp.noted_association`;

const CLEAR_EXPOSURES = `
SELECT e.attributes FROM temp.noted_exposure AS e
JOIN temp.noted_association AS a ON a.id = e.association_id AND NOT a.tls`;

const FINDINGS = `
SELECT subject, id, detection, key, time, severity, withdrawn FROM temp.noted_finding ORDER BY subject, id`;
