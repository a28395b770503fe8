import type { RecordBatch } from '../model/records.ts';
import { type Column, fromSql, type SqlValue } from './columns.ts';
import { tables } from './schema.ts';

/**
 * A record as the list of values that SQLite takes, in the order of its columns, whose fields are made when they are
 * asked for: what comes from another thread goes into the store without ever becoming an object of fifty fields.
 */
export class FlatRecord {
  readonly values: SqlValue[];

  constructor(values: SqlValue[]) {
    this.values = values;
  }
}

export interface FlatKind {
  readonly kind: keyof RecordBatch;
  readonly columns: readonly Pick<Column, 'field' | 'kind'>[];
  readonly make: new (values: SqlValue[]) => FlatRecord;
}

const sightingColumns: readonly Pick<Column, 'field' | 'kind'>[] = [
  tables.endpoint.columns[0],
  { field: 'associationId', kind: 'text' },
  { field: 'connectionId', kind: 'text' },
  ...tables.endpoint.columns.slice(1),
];

/** The records of a batch, in the order in which they go from thread to thread. */
export const flatKinds: readonly FlatKind[] = [
  flatKind('connections', tables.connection.columns),
  flatKind('associations', tables.association.columns),
  flatKind('operations', tables.operation.columns),
  flatKind('exposures', tables.exposure.columns),
  flatKind('endpoints', sightingColumns),
  flatKind('tlsSessions', tables.tls_session.columns),
  flatKind('findings', tables.finding.columns),
];

function flatKind(kind: keyof RecordBatch, columns: FlatKind['columns']): FlatKind {
  const make = class extends FlatRecord {};
  columns.forEach(({ field, kind: of }, at) => {
    const get = getter(of, at);
    Object.defineProperty(make.prototype, field, { get });
  });
  // As JSON it is the record it stands for; and so it goes through a structured clone.
  Object.defineProperty(make.prototype, 'toJSON', {
    value(this: FlatRecord & Record<string, unknown>) {
      return Object.fromEntries(columns.map(({ field }) => [field, this[field]]));
    },
  });
  return { kind, columns, make };
}

function getter(kind: Column['kind'], at: number): (this: FlatRecord) => unknown {
  switch (kind) {
    case 'json':
      return parser(at);
    case 'boolean':
    case 'count':
      return function (this: FlatRecord) {
        const value = this.values[at];
        return typeof value === 'bigint' ? Number(value) : fromSql(kind, value);
      };
    default:
      return function (this: FlatRecord) {
        return this.values[at];
      };
  }
}

/** The same text comes again and again. */
function parser(at: number): (this: FlatRecord) => unknown {
  let lastText: SqlValue = null;
  let last: unknown = null;
  return function (this: FlatRecord) {
    const text = this.values[at];
    if (text === lastText) return last;
    last = fromSql('json', text);
    lastText = text;
    return last;
  };
}
