import type { Database } from 'better-sqlite3';
import type { AssociationSubject, ObservedService } from '../detections/detection.ts';
import type { AssociationRecord, ExposureRecord, FindingRecord, Micros, TlsSessionRecord } from '../model/records.ts';
import { commandField, requestField } from '../protocols/dicom/dimse.ts';
import { serviceOf } from '../protocols/dicom/tables/uids.ts';
import { decoded } from './rows.ts';
import { tables } from './schema.ts';

/** Associations of the store as detections are given them, by their start. One at a time: there may be millions. */
export function* subjects(database: Database): Generator<AssociationSubject> {
  const exposureOf = database.prepare('SELECT * FROM exposure WHERE association_id = ?');
  const sessions = database.prepare('SELECT * FROM tls_session WHERE connection_id = ?');
  const servicesOf = database.prepare(SERVICES);
  for (const row of database.prepare('SELECT * FROM association ORDER BY start, id').iterate()) {
    const association = decoded(tables.association.columns, row) as unknown as AssociationRecord;
    const exposure = exposureOf.get(association.id);
    yield {
      association,
      tls: association.tls ? sessionOf(sessions.get(association.connectionId)) : null,
      exposure:
        exposure === undefined ? null : (decoded(tables.exposure.columns, exposure) as unknown as ExposureRecord),
      services: observedServices(servicesOf.all(association.id) as ServiceRow[]),
    };
  }
}

function sessionOf(row: unknown): TlsSessionRecord | null {
  return row === undefined ? null : (decoded(tables.tls_session.columns, row) as unknown as TlsSessionRecord);
}

/** Findings that are of no one association and stand, by their id. */
export function* correlatedFindings(database: Database): Generator<FindingRecord> {
  const sql = 'SELECT * FROM finding WHERE association_id IS NULL AND NOT withdrawn ORDER BY id';
  for (const row of database.prepare(sql).iterate()) {
    yield decoded(tables.finding.columns, row) as unknown as FindingRecord;
  }
}

/** Of columns beside min(), SQLite gives those of the row that has it. */
const SERVICES = `SELECT command, sop_class AS sopClass, requester, min(ordinal) AS ordinal, start AS time,
  first_capture AS capture, first_frame AS frame FROM operation WHERE association_id = ?
  GROUP BY command, sop_class, requester ORDER BY min(ordinal)`;

interface ServiceRow {
  readonly command: string;
  readonly sopClass: string | null;
  readonly requester: 'client' | 'server';
  readonly time: Micros;
  readonly capture: string;
  readonly frame: number;
}

/** Each service and part once, when it was first seen: the same as the ledger makes of operations. */
function observedServices(rows: readonly ServiceRow[]): ObservedService[] {
  const observed = new Map<string, ObservedService>();
  for (const { command, sopClass, requester, time, capture, frame } of rows) {
    const field = requestField(command);
    // Only a data set was seen.
    if (field === null) continue;
    const { service, scu } = servedBy(field, sopClass, requester);
    const role = scu === 'client' ? 'client-scu' : 'client-scp';
    const key = `${service} ${role}`;
    if (!observed.has(key)) observed.set(key, { service, role, first: { time, packet: { capture, frame } } });
  }
  return [...observed.values()];
}

/** The service of an operation, and which end is its SCU: who asks, but for event reports (PS3.7 section 10.1.1). */
export function servedBy(
  field: number,
  sopClass: string | null,
  requester: 'client' | 'server',
): { readonly service: string; readonly scu: 'client' | 'server' } {
  const other = requester === 'client' ? 'server' : 'client';
  return { service: serviceOf(sopClass, field), scu: field === commandField.eventReport ? other : requester };
}
