import type { Database } from 'better-sqlite3';
import { OperatorError } from '../../model/errors.ts';
import type { AssociationRecord, ConnectionRecord } from '../../model/records.ts';
import { associationsOf, connectionOf, findingsOfAlert, type Named, recordNamed } from '../../store/by-id.ts';

/** What an id stands for: connections, and of associations of theirs which are meant. */
export interface Target {
  readonly connection: ConnectionRecord;
  /** The associations that are meant: one, or all of the connection. */
  readonly associations: readonly AssociationRecord[];
  /** For the comment on its first packet. */
  readonly words: string;
}

/** An alert may stand for many. */
export const targetsMax = 1000;

/** The connections behind an id of any kind. Throws `record-unknown`. */
export function targetsOf(database: Database, id: string): Target[] {
  const named = recordNamed(database, id);
  if (named === null) throw unknown(id, database.name);
  const seen = new Map<string, Target>();
  for (const [connectionId, associationId] of meant(database, named)) {
    const connection = connectionOf(database, connectionId);
    if (connection === null) continue;
    const all = associationsOf(database, connectionId);
    const some = associationId === null ? all : all.filter((one) => one.id === associationId);
    const associations = [...new Set([...(seen.get(connectionId)?.associations ?? []), ...some])];
    seen.set(connectionId, { connection, associations, words: wordsOf(id, named, connection, associations) });
  }
  if (seen.size === 0) throw gone(id);
  return [...seen.values()];
}

function meant(database: Database, named: Named): [connection: string, association: string | null][] {
  switch (named.kind) {
    case 'connection':
      return [[named.record.id, null]];
    case 'association':
      return [[named.record.connectionId, named.record.id]];
    case 'operation':
      return [[named.record.connectionId, named.record.associationId]];
    case 'tls_session':
      return [[named.record.connectionId, null]];
    case 'finding':
      return [[named.record.connectionId, named.record.associationId]];
    default: {
      const findings = findingsOfAlert(database, named.record, targetsMax);
      return findings.map(({ connectionId, associationId }) => [connectionId, associationId]);
    }
  }
}

function wordsOf(
  id: string,
  { kind }: Named,
  connection: ConnectionRecord,
  associations: readonly AssociationRecord[],
): string {
  const parts = [`dicomtap: connection ${connection.id}, ${connection.communityId}`];
  for (const one of associations.slice(0, 8)) parts.push(`association ${one.id}`);
  if (kind !== 'connection' && kind !== 'association') parts.push(`${kind.replace('_', ' ')} ${id}`);
  return parts.join('; ');
}

function unknown(id: string, path: string): OperatorError {
  const remedy =
    'Take the id from dicomtap findings or dicomtap associations --json on the same database, which --db names.';
  return new OperatorError('record-unknown', `no record has the id ${id} in ${path}`, remedy);
}

function gone(id: string): OperatorError {
  const remedy = 'Its retention is over: what is kept longer is said by store.retention_days.';
  return new OperatorError('record-unknown', `the connection of ${id} is not in the database any more`, remedy);
}
