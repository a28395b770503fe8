import type { Database } from 'better-sqlite3';
import {
  type CaptureRecord,
  type HealthRecord,
  type Micros,
  type RunRecord,
  type Severity,
  severities,
} from '../model/records.ts';
import { type AlertWithFinding, alerts, noFilter } from './queries.ts';
import { decodedAll } from './rows.ts';
import { tables } from './schema.ts';

/** How a live sensor does, as its store tells: asked beside it, by another process. */
export interface SensorState {
  /** The last start of a live sensor. */
  readonly run: RunRecord;
  /** Its last interval, and the last one of each interface that had an interruption; null before the first. */
  readonly health: HealthRecord | null;
  readonly interruptions: readonly HealthRecord[];
  /** The last capture of each interface in this run. */
  readonly captures: readonly CaptureRecord[];
  /** Packets lost in the last hour, place to packets; and of causes of loss, those that are. */
  readonly dropsOfHour: Readonly<Record<string, number>>;
  /** Addresses and ports that DICOM was spoken to: ever, as far as kept, and in the last day. */
  readonly listeners: number;
  readonly listenersOfDay: number;
  readonly associations: AssociationsOfDay;
  /** Alerts of the last day by severity, and the newest ones. */
  readonly alertsOfDay: Readonly<Partial<Record<Severity, number>>>;
  readonly newest: readonly AlertWithFinding[];
}

/** Associations that began in the last day. */
export interface AssociationsOfDay {
  readonly all: number;
  readonly clear: number;
  /** Of those in clear what showed patient data. */
  readonly exposed: number;
}

const hourMicros = 3_600_000_000;
const dayMicros = 24 * hourMicros;
const newestMax = 5;
const interfacesMax = 64;

/** Null where no live sensor has written to this store. `now` in µs of wall clock. */
export function sensorState(database: Database, now: Micros): SensorState | null {
  const lastRun = `SELECT * FROM run WHERE id = (SELECT max(run_id) FROM health)
    OR id = (SELECT max(run_id) FROM capture WHERE format = 'live') ORDER BY id DESC LIMIT 1`;
  const run = decodedAll<RunRecord>(tables.run, database.prepare(lastRun))[0];
  if (run === undefined) return null;
  const healths = (sql: string, ...values: unknown[]): HealthRecord[] =>
    decodedAll<HealthRecord>(
      tables.health,
      database.prepare(`SELECT * FROM health WHERE run_id = ? AND ${sql}`),
      run.id,
      ...values,
    );
  const number = (sql: string, ...values: unknown[]): number =>
    database
      .prepare(sql)
      .pluck()
      .get(...values) as number;
  const day = now - dayMicros;
  const listening = 'SELECT count(*) FROM (SELECT DISTINCT address, port FROM endpoint WHERE port IS NOT NULL';
  return {
    run,
    health: healths('interface IS NULL ORDER BY id DESC LIMIT 1')[0] ?? null,
    interruptions: healths(
      `id IN (SELECT max(id) FROM health WHERE interface IS NOT NULL GROUP BY interface) ORDER BY interface LIMIT ${interfacesMax}`,
    ),
    captures: captures(database, run.id),
    dropsOfHour: summed(healths('"end" > ? AND interface IS NULL', now - hourMicros)),
    listeners: number(`${listening})`),
    listenersOfDay: number(`${listening} AND last_seen > ?)`, day),
    associations: database
      .prepare(`SELECT count(*) AS "all", count(*) FILTER (WHERE NOT tls) AS clear,
        count(*) FILTER (WHERE NOT tls AND patient_data) AS exposed FROM association WHERE start > ?`)
      .get(day) as AssociationsOfDay,
    alertsOfDay: alertsSince(database, day),
    newest: newest(database),
  };
}

function captures(database: Database, runId: number): CaptureRecord[] {
  const last = `SELECT * FROM capture WHERE run_id = ? ORDER BY path, last_time DESC`;
  const all = decodedAll<CaptureRecord>(tables.capture, database.prepare(last), runId);
  return all.filter(({ path }, i) => all[i - 1]?.path !== path).slice(0, interfacesMax);
}

function summed(healths: readonly HealthRecord[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { drops } of healths) {
    for (const [place, packets] of Object.entries(drops)) sum[place] = (sum[place] ?? 0) + packets;
  }
  return sum;
}

function alertsSince(database: Database, since: Micros): Partial<Record<Severity, number>> {
  const rows = database
    .prepare('SELECT severity, count(*) FROM alert WHERE last_time > ? GROUP BY severity')
    .raw()
    .all(since) as [Severity, number][];
  const counts = new Map(rows);
  return Object.fromEntries(severities.flatMap((each) => (counts.has(each) ? [[each, counts.get(each)]] : [])));
}

/** By the time of their last finding. */
function newest(database: Database): AlertWithFinding[] {
  const since = database
    .prepare('SELECT min(last_time) FROM (SELECT last_time FROM alert ORDER BY last_time DESC LIMIT ?)')
    .pluck()
    .get(newestMax) as Micros | null;
  if (since === null) return [];
  const found = [...alerts(database, { ...noFilter, since })];
  return found.sort((a, b) => b.lastTime - a.lastTime).slice(0, newestMax);
}
