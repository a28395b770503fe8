import type { Database } from 'better-sqlite3';
import {
  type AlertRecord,
  type AssociationRecord,
  type EndpointRecord,
  type FindingRecord,
  type Micros,
  type OperationRecord,
  type Severity,
  severities,
} from '../model/records.ts';
import { decoded } from './rows.ts';
import { type Table, tables } from './schema.ts';

/** What a query asks for: all conditions hold together; null asks for nothing. */
export interface Filter {
  /** At least this grave; of other records than findings: with a finding that is. */
  readonly severity: Severity | null;
  readonly detection: string | null;
  readonly client: Party | null;
  readonly server: Party | null;
  /** Calling or called AE title, as stored. */
  readonly ae: string | null;
  /** From `since` to before `until`; records that last count when they overlap. */
  readonly since: Micros | null;
  readonly until: Micros | null;
  readonly limit: number | null;
}

/** An address, as stored, with a port or any. */
export interface Party {
  readonly address: string;
  readonly port: number | null;
}

export const noFilter: Filter = {
  severity: null,
  detection: null,
  client: null,
  server: null,
  ae: null,
  since: null,
  until: null,
  limit: null,
};

/** Totals of an endpoint, from the view `endpoint_total`. */
export interface EndpointTotal extends EndpointRecord {
  associations: number;
  associationsTls: number;
  associationsClear: number;
  bytesTls: number;
  bytesClear: number;
}

/** An operation with the ends and AE titles of its association. */
export interface OperationWithEnds extends OperationRecord {
  clientAddress: string;
  clientPort: number;
  serverAddress: string;
  serverPort: number;
  callingAe: string | null;
  calledAe: string | null;
}

/** An alert with the sentence, ends and AE titles of the finding that shows it. */
export interface AlertWithFinding extends AlertRecord {
  summary: string;
  clientAddress: string;
  clientPort: number;
  serverAddress: string;
  serverPort: number;
  callingAe: string | null;
  calledAe: string | null;
}

/** Findings that stand, the gravest first, then by time. */
export function* findings(database: Database, filter: Filter): Generator<FindingRecord> {
  const where = new Where(filter);
  where.add('NOT withdrawn');
  where.severity('');
  where.ends('');
  where.during('time', 'time');
  const order = `${gravestFirst('severity')}, time, id`;
  yield* where.rows<FindingRecord>(database, tables.finding, 'SELECT * FROM finding', order);
}

/** Alerts, the gravest first, then by time. */
export function* alerts(database: Database, filter: Filter): Generator<AlertWithFinding> {
  const where = new Where(filter);
  where.severity('a.');
  where.ends('f.');
  where.during('a.first_time', 'a.last_time');
  const others = Object.entries({ summary: 'summary', ...END_COLUMNS });
  const shown = others.map(([field, name]) => `f.${name} AS ${field}`);
  const select = `SELECT a.*, ${shown.join(', ')} FROM alert AS a JOIN finding AS f ON f.id = a.finding_id`;
  const order = `${gravestFirst('a.severity')}, a.first_time, a.id`;
  const fields = others.map(([field]) => field);
  yield* where.rows<AlertWithFinding>(database, tables.alert, select, order, fields);
}

function gravestFirst(column: string): string {
  return `CASE ${column} ${severities.map((name, i) => `WHEN '${name}' THEN ${i}`).join(' ')} END DESC`;
}

/** Associations by their start. */
export function* associations(database: Database, filter: Filter): Generator<AssociationRecord> {
  const where = new Where(filter);
  where.found('association.id');
  where.ends('');
  where.during('start', '"end"');
  yield* where.rows<AssociationRecord>(database, tables.association, 'SELECT * FROM association', 'start, id');
}

/** Operations by their start, each with the ends of its association. */
export function* operations(database: Database, filter: Filter): Generator<OperationWithEnds> {
  const where = new Where(filter);
  where.found('o.association_id');
  where.ends('a.');
  where.during('o.start', 'o."end"');
  const ends = Object.entries(END_COLUMNS).map(([field, name]) => `a.${name} AS ${field}`);
  const select = `SELECT o.*, ${ends.join(', ')} FROM operation AS o JOIN association AS a ON a.id = o.association_id`;
  yield* where.rows<OperationWithEnds>(database, tables.operation, select, 'o.start, o.id', Object.keys(END_COLUMNS));
}

/** Endpoints by AE title and address, with their totals. */
export function* endpoints(database: Database, filter: Filter): Generator<EndpointTotal> {
  const { severity, detection, ae, client, server } = filter;
  const where = new Where(filter);
  if (severity !== null || detection !== null) {
    const sighted = 'endpoint_group AS g JOIN endpoint_sighting AS s ON s.group_id = g.id';
    where.foundIn(
      'e.id',
      `SELECT g.endpoint_id FROM ${sighted} JOIN finding AS f ON f.association_id = s.association_id`,
    );
  }
  if (ae !== null) where.add('e.ae_title = ?', ae);
  if (client !== null) where.add('e.address = ? AND e.port IS NULL', client.address);
  if (server !== null) where.add('e.address = ? AND e.port IS NOT NULL', server.address);
  if (server !== null && server.port !== null) where.add('e.port = ?', server.port);
  where.during('e.first_seen', 'e.last_seen');
  const totals = Object.entries(TOTAL_COLUMNS).map(([field, name]) => `e.${name} AS ${field}`);
  const select = `SELECT e.*, ${totals.join(', ')} FROM endpoint_total AS e`;
  const order = 'e.ae_title, e.address, e.port, e.service, e.role, e.id';
  yield* where.rows<EndpointTotal>(database, tables.endpoint, select, order, Object.keys(TOTAL_COLUMNS));
}

const END_COLUMNS = {
  clientAddress: 'client_address',
  clientPort: 'client_port',
  serverAddress: 'server_address',
  serverPort: 'server_port',
  callingAe: 'calling_ae',
  calledAe: 'called_ae',
} as const;

const TOTAL_COLUMNS = {
  associations: 'associations',
  associationsTls: 'associations_tls',
  associationsClear: 'associations_clear',
  bytesTls: 'bytes_tls',
  bytesClear: 'bytes_clear',
} as const;

/** Conditions of a query and their values, in step. */
class Where {
  readonly #filter: Filter;
  readonly #conditions: string[] = [];
  readonly #values: (string | number)[] = [];

  constructor(filter: Filter) {
    this.#filter = filter;
  }

  add(condition: string, ...values: (string | number)[]): void {
    this.#conditions.push(condition);
    this.#values.push(...values);
  }

  /** Of a finding or an alert itself. */
  severity(row: string): void {
    const { severity, detection } = this.#filter;
    if (severity !== null) this.add(`${row}severity IN (${atLeast(severity)})`);
    if (detection !== null) this.add(`${row}detection = ?`, detection);
  }

  /** Of a record whose association is `association`: there is such a finding. */
  found(association: string): void {
    if (this.#filter.severity !== null || this.#filter.detection !== null) {
      this.foundIn(association, 'SELECT f.association_id FROM finding AS f');
    }
  }

  /**
   * `id` is among what `select` gives of findings. Asked once for all rows: while a store is filled, indices are
   * missing.
   */
  foundIn(id: string, select: string): void {
    const { severity, detection } = this.#filter;
    const grave = severity === null ? '' : ` AND f.severity IN (${atLeast(severity)})`;
    const found = `${select} WHERE NOT f.withdrawn${grave}`;
    if (detection === null) this.add(`${id} IN (${found})`);
    else this.add(`${id} IN (${found} AND f.detection = ?)`, detection);
  }

  ends(row: string): void {
    const { client, server, ae } = this.#filter;
    for (const [end, party] of [
      ['client', client],
      ['server', server],
    ] as const) {
      if (party === null) continue;
      this.add(`${row}${end}_address = ?`, party.address);
      if (party.port !== null) this.add(`${row}${end}_port = ?`, party.port);
    }
    if (ae !== null) this.add(`(${row}calling_ae = ? OR ${row}called_ae = ?)`, ae, ae);
  }

  during(start: string, end: string): void {
    const { since, until } = this.#filter;
    if (since !== null) this.add(`${end} >= ?`, since);
    if (until !== null) this.add(`${start} < ?`, until);
  }

  /** Records of `table`; `others` are selected columns that are named as their fields. */
  *rows<Row>(
    database: Database,
    { columns }: Table,
    select: string,
    order: string,
    others: readonly string[] = [],
  ): Generator<Row> {
    const where = this.#conditions.length === 0 ? '' : ` WHERE ${this.#conditions.join(' AND ')}`;
    const limit = this.#filter.limit === null ? '' : ` LIMIT ${this.#filter.limit}`;
    const statement = database.prepare(`${select}${where} ORDER BY ${order}${limit}`);
    for (const row of statement.iterate(...this.#values)) {
      const record = decoded(columns, row);
      for (const field of others) record[field] = (row as Record<string, unknown>)[field];
      yield record as Row;
    }
  }
}

function atLeast(severity: Severity): string {
  return severities
    .slice(severities.indexOf(severity))
    .map((name) => `'${name}'`)
    .join(', ');
}
