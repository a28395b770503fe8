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
import type { Log } from './log.ts';
import { rowsOf } from './rows.ts';
import { tables } from './schema.ts';

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
  /** Its primary key as one string; sightings have two parts. */
  id(record: Row): string;
  put(record: Row): void;
  remove(id: string): void;
  /** Ids of the stored ones of a connection. */
  ofConnection(connectionId: string): string[];
}

export type Dependants = { readonly [Kind in DependantKind]: Dependant<DependantRecords[Kind]> };

export function dependantsOf(database: Database, log: Log, endpoints: Endpoints, alerts: AlertKeeper): Dependants {
  const associations = rowsOf<AssociationRecord>(database, tables.association);
  const operations = rowsOf<OperationRecord>(database, tables.operation);
  const exposures = rowsOf<ExposureRecord>(database, tables.exposure);
  const sessions = rowsOf<TlsSessionRecord>(database, tables.tls_session);
  const findings = rowsOf<FindingRecord>(database, tables.finding);
  const ids = (sql: string) => idsOf(database.prepare(sql).pluck());
  const ofAssociations = (table: string, id: string) =>
    ids(`SELECT ${id} FROM association AS a JOIN ${table} AS d ON d.association_id = a.id WHERE a.connection_id = ?`);
  const findingAssociation = database.prepare('SELECT association_id FROM finding WHERE id = ?').pluck();
  return {
    association: {
      id: (record) => record.id,
      put: (record) => {
        if (associations.put(record)) log.written('association', record.id);
      },
      remove: (id) => {
        if (associations.remove(id)) log.removed('association', id);
      },
      ofConnection: ids('SELECT id FROM association WHERE connection_id = ?'),
    },
    operation: {
      id: (record) => record.id,
      put: (record) => operations.put(record),
      remove: (id) => operations.remove(id),
      ofConnection: ofAssociations('operation', 'd.id'),
    },
    exposure: {
      id: (record) => record.associationId,
      put: (record) => exposures.put(record),
      remove: (id) => exposures.remove(id),
      ofConnection: ofAssociations('exposure', 'a.id'),
    },
    endpoint_sighting: {
      id: (record) => `${record.associationId} ${record.id}`,
      put: (record) => endpoints.put(record),
      remove: (id) => {
        const [associationId, endpointId] = id.split(' ');
        endpoints.remove(associationId, endpointId);
      },
      ofConnection: ofAssociations('endpoint_sighting', "a.id || ' ' || d.endpoint_id"),
    },
    tls_session: {
      id: (record) => record.id,
      put: (record) => {
        if (sessions.put(record)) log.written('tls_session', record.id);
      },
      remove: (id) => {
        if (sessions.remove(id)) log.removed('tls_session', id);
      },
      ofConnection: ids('SELECT id FROM tls_session WHERE connection_id = ?'),
    },
    finding: {
      id: (record) => record.id,
      put: (record) => {
        alerts.watch(record);
        if (findings.put(record)) log.written('finding', record.id);
      },
      remove: (id) => {
        alerts.watch({ id, associationId: (findingAssociation.get(id) ?? null) as string | null });
        if (findings.remove(id)) log.removed('finding', id);
      },
      ofConnection: ids('SELECT id FROM finding WHERE connection_id = ?'),
    },
  };
}

function idsOf(statement: Statement): (connectionId: string) => string[] {
  return (connectionId) => (statement.all(connectionId) as string[]).sort();
}
