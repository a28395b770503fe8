import type { Database, Statement } from 'better-sqlite3';
import type {
  AssociationRecord,
  EndpointSighting,
  ExposureRecord,
  FindingRecord,
  OperationRecord,
  TlsSessionRecord,
} from '../model/records.ts';
import type { AlertKeeper } from './alert-keeper.ts';
import type { Endpoints } from './endpoints.ts';
import type { Stored } from './lasting.ts';
import type { Change, Log, LoggedKind } from './log.ts';
import { rowsOf } from './rows.ts';
import { tables } from './schema.ts';
import type { SharedTables } from './shared-rows.ts';

/** Every kind of record that hangs on a connection, in the order in which they are written. */
export interface DependantRecords {
  association: AssociationRecord;
  operation: OperationRecord;
  exposure: ExposureRecord;
  endpoint_sighting: EndpointSighting;
  tls_session: TlsSessionRecord;
  finding: FindingRecord;
}
export type DependantKind = keyof DependantRecords;
export const dependantKinds: readonly DependantKind[] = [
  'association',
  'operation',
  'exposure',
  'endpoint_sighting',
  'tls_session',
  'finding',
];

/** How one kind is written and removed, with its log and what is folded from it. */
export interface Dependant<Row> {
  /** Its primary key as one string; operations have two parts. */
  id(record: Row): string;
  /** `stored`: what is of its connection. */
  put(record: Row, stored: Stored): void;
  remove(id: string): void;
  /** Ids of the stored ones of a connection. */
  ofConnection(connectionId: string): string[];
}

export type Dependants = { readonly [Kind in DependantKind]: Dependant<DependantRecords[Kind]> };

export function dependantsOf(
  database: Database,
  log: Log,
  endpoints: Endpoints,
  alerts: AlertKeeper,
  shared: SharedTables,
): Dependants {
  const associations = rowsOf<AssociationRecord>(database, tables.association, shared.of('association'));
  const operations = rowsOf<OperationRecord>(database, tables.operation, shared.of('operation'));
  const exposures = rowsOf<ExposureRecord>(database, tables.exposure, shared.of('exposure'));
  const sessions = rowsOf<TlsSessionRecord>(database, tables.tls_session);
  const findings = rowsOf<FindingRecord>(database, tables.finding, shared.of('finding'));
  const ids = (sql: string) => idsOf(database.prepare(sql).pluck());
  const ofAssociations = (table: string, id: string) =>
    ids(`SELECT ${id} FROM association AS a JOIN ${table} AS d ON d.association_id = a.id WHERE a.connection_id = ?`);
  const findingsOf = ofAssociations('finding', 'd.id');
  const findingsAlone = ids('SELECT id FROM finding WHERE association_id IS NULL AND connection_id = ?');
  const findingAssociation = database.prepare('SELECT association_id FROM finding WHERE id = ?').pluck();
  const logged = (kind: LoggedKind, id: string, change: Change | null) => {
    if (change !== null) log.add(kind, id, change);
  };
  return {
    association: {
      id: (record) => record.id,
      put: (record, stored) => {
        const change = associations.put(record, stored);
        if (change === 'new' && stored === undefined) alerts.came(record.id);
        logged('association', record.id, change);
      },
      remove: (id) => {
        logged('association', id, associations.remove(id) ? 'removed' : null);
      },
      ofConnection: ids('SELECT id FROM association WHERE connection_id = ?'),
    },
    operation: {
      id: (record) => `${record.associationId} ${record.ordinal}`,
      put: (record, stored) => operations.put(record, stored),
      remove: (id) => {
        const [associationId, ordinal] = id.split(' ');
        operations.remove(associationId, Number(ordinal));
      },
      ofConnection: ofAssociations('operation', "a.id || ' ' || d.ordinal"),
    },
    exposure: {
      id: (record) => record.associationId,
      put: (record, stored) => exposures.put(record, stored),
      remove: (id) => exposures.remove(id),
      ofConnection: ofAssociations('exposure', 'a.id'),
    },
    endpoint_sighting: {
      id: (record) => record.associationId,
      put: (record, stored) => endpoints.put(record, stored),
      remove: (id) => endpoints.remove(id),
      ofConnection: ofAssociations('endpoint_sighting', 'a.id'),
    },
    tls_session: {
      id: (record) => record.id,
      put: (record, stored) => {
        logged('tls_session', record.id, sessions.put(record, stored));
      },
      remove: (id) => {
        logged('tls_session', id, sessions.remove(id) ? 'removed' : null);
      },
      ofConnection: ids('SELECT id FROM tls_session WHERE connection_id = ?'),
    },
    finding: {
      id: (record) => record.id,
      put: (record, stored) => {
        alerts.writing(record, stored);
        logged('finding', record.id, findings.put(record, stored));
      },
      remove: (id) => {
        alerts.removing({ id, associationId: (findingAssociation.get(id) ?? null) as string | null });
        logged('finding', id, findings.remove(id) ? 'removed' : null);
      },
      ofConnection: (connectionId) => [...findingsOf(connectionId), ...findingsAlone(connectionId)].sort(),
    },
  };
}

function idsOf(statement: Statement): (connectionId: string) => string[] {
  return (connectionId) => (statement.all(connectionId) as string[]).sort();
}
