import type { Database, Statement } from 'better-sqlite3';
import type { EndpointRecord, EndpointSighting, Micros } from '../model/records.ts';
import type { Log } from './log.ts';
import { type Rows, rowsOf } from './rows.ts';
import { type EndpointSightingRow, tables } from './schema.ts';

/**
 * Keeps `endpoint` equal to the fold of `endpoint_sighting`: first and last time, the implementation of the latest
 * sighting that told one, and the union of the SOP classes. Sightings that only grow are folded in as they come;
 * after any other change the endpoint is folded anew.
 */
export class Endpoints {
  readonly #log: Log;
  readonly #endpoints: Rows<EndpointRecord>;
  readonly #sightings: Rows<EndpointSightingRow>;
  readonly #span: Statement;
  readonly #told: Statement;
  readonly #classes: Statement;
  readonly #folds = new Map<string, Fold>();
  readonly #grown = new Set<string>();
  /** Endpoints to fold anew, with what identifies them where it is known. */
  readonly #stale = new Map<string, EndpointRecord | null>();

  constructor(database: Database, log: Log) {
    this.#log = log;
    this.#endpoints = rowsOf(database, tables.endpoint);
    this.#sightings = rowsOf(database, tables.endpoint_sighting);
    this.#span = database.prepare(
      'SELECT min(first_seen) AS firstSeen, max(last_seen) AS lastSeen FROM endpoint_sighting WHERE endpoint_id = ?',
    );
    this.#told = database.prepare(
      `SELECT last_seen AS lastSeen, association_id AS associationId,
              implementation_uid AS uid, implementation_version AS version
       FROM endpoint_sighting
       WHERE endpoint_id = ? AND (implementation_uid IS NOT NULL OR implementation_version IS NOT NULL)
       ORDER BY last_seen DESC, association_id DESC LIMIT 1`,
    );
    this.#classes = database
      .prepare(
        `SELECT DISTINCT c.value FROM endpoint_sighting AS s, json_each(s.sop_classes) AS c
         WHERE s.endpoint_id = ? ORDER BY 1`,
      )
      .pluck();
  }

  put(sighting: EndpointSighting): void {
    const row: EndpointSightingRow = { ...sighting, endpointId: sighting.id };
    const before = this.#sightings.get(row.associationId, row.endpointId);
    if (this.#sightings.put(row) === null) return;
    if (before !== null && !grew(before, row)) this.#stale.set(sighting.id, sighting);
    else if (!this.#stale.has(sighting.id)) this.#grow(sighting, row);
  }

  remove(associationId: string, endpointId: string): void {
    if (this.#sightings.remove(associationId, endpointId) && !this.#stale.has(endpointId)) {
      this.#stale.set(endpointId, null);
    }
  }

  /** At the end of a transaction: writes the endpoints that changed. */
  settle(): void {
    for (const [id, identity] of this.#stale) {
      this.#grown.delete(id);
      this.#refold(id, identity);
    }
    for (const id of this.#grown) this.#write((this.#folds.get(id) as Fold).record);
    this.#stale.clear();
    this.#grown.clear();
    if (this.#folds.size > FOLDS_MAX) this.#folds.clear();
  }

  /** After a rolled back transaction. */
  forget(): void {
    this.#folds.clear();
    this.#stale.clear();
    this.#grown.clear();
  }

  #grow(sighting: EndpointSighting, row: EndpointSightingRow): void {
    const { id } = sighting;
    const known = this.#folds.get(id) ?? this.#load(id);
    if (known === null) this.#folds.set(id, foldOf(sighting, row));
    else merge(known, row);
    this.#grown.add(id);
  }

  #load(id: string): Fold | null {
    const record = this.#endpoints.get(id);
    if (record === null) return null;
    const told = this.#told.get(id) as Told | undefined;
    const fold = { record, classes: new Set(record.sopClasses), told: told ?? null };
    this.#folds.set(id, fold);
    return fold;
  }

  #refold(id: string, identity: EndpointRecord | null): void {
    this.#folds.delete(id);
    const known = this.#endpoints.get(id) ?? identity;
    const span = this.#span.get(id) as { firstSeen: Micros | null; lastSeen: Micros };
    if (known === null) return;
    if (span.firstSeen === null) {
      if (this.#endpoints.remove(id)) this.#log.add('endpoint', id, 'removed');
      return;
    }
    const told = this.#told.get(id) as Told | undefined;
    this.#write({
      ...known,
      firstSeen: span.firstSeen,
      lastSeen: span.lastSeen,
      implementationUid: told?.uid ?? null,
      implementationVersion: told?.version ?? null,
      sopClasses: this.#classes.all(id) as string[],
    });
  }

  #write(record: EndpointRecord): void {
    const change = this.#endpoints.put(record);
    if (change !== null) this.#log.add('endpoint', record.id, change);
  }
}

/** Endpoints held in memory. */
const FOLDS_MAX = 5000;

/** An endpoint being folded: its classes as a set, and who told its implementation. */
interface Fold {
  readonly record: EndpointRecord;
  readonly classes: Set<string>;
  told: Told | null;
}

interface Told {
  readonly lastSeen: Micros;
  readonly associationId: string;
  readonly uid: string | null;
  readonly version: string | null;
}

function foldOf(sighting: EndpointSighting, row: EndpointSightingRow): Fold {
  const { id, aeTitle, address, port, service, role, firstSeen, lastSeen } = sighting;
  const fold: Fold = {
    record: {
      id,
      aeTitle,
      address,
      port,
      service,
      role,
      firstSeen,
      lastSeen,
      implementationUid: null,
      implementationVersion: null,
      sopClasses: [],
    },
    classes: new Set(),
    told: null,
  };
  merge(fold, row);
  return fold;
}

function merge(fold: Fold, row: EndpointSightingRow): void {
  const { record, classes } = fold;
  record.firstSeen = Math.min(record.firstSeen, row.firstSeen);
  record.lastSeen = Math.max(record.lastSeen, row.lastSeen);
  const known = classes.size;
  for (const sopClass of row.sopClasses) classes.add(sopClass);
  if (classes.size > known) record.sopClasses = [...classes].sort();
  const told = toldBy(row);
  if (told !== null && (fold.told === null || compareTold(told, fold.told) >= 0)) {
    fold.told = told;
    record.implementationUid = told.uid;
    record.implementationVersion = told.version;
  }
}

function toldBy(row: EndpointSightingRow): Told | null {
  const { lastSeen, associationId, implementationUid: uid, implementationVersion: version } = row;
  return uid === null && version === null ? null : { lastSeen, associationId, uid, version };
}

function compareTold(a: Told, b: Told): number {
  return (
    a.lastSeen - b.lastSeen || (a.associationId < b.associationId ? -1 : Number(a.associationId > b.associationId))
  );
}

/** Whether folding `after` in has the same outcome as folding all anew. */
function grew(before: EndpointSightingRow, after: EndpointSightingRow): boolean {
  const told = before.implementationUid ?? before.implementationVersion;
  const same =
    before.implementationUid === after.implementationUid &&
    before.implementationVersion === after.implementationVersion;
  const classes = new Set(after.sopClasses);
  return (
    after.firstSeen <= before.firstSeen &&
    after.lastSeen >= before.lastSeen &&
    (told === null || same) &&
    before.sopClasses.every((sopClass) => classes.has(sopClass))
  );
}
