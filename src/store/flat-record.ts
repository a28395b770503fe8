import type { RecordBatch } from '../model/records.ts';
import { type Column, fromSql, type SqlValue } from './columns.ts';
import { type Table, tables } from './schema.ts';

/** What many records have alike: the values of the shared columns, as SQLite takes them. Equal parts are mostly one. */
export class Part {
  readonly values: readonly SqlValue[];
  /** Lists and objects that were asked for. */
  private readonly parsed: unknown[] = [];

  constructor(values: readonly SqlValue[]) {
    this.values = values;
  }

  json(at: number): unknown {
    this.parsed[at] ??= fromSql('json', this.values[at]);
    return this.parsed[at];
  }
}

/**
 * A record as the list of values that SQLite takes, in the order of its own columns, with its part, if there is one.
 * Fields are made when they are asked for: what comes from another thread goes into the store without ever becoming an
 * object of fifty fields.
 */
export class FlatRecord {
  /**
   * With a part there is a place more, for the number of its row. Declared, for defining fields anew in each subclass
   * takes longer than all else.
   */
  declare readonly values: SqlValue[];
  declare readonly part: Part | null;

  constructor(values: SqlValue[], part: Part | null) {
    this.values = values;
    this.part = part;
  }
}

type FlatColumn = Pick<Column, 'field' | 'kind'>;

export interface FlatKind {
  readonly kind: keyof RecordBatch;
  /** In the order in which records are made. */
  readonly columns: readonly FlatColumn[];
  readonly own: readonly FlatColumn[];
  readonly shared: readonly FlatColumn[];
  readonly make: new (values: SqlValue[], part: Part | null) => FlatRecord;
}

/** Many associations show the same endpoints. */
const shown: FlatColumn = { field: 'shown', kind: 'json' };
const ofAssociation: readonly FlatColumn[] = [
  { field: 'associationId', kind: 'text' },
  { field: 'connectionId', kind: 'text' },
  { field: 'firstSeen', kind: 'time' },
  { field: 'lastSeen', kind: 'time' },
];
const sighting = { columns: [...ofAssociation, shown], own: ofAssociation, shared: [shown] };

/** The records of a batch, in the order in which they go from thread to thread. */
export const flatKinds: readonly FlatKind[] = [
  flatKind('connections', tables.connection),
  flatKind('associations', tables.association),
  flatKind('operations', tables.operation),
  flatKind('exposures', tables.exposure),
  flatKind('endpoints', sighting),
  flatKind('tlsSessions', tables.tls_session),
  flatKind('findings', tables.finding),
];

function flatKind(
  kind: keyof RecordBatch,
  { columns, own, shared }: Pick<FlatKind, 'columns' | 'own' | 'shared'> | Table,
): FlatKind {
  const make = class extends FlatRecord {};
  own.forEach(({ field, kind: of }, at) => {
    Object.defineProperty(make.prototype, field, { get: getter(of, at) });
  });
  shared.forEach(({ field, kind: of }, at) => {
    Object.defineProperty(make.prototype, field, { get: partGetter(of, at) });
  });
  // As JSON it is the record it stands for; and so it goes through a structured clone.
  Object.defineProperty(make.prototype, 'toJSON', {
    value(this: FlatRecord & Record<string, unknown>) {
      return Object.fromEntries(columns.map(({ field }) => [field, this[field]]));
    },
  });
  return { kind, columns, own, shared, make };
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

function partGetter(kind: Column['kind'], at: number): (this: FlatRecord) => unknown {
  if (kind === 'json') {
    return function (this: FlatRecord) {
      return (this.part as Part).json(at);
    };
  }
  return function (this: FlatRecord) {
    return fromSql(kind, (this.part as Part).values[at]);
  };
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
