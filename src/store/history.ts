import type { Database, Statement } from 'better-sqlite3';
import type { History, PastCaller, PastImplementation, PastObject, Span } from '../model/history.ts';
import type { Micros } from '../model/records.ts';

/** The past as a store holds it, asked through a connection of its own. */
export interface StoredHistory extends History {
  close(): void;
}

/**
 * Answers from what the store held when this was called: what is written from now on is not seen, so that an answer
 * does not depend on how far a run has been committed. `prepareHistory` first, or each question reads a whole table.
 * Takes over `database`, which is open for reading (`openForReading`) and closed by `close`.
 *
 * `hold`: the store's snapshot is held (the store is open for writing before, or this keeps it from being), so that the
 * write-ahead log grows for as long. Without it, what began at or after `until` is not seen: for a sensor that runs for
 * weeks, `until` is the time at which it started.
 */
export function storedHistory(database: Database, how: { hold: true } | { hold: false; until: Micros }): StoredHistory {
  if (how.hold) {
    database.exec('BEGIN');
    // The snapshot is taken by the first reading.
    database.prepare('SELECT count(*) FROM run').get();
  }
  return new Past(database, how.hold ? Number.MAX_SAFE_INTEGER : how.until);
}

/** Makes the indices that history is asked by: only where somebody asks, for they cost each record that is written. */
export function prepareHistory(database: Database): void {
  database.exec(INDICES);
}

/** Whether there is anything to be asked. */
export function hasHistory(database: Database): boolean {
  const either = 'SELECT EXISTS (SELECT 1 FROM association) OR EXISTS (SELECT 1 FROM tls_session)';
  return database.prepare(either).pluck().get() === 1;
}

const INDICES = `
CREATE INDEX IF NOT EXISTS association_caller ON association_own (calling_ae, start);
CREATE INDEX IF NOT EXISTS association_called ON association_own (called_ae, start);
CREATE INDEX IF NOT EXISTS association_listener ON association_own (server_address, server_port, start);
CREATE INDEX IF NOT EXISTS tls_session_listener ON tls_session (server_address, server_port, start);
CREATE INDEX IF NOT EXISTS operation_instance ON operation_own (instance_hash, start) WHERE content_mark IS NOT NULL;
`;

/** Answers kept of what is asked again and again. */
const listenersMax = 100_000;
/** Rows that a list of answers has at most. */
const rowsMax = 100;

class Past implements StoredHistory {
  readonly #database: Database;
  readonly #until: Micros;
  readonly #statements = new Map<string, Statement>();
  /** By listener, when an association was first accepted there. */
  readonly #listeners = new Map<string, Micros | null>();

  constructor(database: Database, until: Micros) {
    this.#database = database;
    this.#until = until;
  }

  close(): void {
    this.#database.close();
  }

  listenerKnown(address: string, port: number, before: Micros): boolean {
    const key = `${address} ${port}`;
    let first = this.#listeners.get(key);
    if (first === undefined) {
      if (this.#listeners.size >= listenersMax) this.#listeners.clear();
      first = this.#one<Micros | null>(FIRST_ACCEPTED, address, port) ?? null;
      this.#listeners.set(key, first);
    }
    return first !== null && first < this.#bounded(before);
  }

  began(before: Micros): Micros | null {
    const first = this.#one<Micros | null>('SELECT min(start) FROM association') ?? null;
    return first !== null && first < this.#bounded(before) ? first : null;
  }

  titleSeen(title: string, { since, before }: Span): boolean {
    const to = this.#bounded(before);
    return this.#one(TITLE_CALLED, title, since, to) === 1 || this.#one(TITLE_ANSWERED, title, since, to) === 1;
  }

  pairUsedTls(clientAddress: string, serverAddress: string, { since, before }: Span): boolean {
    return this.#one(PAIR_TLS, serverAddress, clientAddress, since, this.#bounded(before)) === 1;
  }

  listenerUsedTls(address: string, port: number, { since, before }: Span): boolean {
    return this.#one(LISTENER_TLS, address, port, since, this.#bounded(before)) === 1;
  }

  clearCallers(address: string, port: number, { since, before }: Span): readonly PastCaller[] {
    return this.#all<PastCaller>(CLEAR_CALLERS, address, port, since, this.#bounded(before));
  }

  addressesOf(callingAe: string, { since, before }: Span): readonly { address: string; time: Micros }[] {
    return this.#all(ADDRESSES, callingAe, since, this.#bounded(before));
  }

  implementationsOf(callingAe: string, clientAddress: string, { since, before }: Span): readonly PastImplementation[] {
    const rows = this.#all<{ uid: string; version: string | null; contexts: string }>(
      IMPLEMENTATIONS,
      callingAe,
      since,
      this.#bounded(before),
      clientAddress,
    );
    return rows.map(({ uid, version, contexts }) => {
      const offered = (JSON.parse(contexts) as { abstractSyntax?: string | null }[]).flatMap(
        ({ abstractSyntax }) => abstractSyntax ?? [],
      );
      return { uid, version, offered };
    });
  }

  objectStored(
    instanceHash: string,
    transferSyntax: string,
    receiver: string,
    { since, before }: Span,
  ): PastObject | null {
    const to = this.#bounded(before);
    return this.#all<PastObject>(OBJECT, instanceHash, transferSyntax, since, to, receiver)[0] ?? null;
  }

  #bounded(before: Micros): Micros {
    return Math.min(before, this.#until);
  }

  #one<T>(sql: string, ...parameters: (string | number)[]): T | undefined {
    return this.#statement(sql)
      .pluck()
      .get(...parameters) as T | undefined;
  }

  #all<T>(sql: string, ...parameters: (string | number)[]): T[] {
    return this.#statement(sql).all(...parameters) as T[];
  }

  #statement(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

const FIRST_ACCEPTED = 'SELECT min(start) FROM association WHERE server_address = ? AND server_port = ? AND accepted';

const TITLE_CALLED = 'SELECT 1 FROM association WHERE calling_ae = ? AND start >= ? AND start < ? LIMIT 1';

const TITLE_ANSWERED =
  'SELECT 1 FROM association WHERE called_ae = ? AND start >= ? AND start < ? AND accepted LIMIT 1';

const PAIR_TLS = `SELECT 1 FROM tls_session WHERE server_address = ? AND client_address = ? AND start >= ? AND start < ?
  AND version IS NOT NULL LIMIT 1`;

const LISTENER_TLS = `SELECT 1 FROM tls_session WHERE server_address = ? AND server_port = ? AND start >= ? AND start < ?
  AND version IS NOT NULL LIMIT 1`;

/** What was joined in the middle spoke only where it asked for something. */
const CLEAR_CALLERS = `SELECT client_address AS clientAddress, server_address AS serverAddress, calling_ae AS callingAe,
    called_ae AS calledAe, max(start) AS time
  FROM association WHERE server_address = ? AND server_port = ? AND start >= ? AND start < ?
    AND NOT tls AND accepted AND (NOT mid_stream OR operations > 0)
  GROUP BY client_address, calling_ae, called_ae ORDER BY time DESC, clientAddress LIMIT ${rowsMax}`;

const ADDRESSES = `SELECT client_address AS address, max(start) AS time
  FROM association WHERE calling_ae = ? AND start >= ? AND start < ? AND NOT mid_stream
  GROUP BY client_address ORDER BY time DESC, address LIMIT ${rowsMax}`;

const IMPLEMENTATIONS = `SELECT client_implementation_uid AS uid, client_implementation_version AS version, contexts
  FROM association WHERE calling_ae = ? AND start >= ? AND start < ? AND client_address = ?
    AND client_implementation_uid IS NOT NULL
  ORDER BY start DESC, id LIMIT ${rowsMax}`;

const OBJECT = `SELECT o.content_mark AS contentMark, o.association_id AS associationId, o."end" AS time
  FROM operation AS o JOIN association AS a ON a.id = o.association_id
  WHERE o.instance_hash = ? AND o.transfer_syntax = ? AND o.start >= ? AND o."end" < ? AND a.server_address = ?
    AND o.content_mark IS NOT NULL AND o.requester = 'client' AND o.move_originator IS NULL
  ORDER BY o."end" DESC, o.id LIMIT 1`;
