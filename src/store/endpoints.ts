import type { Database, Statement } from 'better-sqlite3';
import { ascending } from '../bytes/ascending.ts';
import { groupId } from '../ledger/ids.ts';
import type { EndpointRecord, EndpointSighting, Micros, ShownEndpoint } from '../model/records.ts';
import type { Filling } from './filling.ts';
import type { Stored } from './lasting.ts';
import type { Log } from './log.ts';
import { decodedAll, type Rows, rowsOf } from './rows.ts';
import { type EndpointGroupRow, type EndpointSightingRow, tables } from './schema.ts';

/**
 * Keeps `endpoint` equal to the fold of what associations showed: first and last time, the implementation of the
 * latest that told one, and the union of the SOP classes. The same few groups of endpoints meet again and again: a
 * group is kept once, and of an association only its group and times. What only grows is folded in as it comes; after
 * any other change the endpoints are folded anew.
 */
export class Endpoints {
  readonly #database: Database;
  readonly #log: Log;
  readonly #filling: Filling;
  readonly #endpoints: Rows<EndpointRecord>;
  readonly #groups: Rows<EndpointGroupRow>;
  readonly #sightings: Rows<EndpointSightingRow>;
  readonly #ofGroup: Statement;
  readonly #removeUnused: Statement;
  readonly #span: Statement;
  readonly #told: Statement;
  readonly #classes: Statement;
  /** Groups that are stored, by id; and those that came in this transaction. */
  readonly #known = new Map<string, Group>();
  /** By their list: those who hand it over know which are the same. */
  readonly #byList = new Map<readonly ShownEndpoint[], Group>();
  readonly #seen = new Set<Group>();
  readonly #folds = new Map<string, Fold>();
  /** Endpoints to fold anew, with what identifies them where it is known. */
  readonly #stale = new Map<string, ShownEndpoint | null>();
  /** Groups that an association left. */
  readonly #left = new Set<string>();
  /** Whether an endpoint may be stored. */
  #filled: boolean;

  constructor(database: Database, log: Log, filling: Filling) {
    this.#database = database;
    this.#log = log;
    this.#filling = filling;
    this.#endpoints = rowsOf(database, tables.endpoint);
    this.#groups = rowsOf(database, tables.endpoint_group);
    this.#sightings = rowsOf(database, tables.endpoint_sighting);
    this.#ofGroup = database.prepare('SELECT * FROM endpoint_group WHERE id = ?');
    this.#removeUnused = database.prepare(
      'DELETE FROM endpoint_group AS g WHERE id = ? AND NOT EXISTS (SELECT 1 FROM endpoint_sighting WHERE group_id = g.id)',
    );
    const sighted = 'FROM endpoint_group AS g JOIN endpoint_sighting AS s ON s.group_id = g.id WHERE g.endpoint_id = ?';
    this.#span = database.prepare(
      `SELECT min(s.first_seen) AS firstSeen, max(s.last_seen) AS lastSeen, '' AS lastAssociation ${sighted}`,
    );
    this.#told = database.prepare(
      `SELECT s.last_seen AS lastSeen, s.association_id AS associationId,
              g.implementation_uid AS uid, g.implementation_version AS version
       ${sighted} AND (g.implementation_uid IS NOT NULL OR g.implementation_version IS NOT NULL)
       ORDER BY s.last_seen DESC, s.association_id DESC LIMIT 1`,
    );
    this.#classes = database
      .prepare(
        `SELECT DISTINCT c.value FROM endpoint_group AS g, json_each(g.sop_classes) AS c
         WHERE g.endpoint_id = ? ORDER BY 1`,
      )
      .pluck();
    this.#filled = database.prepare('SELECT 1 FROM endpoint LIMIT 1').get() !== undefined;
  }

  put({ associationId, firstSeen, lastSeen, shown }: EndpointSighting, stored: Stored): void {
    const group = this.#groupOf(shown);
    const row = { associationId, groupId: group.id, firstSeen, lastSeen };
    const before = this.#sightings.replace(row, stored);
    if (before !== null && !this.#grew(before, row, group)) {
      for (const one of shown) this.#stale.set(one.id, one);
      this.#makeStale(before.groupId);
    } else this.#grow(group, row);
    if (before !== null && before.groupId !== group.id) this.#left.add(before.groupId);
  }

  remove(associationId: string): void {
    const before = this.#sightings.get(associationId);
    if (before === null) return;
    this.#sightings.remove(associationId);
    this.#makeStale(before.groupId);
    this.#left.add(before.groupId);
  }

  /** Whether sightings have to be looked for in the store. */
  get asking(): boolean {
    return this.#stale.size > 0 || this.#folds.size > FOLDS_MAX;
  }

  /** All endpoints are to be folded anew, and groups looked at. */
  distrust(): void {
    const ids = (sql: string): string[] => this.#database.prepare(sql).pluck().all() as string[];
    for (const id of ids('SELECT id FROM endpoint')) this.#stale.set(id, null);
    for (const id of ids('SELECT DISTINCT id FROM endpoint_group')) this.#left.add(id);
  }

  /** At the end of a transaction: writes the endpoints that changed. */
  settle(): void {
    this.#removeLeft();
    const grown = new Set<Fold>();
    for (const group of this.#seen) {
      for (const one of group.shown) {
        if (!this.#stale.has(one.id)) grown.add(this.#merged(one, group.span));
        else this.#stale.set(one.id, one);
      }
    }
    for (const [id, identity] of this.#stale) this.#refold(id, identity);
    for (const { record } of grown) this.#write(record);
    this.#filled = true;
    this.#seen.clear();
    this.#stale.clear();
    if (this.#folds.size > FOLDS_MAX) this.#folds.clear();
    if (this.#known.size > GROUPS_MAX || this.#byList.size > GROUPS_MAX) this.#forgetGroups();
  }

  /** After a rolled back transaction. */
  forget(): void {
    this.#forgetGroups();
    this.#seen.clear();
    this.#folds.clear();
    this.#stale.clear();
    this.#left.clear();
  }

  /** While the store is being filled, sightings cannot be found by their group. */
  #removeLeft(): void {
    if (this.#left.size === 0 || this.#filling.on) return;
    for (const id of this.#left) this.#removeUnused.run(id);
    this.#left.clear();
    // What was removed may come again.
    this.#forgetGroups();
  }

  #forgetGroups(): void {
    this.#known.clear();
    this.#byList.clear();
  }

  /** The group of all these, stored. */
  #groupOf(shown: readonly ShownEndpoint[]): Group {
    let group = this.#byList.get(shown);
    if (group === undefined) {
      group = this.#lookedUp(shown);
      this.#byList.set(shown, group);
    }
    return group;
  }

  #lookedUp(shown: readonly ShownEndpoint[]): Group {
    let content = '';
    for (const { id, implementationUid, implementationVersion, sopClasses } of shown) {
      content += `${id} ${implementationUid} ${sopClasses} ${implementationVersion}\0`;
    }
    // As a key the id is shorter, and in one piece.
    const id = groupId(content);
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const group = { id, shown, span: { firstSeen: 0, lastSeen: 0, lastAssociation: '' } };
    for (const { id: endpointId, implementationUid, implementationVersion, sopClasses } of shown) {
      this.#groups.put({ id, endpointId, implementationUid, implementationVersion, sopClasses });
    }
    this.#known.set(id, group);
    return group;
  }

  #grow(group: Group, { firstSeen, lastSeen, associationId }: EndpointSightingRow): void {
    const { span } = group;
    if (!this.#seen.has(group)) {
      this.#seen.add(group);
      span.firstSeen = firstSeen;
      span.lastSeen = lastSeen;
      span.lastAssociation = associationId;
      return;
    }
    span.firstSeen = Math.min(span.firstSeen, firstSeen);
    if (lastSeen < span.lastSeen || (lastSeen === span.lastSeen && associationId < span.lastAssociation)) return;
    span.lastSeen = lastSeen;
    span.lastAssociation = associationId;
  }

  /** Whether folding `after` in has the same outcome as folding all anew. */
  #grew(before: EndpointSightingRow, after: EndpointSightingRow, group: Group): boolean {
    if (after.firstSeen > before.firstSeen || after.lastSeen < before.lastSeen) return false;
    if (before.groupId === group.id) return true;
    const byId = new Map(group.shown.map((one) => [one.id, one]));
    return this.#rowsOf(before.groupId).every((row) => {
      const one = byId.get(row.endpointId);
      return one !== undefined && grew(row, one);
    });
  }

  #makeStale(groupId: string): void {
    for (const { endpointId } of this.#rowsOf(groupId)) {
      if (!this.#stale.has(endpointId)) this.#stale.set(endpointId, null);
    }
  }

  #rowsOf(groupId: string): EndpointGroupRow[] {
    return decodedAll<EndpointGroupRow>(tables.endpoint_group, this.#ofGroup, groupId);
  }

  #merged(one: ShownEndpoint, span: Span): Fold {
    const known = this.#folds.get(one.id) ?? this.#load(one.id);
    const fold = known ?? foldOf(one, span);
    if (known === null) this.#folds.set(one.id, fold);
    merge(fold, one, span);
    return fold;
  }

  #load(id: string): Fold | null {
    const record = this.#filled ? this.#endpoints.get(id) : null;
    if (record === null) return null;
    const told = this.#told.get(id) as Told | undefined;
    const fold = { record, classes: new Set(record.sopClasses), told: told ?? null };
    this.#folds.set(id, fold);
    return fold;
  }

  #refold(id: string, identity: ShownEndpoint | null): void {
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

/** Endpoints and groups held in memory. */
const FOLDS_MAX = 5000;
const GROUPS_MAX = 5000;

/** Endpoints that associations showed together. */
interface Group {
  readonly id: string;
  readonly shown: readonly ShownEndpoint[];
  /** Of this transaction, once it came there: the same object in each, for there are thousands. */
  readonly span: Span;
}

/** When associations showed a group, and which was the last. */
interface Span {
  firstSeen: Micros;
  lastSeen: Micros;
  lastAssociation: string;
}

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

function foldOf({ id, aeTitle, address, port, service, role }: ShownEndpoint, { firstSeen, lastSeen }: Span): Fold {
  const none = { implementationUid: null, implementationVersion: null, sopClasses: [] };
  const record = { id, aeTitle, address, port, service, role, firstSeen, lastSeen, ...none };
  return { record, classes: new Set(), told: null };
}

function merge(fold: Fold, shown: ShownEndpoint, span: Span): void {
  const { record, classes } = fold;
  record.firstSeen = Math.min(record.firstSeen, span.firstSeen);
  record.lastSeen = Math.max(record.lastSeen, span.lastSeen);
  const known = classes.size;
  for (const sopClass of shown.sopClasses) classes.add(sopClass);
  if (classes.size > known) record.sopClasses = [...classes].sort();
  const { implementationUid: uid, implementationVersion: version } = shown;
  if (uid === null && version === null) return;
  const told = { lastSeen: span.lastSeen, associationId: span.lastAssociation, uid, version };
  if (fold.told !== null && compareTold(told, fold.told) < 0) return;
  fold.told = told;
  record.implementationUid = uid;
  record.implementationVersion = version;
}

function compareTold(a: Told, b: Told): number {
  return a.lastSeen - b.lastSeen || ascending(a.associationId, b.associationId);
}

function grew(before: EndpointGroupRow, after: ShownEndpoint): boolean {
  const told = before.implementationUid ?? before.implementationVersion;
  const same =
    before.implementationUid === after.implementationUid &&
    before.implementationVersion === after.implementationVersion;
  const classes = new Set(after.sopClasses);
  return (told === null || same) && before.sopClasses.every((sopClass) => classes.has(sopClass));
}
