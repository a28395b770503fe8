import type { Database } from 'better-sqlite3';
import type {
  AlertRecord,
  AssociationRecord,
  CaptureRecord,
  ConnectionRecord,
  ExposureRecord,
  FindingRecord,
  Micros,
  OperationRecord,
  RunRecord,
  TlsSessionRecord,
} from '../model/records.ts';
import { decoded } from './rows.ts';
import { type Table, tables } from './schema.ts';

/** The record an id names: the letter before it says of which kind. Null when there is none, or the id is none. */
export type Named =
  | { readonly kind: 'connection'; readonly record: ConnectionRecord }
  | { readonly kind: 'association'; readonly record: AssociationRecord }
  | { readonly kind: 'operation'; readonly record: OperationRecord }
  | { readonly kind: 'tls_session'; readonly record: TlsSessionRecord }
  | { readonly kind: 'finding'; readonly record: FindingRecord }
  | { readonly kind: 'alert'; readonly record: AlertRecord };

export function recordNamed(database: Database, id: string): Named | null {
  const kind = kinds[id[0]];
  if (kind === undefined || !/^[a-z][a-z2-7]{26}$/.test(id)) return null;
  const [record] = rows<never>(database, tables[kind], 'id = ?', [id], null, 1);
  return record === undefined ? null : { kind, record };
}

const kinds: Readonly<Record<string, Named['kind']>> = {
  c: 'connection',
  a: 'association',
  o: 'operation',
  t: 'tls_session',
  f: 'finding',
  l: 'alert',
};

export function connectionOf(database: Database, id: string): ConnectionRecord | null {
  return rows<ConnectionRecord>(database, tables.connection, 'id = ?', [id], null, 1)[0] ?? null;
}

/** Associations of a connection, in order. */
export function associationsOf(database: Database, connectionId: string): AssociationRecord[] {
  return rows(database, tables.association, 'connection_id = ?', [connectionId], 'ordinal, id', null);
}

/** Operations of an association, in order: the first and the last ones, and the first that failed, `each` of them. */
export function operationsOf(database: Database, associationId: string, each: number): OperationRecord[] {
  const some = (where: string, order: string): OperationRecord[] =>
    rows(database, tables.operation, `association_id = ?${where}`, [associationId], order, each);
  const told = [
    ...some('', 'ordinal, id'),
    ...some('', 'ordinal DESC, id'),
    ...some(" AND status_kind = 'failure'", 'ordinal, id'),
  ];
  return [...new Map(told.map((one) => [one.id, one])).values()].sort((a, b) => a.ordinal - b.ordinal);
}

/** The transfer syntax that was read, or guessed, on a presentation context. */
export function contextSyntax(database: Database, associationId: string, contextId: number): string | null {
  const statement = database.prepare(
    'SELECT transfer_syntax AS syntax FROM operation WHERE association_id = ? AND context_id = ? AND transfer_syntax IS NOT NULL LIMIT 1',
  );
  const row = statement.get(associationId, contextId) as { syntax: string } | undefined;
  return row?.syntax ?? null;
}

/** How many operations of each command ended how. */
export interface OperationCount {
  readonly command: string;
  readonly statusKind: OperationRecord['statusKind'];
  readonly count: number;
}

export function operationCounts(database: Database, associationId: string): OperationCount[] {
  const statement = database.prepare(
    'SELECT command, status_kind AS statusKind, count(*) AS count FROM operation WHERE association_id = ? GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2',
  );
  return statement.all(associationId) as OperationCount[];
}

export function exposureOf(database: Database, associationId: string): ExposureRecord | null {
  return rows<ExposureRecord>(database, tables.exposure, 'association_id = ?', [associationId], null, 1)[0] ?? null;
}

/** Findings that stand, of an association and of its connection alone. */
export function findingsOf(database: Database, connectionId: string, associationId: string | null): FindingRecord[] {
  const where = 'NOT withdrawn AND (association_id = ? OR (association_id IS NULL AND connection_id = ?))';
  return rows(database, tables.finding, where, [associationId ?? '', connectionId], 'time, id', 1000);
}

/** Findings that an alert stands for, at most `limit`. */
export function findingsOfAlert(database: Database, alert: AlertRecord, limit: number): FindingRecord[] {
  const where = '"detection" = ? AND "key" = ? AND time BETWEEN ? AND ? AND NOT withdrawn';
  const { detection, key, firstTime, lastTime } = alert;
  return rows(database, tables.finding, where, [detection, key, firstTime, lastTime], 'time, id', limit);
}

export function tlsSessionsOf(database: Database, connectionId: string): TlsSessionRecord[] {
  return rows(database, tables.tls_session, 'connection_id = ?', [connectionId], 'start, id', 100);
}

/** Captures with packets between two times, each path once: as the last run that read it says. */
export function capturesBetween(database: Database, from: Micros, to: Micros): CaptureRecord[] {
  const where = 'first_time <= ? AND last_time >= ?';
  const all = rows<CaptureRecord>(database, tables.capture, where, [to, from], 'run_id, first_time, id', null);
  const byPath = new Map<string, CaptureRecord>();
  for (const capture of all) byPath.set(`${capture.format === 'live' ? capture.id : ''}\0${capture.path}`, capture);
  return [...byPath.values()];
}

/** What the store says of a capture: of its runs, the last. */
export function captureNamed(database: Database, id: string): CaptureRecord | null {
  return rows<CaptureRecord>(database, tables.capture, 'id = ?', [id], 'run_id DESC', 1)[0] ?? null;
}

/** The newest runs first. */
export function lastRuns(database: Database, limit: number): RunRecord[] {
  return rows(database, tables.run, 'true', [], 'id DESC', limit);
}

function rows<Row>(
  database: Database,
  table: Table,
  where: string,
  values: readonly (string | number)[],
  order: string | null,
  limit: number | null,
): Row[] {
  const ordered = order === null ? '' : ` ORDER BY ${order}`;
  const bounded = limit === null ? '' : ` LIMIT ${limit}`;
  const statement = database.prepare(`SELECT * FROM ${table.name} WHERE ${where}${ordered}${bounded}`);
  return statement.all(...values).map((row) => decoded(table.columns, row) as Row);
}
