import type { Database } from 'better-sqlite3';
import { type AlertRecord, type Severity, severities } from '../model/records.ts';
import { decodedAll } from './rows.ts';
import type { StoredAlerts } from './run-tally.ts';
import { tables } from './schema.ts';

/** All alerts of a store: summed there, and only the first `max` read; gravest first, then by time. */
export function storedAlerts(database: Database, max: number): StoredAlerts {
  const counts = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  let findings = 0;
  for (const [severity, alerts, of] of database.prepare(SUMS).raw().all() as Sum[]) {
    counts[severity] = alerts;
    findings += of;
  }
  const first = decodedAll<AlertRecord>(tables.alert, database.prepare(FIRST), Number.isFinite(max) ? max : -1);
  return { severities: counts, findings, first: first.map((alert) => ({ alert, connectionId: '' })) };
}

type Sum = readonly [severity: Severity, alerts: number, findings: number];

/** Hardly an alert has findings of other detections beside it. */
const RELATED = `CASE related WHEN '{}' THEN 0 ELSE (SELECT sum(value) FROM json_each(related)) END`;
const SUMS = `SELECT severity, count(*), sum(count + ${RELATED}) FROM alert GROUP BY severity`;

const GRAVITY = `CASE severity ${severities.map((name, gravity) => `WHEN '${name}' THEN ${gravity}`).join(' ')} END`;
const FIRST = `SELECT * FROM alert ORDER BY ${GRAVITY} DESC, first_time, id LIMIT ?`;
