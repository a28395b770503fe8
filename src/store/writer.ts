import type { Database } from 'better-sqlite3';
import type {
  CaptureRecord,
  ConnectionRecord,
  FindingRecord,
  Micros,
  RecordBatch,
  RunRecord,
} from '../model/records.ts';
import { AlertKeeper } from './alert-keeper.ts';
import { alertRules } from './alerts.ts';
import { Aside } from './aside.ts';
import { Connections } from './connections.ts';
import { HeldFindings, isCorrelated, outweighs } from './correlated.ts';
import {
  type DependantKind,
  type DependantRecords,
  type Dependants,
  dependantKinds,
  dependantsOf,
} from './dependants.ts';
import { Endpoints } from './endpoints.ts';
import { writeFailure } from './failures.ts';
import { Filling } from './filling.ts';
import { compareReferences, compareSeen } from './fullness.ts';
import type { Stored } from './lasting.ts';
import { Log } from './log.ts';
import { type Rows, recordCount, rowsOf } from './rows.ts';
import type { StoredAlerts } from './run-tally.ts';
import { beginRun, judgedOtherwise, type NewRun } from './runs.ts';
import { tables } from './schema.ts';
import { SharedTables } from './shared-rows.ts';
import { storedAlerts } from './stored-alerts.ts';

export interface WriterOptions {
  /** Batches are put together in transactions of this many records; without it each is one. */
  readonly recordsPerCommit?: number;
  /**
   * The run will end: while it fills a store that was empty, indices are left out from the second transaction on, and
   * alerts that need them are right only at its end. Of a connection that is over, nothing more may come.
   */
  readonly fill?: boolean;
  /**
   * The run is live: what it says of a connection is right, whatever the store held before; and of a connection that is
   * not stored (its record was refused, or had to go) only findings are taken, the others counted in `refused`.
   */
  readonly live?: boolean;
  /** The run has begun: another writer, that wrote nothing, gave it this id. */
  readonly runId?: number;
}

export type Ending = 'done' | 'incomplete' | 'interrupted' | 'failed';

/**
 * Writes the records of one run, some batches a transaction. A record never overwrites one that saw more: the unit is
 * the connection. While another run saw as much of a connection or more, what this run says of it is put aside;
 * as soon as this run has seen more, the stored records go and these take their place; of what is aside at the end
 * only what saw exactly as much is looked at again. Throws OperatorError `store-write-failed`; then nothing of that
 * transaction is stored.
 */
export class Writer {
  readonly runId: number;
  /** Told of records that are removed past the writer. */
  readonly shared: SharedTables;
  readonly #database: Database;
  readonly #path: string;
  readonly #log: Log;
  readonly #endpoints: Endpoints;
  readonly #alerts: AlertKeeper;
  readonly #dependants: Dependants;
  readonly #connections: Connections;
  readonly #filling: Filling;
  readonly #aside: Aside;
  readonly #runs: Rows<RunRecord>;
  readonly #captures: Rows<CaptureRecord>;
  readonly #findings: Rows<FindingRecord>;
  readonly #otherPolicies: boolean;
  readonly #connectionRows: Rows<ConnectionRecord>;
  /** Connections that took the place of stored ones in this transaction: what of theirs was written. */
  readonly #held = new HeldFindings();
  readonly #adopted = new Map<string, Set<string>>();
  readonly #recordsPerCommit: number;
  #uncommitted = 0;
  readonly #live: boolean;
  /** Records that were not taken, their connection not being stored. */
  refused = 0;
  /** Whether indices were left out. */
  #bare = false;
  /** Whether a transaction failed while the store was being filled: what is known of it may be wrong. */
  #doubtful = false;

  constructor(database: Database, path: string, run: NewRun, options: WriterOptions = {}) {
    this.#database = database;
    this.#recordsPerCommit = options.recordsPerCommit ?? 0;
    this.#path = path;
    this.runId = options.runId ?? database.transaction(() => beginRun(database, run))();
    this.#log = new Log(database);
    this.#live = options.live === true;
    this.#connections = new Connections(database, this.#live);
    this.#filling = new Filling(database, this.#connections.fresh && options.fill === true);
    this.#endpoints = new Endpoints(database, this.#log, this.#filling);
    this.#alerts = new AlertKeeper(database, this.#log, alertRules, this.#filling);
    this.shared = new SharedTables(database);
    this.#dependants = dependantsOf(database, this.#log, this.#endpoints, this.#alerts, this.shared);
    this.#aside = new Aside(database);
    this.#runs = rowsOf(database, tables.run);
    this.#captures = rowsOf(database, tables.capture);
    this.#findings = rowsOf(database, tables.finding);
    this.#otherPolicies = judgedOtherwise(database, run.policyDigest);
    this.#connectionRows = rowsOf(database, tables.connection, this.shared.of('connection'));
    // A run that was killed may have left it so.
    if (this.#filling.bare) this.#transaction(true, () => this.#complete(true));
  }

  /** Commits when enough has come together. */
  write(batch: RecordBatch): void {
    this.#uncommitted += recordCount(batch);
    this.#transaction(this.#uncommitted >= this.#recordsPerCommit, () => {
      const places = new Map<string, Place>();
      for (const connection of batch.connections) places.set(connection.id, this.#connection(connection));
      this.#records(places, 'association', batch.associations);
      this.#records(places, 'operation', batch.operations);
      this.#records(places, 'exposure', batch.exposures);
      this.#records(places, 'endpoint_sighting', batch.endpoints);
      this.#records(places, 'tls_session', batch.tlsSessions);
      this.#records(places, 'finding', this.#held.withoutCorrelated(batch.findings));
      this.#filling.settle();
      this.#release();
      for (const id of this.#adopted.keys()) this.#removeLeftovers(id);
      if (!this.#connections.fresh) for (const connection of batch.connections) this.#supersede(connection);
    });
  }

  #release(): void {
    if (!this.#filling.on) this.#records(new Map(), 'finding', this.#held.take());
  }

  /** What was written until now stays, whatever comes. */
  commit(): void {
    if (this.#database.inTransaction) this.#transaction(true, () => {});
  }

  capture(record: Omit<CaptureRecord, 'runId'>): void {
    this.#transaction(true, () => this.#captures.put({ ...record, runId: this.runId }));
  }

  /** Does `work` in a transaction of its own; what is remembered of the store is not relied on after it. */
  alter(work: (log: Log) => void): void {
    this.#transaction(true, () => work(this.#log));
    this.#endpoints.forget();
    this.#alerts.forget();
  }

  /** Whether the store was empty before this run. */
  get alone(): boolean {
    return this.#connections.fresh;
  }

  /** The alerts of the store, to be asked when all is written: their findings are those of any connection. */
  alerts(max: number): StoredAlerts {
    this.#endFilling();
    this.commit();
    return storedAlerts(this.#database, max);
  }

  /** A finding of a connection that this run wrote, as it said it last: when all is written, before the run ends. */
  finding(connectionId: string, id: string): FindingRecord {
    this.#endFilling();
    if (this.#isOwn(connectionId)) return this.#findings.get(id) as FindingRecord;
    const aside = this.#aside.records<FindingRecord>(connectionId, 'finding');
    return aside.find((finding) => finding.id === id) as FindingRecord;
  }

  /** Ends the run: what is still aside is decided. `end` is wall clock, in µs. */
  finish(ending: Ending, end: Micros = Date.now() * 1000): void {
    this.#endFilling();
    this.#transaction(true, () => {
      for (const connection of this.#aside.connections()) this.#decide(connection);
    });
    this.#transaction(true, () => {
      const run = this.#runs.get(this.runId) as RunRecord;
      this.#runs.put({ ...run, end, ending });
      this.#aside.remove(this.#database);
      this.#connections.remove();
    });
  }

  #connection(record: ConnectionRecord): Place {
    if (this.#isOwn(record.id)) {
      const stored = this.#filling.connection(record.id, record.ended !== 'open');
      this.#connectionRows.put(record, stored);
      return stored;
    }
    if (this.#mayStand(record)) {
      this.#adopt(record);
      return undefined;
    }
    this.#aside.connection(record);
    return 'aside';
  }

  /** Whether this run wrote the stored connection; of a store that was empty, all. */
  #isOwn(id: string): boolean {
    return this.#connections.fresh || this.#connections.isOwn(id);
  }

  /** Whether this run saw more of the connection than the store holds. */
  #mayStand(record: ConnectionRecord): boolean {
    const stored = this.#connections.stored(record.id);
    if (stored !== null && compareSeen(record, stored) <= 0) return false;
    return !this.#connections.isSuperseded(record);
  }

  /** The connection takes its place in the store, with what was put aside of it. */
  #adopt(record: ConnectionRecord): void {
    const { id } = record;
    this.#connectionRows.put(record);
    this.#connections.own(id);
    this.#adopted.set(id, new Set());
    if (!this.#aside.has(id)) return;
    for (const kind of dependantKinds) {
      for (const row of this.#aside.records<DependantRecords[typeof kind]>(id, kind)) this.#put(kind, id, row);
    }
    this.#aside.drop(id);
  }

  #records<Kind extends DependantKind>(
    places: Map<string, Place>,
    kind: Kind,
    records: readonly DependantRecords[Kind][],
  ): void {
    for (const record of records) {
      const { connectionId } = record;
      const known = places.has(connectionId);
      const place = known ? places.get(connectionId) : this.#placeOf(connectionId);
      if (!known) places.set(connectionId, place);
      if (place === 'nowhere' && kind !== 'finding') this.refused += Number(kind !== 'endpoint_sighting');
      else if (place === 'nowhere') this.#put(kind, connectionId, record);
      else if (place !== 'aside') this.#put(kind, connectionId, record, place);
      else this.#aside.record(kind, connectionId, this.#dependants[kind].id(record), record);
    }
  }

  #placeOf(connectionId: string): Place {
    const lasting = this.#filling.lasting(connectionId);
    if (lasting !== null) return lasting;
    if (this.#filling.on) this.#complete(false);
    if (this.#isOwn(connectionId) && this.#connections.stored(connectionId) !== null) return undefined;
    if (this.#aside.has(connectionId)) return 'aside';
    if (this.#live) return 'nowhere';
    throw new Error(`a record of connection ${connectionId} came before the connection`);
  }

  #put<Kind extends DependantKind>(
    kind: Kind,
    connectionId: string,
    record: DependantRecords[Kind],
    stored?: Stored,
  ): void {
    const dependant = this.#dependants[kind];
    if (kind !== 'finding' || this.#mayReplace(record as FindingRecord)) dependant.put(record, stored);
    this.#adopted.get(connectionId)?.add(`${kind} ${dependant.id(record)}`);
  }

  /** Of a finding of several associations, the run that saw more of them is right. */
  #mayReplace(record: FindingRecord): boolean {
    if (this.#connections.fresh || this.#otherPolicies || !isCorrelated(record)) return true;
    const stored = this.#findings.get(record.id);
    return stored === null || !outweighs(stored, record);
  }

  /** Stored records of an adopted connection that this run does not say. */
  #removeLeftovers(connectionId: string, gone = false): void {
    const written = this.#adopted.get(connectionId);
    for (const kind of [...dependantKinds].reverse()) {
      for (const id of this.#dependants[kind].ofConnection(connectionId)) {
        if (written?.has(`${kind} ${id}`) === true) continue;
        if (gone || kind !== 'finding' || !this.#staysProven(id)) this.#dependants[kind].remove(id);
      }
    }
  }

  /** What another run proved of several associations is not disproved by a run that saw others of them. */
  #staysProven(findingId: string): boolean {
    const stored = this.#otherPolicies ? null : this.#findings.get(findingId);
    return stored !== null && isCorrelated(stored);
  }

  /** Removes connections of other runs that are a part of this one. */
  #supersede(record: ConnectionRecord): void {
    if (!this.#connections.isOwn(record.id)) return;
    for (const id of this.#connections.supersededBy(record)) {
      if (this.#aside.has(id)) continue; // This run saw both: they are two connections.
      this.#removeLeftovers(id, true);
      this.#connectionRows.remove(id);
    }
  }

  /** A connection that is still aside at the end of the run. */
  #decide(record: ConnectionRecord): void {
    const stored = this.#connections.stored(record.id);
    if (stored === null) {
      if (!this.#connections.isSuperseded(record)) this.#adopt(record);
      this.#supersede(record);
    } else if (compareSeen(record, stored) !== 0) this.#addCorrelated(record.id);
    else {
      // Of two runs that saw as much, the references decide whose records stand, not the order of the runs.
      if (compareReferences(record, stored) <= 0) this.#adoptEqual(record);
      else if (this.#otherPolicies)
        this.#judgeAgain(record.id, this.#aside.records<FindingRecord>(record.id, 'finding'));
      else this.#addCorrelated(record.id);
    }
  }

  /** Another run saw as much of a connection or more: what this one proved of several stands beside that. */
  #addCorrelated(connectionId: string): void {
    for (const one of this.#aside.records<FindingRecord>(connectionId, 'finding')) {
      if (isCorrelated(one)) this.#put('finding', connectionId, one);
    }
  }

  /** The same was seen before: read again, perhaps by a newer program and under another policy. */
  #adoptEqual(record: ConnectionRecord): void {
    const raised = this.#aside.records<FindingRecord>(record.id, 'finding');
    this.#adopt(record);
    this.#judgeAgain(record.id, raised);
    this.#removeLeftovers(record.id);
  }

  /** The findings of this run replace the stored ones; those it no longer raises are withdrawn. */
  #judgeAgain(connectionId: string, raised: readonly FindingRecord[]): void {
    const { finding } = this.#dependants;
    for (const record of raised) this.#put('finding', connectionId, record);
    const ids = new Set(raised.map((record) => record.id));
    for (const id of finding.ofConnection(connectionId)) {
      const stored = ids.has(id) || this.#staysProven(id) ? null : this.#findings.get(id);
      if (stored !== null) this.#put('finding', connectionId, { ...stored, withdrawn: true });
    }
  }

  /** Nothing more will come, or it has to be looked for. */
  #endFilling(): void {
    if (!this.#filling.on) return;
    this.#transaction(true, () => {
      this.#complete(false);
      this.#release();
    });
  }

  /** Makes what was left out while the store was filled; `all`: and looks at what was folded from it. */
  #complete(all: boolean): void {
    this.#filling.stop();
    this.#log.settle();
    const twice = this.#filling.completeTables(this.shared);
    if (all || twice) this.#endpoints.distrust();
    this.#endpoints.settle();
    this.#alerts.settle();
    this.#alerts.complete(all || twice);
  }

  #transaction(commit: boolean, work: () => void): void {
    try {
      if (!this.#database.inTransaction) this.#database.exec('BEGIN IMMEDIATE');
      if (this.#doubtful) this.#complete(true);
      this.#doubtful = false;
      work();
      if (commit) this.#commit();
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      this.#uncommitted = 0;
      this.#doubtful = this.#filling.on || this.#doubtful;
      this.#filling.stop();
      const rolledBack = [this.#connections, this.#aside, this.#endpoints, this.#alerts, this.shared, this.#log];
      for (const one of rolledBack) one.forget();
      throw writeFailure(this.#path, error);
    } finally {
      this.#adopted.clear();
    }
  }

  #commit(): void {
    if (this.#filling.on && (this.#endpoints.asking || this.#filling.crowded)) this.#complete(false);
    this.#endpoints.settle();
    this.#alerts.settle();
    this.shared.settle();
    this.#log.settle();
    const full = this.#uncommitted > 0 && this.#uncommitted >= this.#recordsPerCommit;
    const first = full && this.#filling.on && !this.#bare;
    if (first) this.#filling.bareTables();
    this.#database.exec('COMMIT');
    this.#bare ||= first;
    this.#uncommitted = 0;
    this.#connections.settle();
  }
}

/** Beside the store, nowhere, or in the store, with what is stored there of the connection. */
type Place = 'aside' | 'nowhere' | Stored;
