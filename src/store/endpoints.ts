import type { Database, Statement } from 'better-sqlite3';
import { ascending } from '../bytes/ascending.ts';
import { groupId } from '../ledger/ids.ts';
import type { EndpointRecord, EndpointSighting, Micros } from '../model/records.ts';
import type { Filling } from './filling.ts';
import { type Part, partOf } from './flat-record.ts';
import type { Stored } from './lasting.ts';
import type { Log } from './log.ts';
import { decodedAll, type Rows, rowsOf } from './rows.ts';
import { type EndpointGroupRow, type EndpointSightingRow, tables } from './schema.ts';

/** All endpoints that one association showed. */
export interface SightedEndpoints {
  readonly associationId: string;
  readonly connectionId: string;
  readonly sightings: readonly EndpointSighting[];
}

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
  /** Groups that are stored, by all they say; and in this transaction what came of each. */
  readonly #known = new Map<string, Group>();
  /** By what the first of its endpoints says. */
  readonly #byFirst = new Map<Part, Group>();
  readonly #seen = new Map<Group, Span>();
  readonly #folds = new Map<string, Fold>();
  /** Endpoints to fold anew, with what identifies them where it is known. */
  readonly #stale = new Map<string, EndpointRecord | null>();
  /** Groups that an association left. */
  readonly #left = new Set<string>();

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
  }

  put({ associationId, sightings }: SightedEndpoints, stored: Stored): void {
    const group = this.#groupOf(sightings);
    let firstSeen = sightings[0].firstSeen;
    let lastSeen = sightings[0].lastSeen;
    for (const one of sightings) {
      firstSeen = Math.min(firstSeen, one.firstSeen);
      lastSeen = Math.max(lastSeen, one.lastSeen);
    }
    const row = { associationId, groupId: group.id, firstSeen, lastSeen };
    const before = this.#sightings.replace(row, stored);
    if (before !== null && !this.#grew(before, row, group)) {
      for (const one of sightings) this.#stale.set(one.id, one);
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
    for (const [group, span] of this.#seen) {
      for (const sighting of group.sightings) {
        if (!this.#stale.has(sighting.id)) grown.add(this.#merged(sighting, span));
        else this.#stale.set(sighting.id, sighting);
      }
    }
    for (const [id, identity] of this.#stale) this.#refold(id, identity);
    for (const { record } of grown) this.#write(record);
    this.#seen.clear();
    this.#stale.clear();
    if (this.#folds.size > FOLDS_MAX) this.#folds.clear();
    if (this.#known.size > GROUPS_MAX || this.#byFirst.size > GROUPS_MAX) this.#forgetGroups();
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
    this.#byFirst.clear();
  }

  /** The group of all these, stored. */
  #groupOf(sightings: readonly EndpointSighting[]): Group {
    const first = partOf(sightings[0]);
    if (first === null) return this.#lookedUp(sightings);
    const known = this.#byFirst.get(first);
    if (known !== undefined && isGroup(known, sightings)) return known;
    const group = this.#lookedUp(sightings);
    this.#byFirst.set(first, group);
    return group;
  }

  #lookedUp(sightings: readonly EndpointSighting[]): Group {
    let content = '';
    for (const { id, implementationUid, implementationVersion, sopClasses } of sightings) {
      content += `${id} ${implementationUid} ${sopClasses} ${implementationVersion}\0`;
    }
    const known = this.#known.get(content);
    if (known !== undefined) return known;
    const group = { id: groupId(content), sightings };
    for (const { id: endpointId, implementationUid, implementationVersion, sopClasses } of sightings) {
      this.#groups.put({ id: group.id, endpointId, implementationUid, implementationVersion, sopClasses });
    }
    this.#known.set(content, group);
    return group;
  }

  #grow(group: Group, { firstSeen, lastSeen, associationId }: EndpointSightingRow): void {
    const span = this.#seen.get(group);
    if (span === undefined) {
      this.#seen.set(group, { firstSeen, lastSeen, lastAssociation: associationId });
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
    const byId = new Map(group.sightings.map((one) => [one.id, one]));
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

  #merged(sighting: EndpointSighting, span: Span): Fold {
    const known = this.#folds.get(sighting.id) ?? this.#load(sighting.id);
    const fold = known ?? foldOf(sighting, span);
    if (known === null) this.#folds.set(sighting.id, fold);
    merge(fold, sighting, span);
    return fold;
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

/** Sightings of one association come together. */
export function sightedTogether(sightings: readonly EndpointSighting[]): SightedEndpoints[] {
  const together: (SightedEndpoints & { sightings: EndpointSighting[] })[] = [];
  for (const one of sightings) {
    const { associationId, connectionId } = one;
    const last = together.at(-1);
    if (last?.associationId === associationId) last.sightings.push(one);
    else together.push({ associationId, connectionId, sightings: [one] });
  }
  return together;
}

/** Endpoints and groups held in memory. */
const FOLDS_MAX = 5000;
const GROUPS_MAX = 5000;

/** Endpoints that associations showed together; their times are of the association that was the first. */
interface Group {
  readonly id: string;
  readonly sightings: readonly EndpointSighting[];
}

/** False may be wrong. */
function isGroup(group: Group, sightings: readonly EndpointSighting[]): boolean {
  if (group.sightings.length !== sightings.length) return false;
  return sightings.every((one, at) => partOf(one) !== null && partOf(one) === partOf(group.sightings[at]));
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

function foldOf(sighting: EndpointSighting, { firstSeen, lastSeen }: Span): Fold {
  const { id, aeTitle, address, port, service, role } = sighting;
  const none = { implementationUid: null, implementationVersion: null, sopClasses: [] };
  const record = { id, aeTitle, address, port, service, role, firstSeen, lastSeen, ...none };
  return { record, classes: new Set(), told: null };
}

function merge(fold: Fold, sighting: EndpointSighting, span: Span): void {
  const { record, classes } = fold;
  record.firstSeen = Math.min(record.firstSeen, span.firstSeen);
  record.lastSeen = Math.max(record.lastSeen, span.lastSeen);
  const known = classes.size;
  for (const sopClass of sighting.sopClasses) classes.add(sopClass);
  if (classes.size > known) record.sopClasses = [...classes].sort();
  const { implementationUid: uid, implementationVersion: version } = sighting;
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

function grew(before: EndpointGroupRow, after: EndpointSighting): boolean {
  const told = before.implementationUid ?? before.implementationVersion;
  const same =
    before.implementationUid === after.implementationUid &&
    before.implementationVersion === after.implementationVersion;
  const classes = new Set(after.sopClasses);
  return (told === null || same) && before.sopClasses.every((sopClass) => classes.has(sopClass));
}
