import type { Database } from 'better-sqlite3';
import { ascending } from '../bytes/ascending.ts';
import type { HeldBack, Holding } from '../detections/held-back.ts';
import {
  type AlertRecord,
  type AssociationOutcome,
  type AssociationRecord,
  type AttributeClass,
  attributeClasses,
  type ConnectionRecord,
  type ExposedAttribute,
  type ExposureRecord,
  type FindingRecord,
  type RecordBatch,
  type Severity,
} from '../model/records.ts';
import { alertRules, gravity, raisedOf } from './alerts.ts';
import { isCorrelated } from './correlated.ts';
import { type PiledAlert, RaisedPile } from './raised-pile.ts';
import { type TlsSessions, TlsTally } from './tls-tally.ts';

/** What one run saw, whatever the store held before. */
export interface RunTally {
  readonly outcomes: Readonly<Partial<Record<AssociationOutcome, number>>>;
  /** Associations with TLS, without their beginning, and not seen whole. */
  readonly tls: number;
  readonly midStream: number;
  readonly incomplete: number;
  /** DICOM over TLS, which is not decrypted. */
  readonly tlsSessions: TlsSessions;
  /** Without TLS: associations that showed patient data, objects and data set bytes in these. */
  readonly clear: { readonly associations: number; readonly objects: number; readonly bytes: number };
  /**
   * Attributes shown without TLS, outside objects declared de-identified: gravest class, then most often shown, first.
   */
  readonly shown: readonly ShownAttribute[];
  /**
   * How many alerts by severity, and findings that they stand for: each raised one, with the others on its association.
   */
  readonly severities: Readonly<Record<Severity, number>>;
  readonly findings: number;
  /** Gravest first, then by time; as many as were asked for. */
  readonly alerts: readonly RunAlert[];
  /** Findings that the policy held back, by what of it did: most first. */
  readonly heldBack: readonly HeldBackCount[];
}

export interface HeldBackCount extends Holding {
  readonly detection: string;
  readonly count: number;
}

export interface ShownAttribute {
  readonly class: AttributeClass;
  readonly attribute: string;
  readonly count: number;
}

export interface RunAlert {
  readonly alert: AlertRecord;
  /** The finding that stands for it. */
  readonly finding: ShownFinding;
}

export type ShownFinding = Pick<
  FindingRecord,
  | 'id'
  | 'time'
  | 'summary'
  | 'clientAddress'
  | 'clientPort'
  | 'serverAddress'
  | 'serverPort'
  | 'callingAe'
  | 'calledAe'
  | 'associationId'
>;

/**
 * Sums the records of one run beside the store: a run says what its own inputs showed, also where the store keeps
 * what another run saw better. Alerts are those that a new store would hold: of a store that was empty, its own. An
 * association is counted when nothing more can come of it; memory holds those that last, and where the store was not
 * empty a bounded number of findings, the others a temporary table.
 */
export class RunNotes {
  readonly #run: StoredRun;
  /** Null where the alerts of the store are those of the run. */
  readonly #raised: RaisedPile | null;
  readonly #lasting = new Map<string, Map<string, Lasting>>();
  /** Of several associations, as said last: more may come of them until the end. */
  readonly #correlated = new Map<string, FindingRecord>();
  readonly #outcomes = new Map<AssociationOutcome, number>();
  readonly #sums = { tls: 0, midStream: 0, incomplete: 0, clear: 0, objects: 0, bytes: 0 };
  readonly #shown = new Map<string, Shown>();
  readonly #heldBack = new Map<string, HeldBackCount>();
  readonly #heldBackCorrelated = new Map<string, HeldBack>();
  readonly #tlsSessions = new TlsTally();

  constructor(database: Database, run: StoredRun) {
    this.#run = run;
    this.#raised = run.alone ? null : new RaisedPile(database, alertRules);
  }

  note(batch: RecordBatch, heldBack: readonly HeldBack[] = []): void {
    this.#tlsSessions.note(batch);
    const whole = this.#wholeOf(batch.connections);
    const overTls = new Set<string>();
    for (const one of batch.associations) {
      if (whole.has(one.connectionId)) this.#countAssociation(one);
      else this.#begin(one);
      if (one.tls) overTls.add(one.id);
    }
    for (const one of heldBack) {
      // Of several associations more may be told until the end.
      if (one.associationId === null) this.#heldBackCorrelated.set(one.findingId, one);
      else if (whole.has(one.connectionId)) this.#countHeldBack(one);
      else this.#lastingOf(one.connectionId, one.associationId).heldBack.set(one.findingId, one);
    }
    for (const one of batch.exposures) {
      if (!whole.has(one.connectionId)) this.#lastingOf(one.connectionId, one.associationId).exposure = one;
      else if (!overTls.has(one.associationId)) this.#countShown(one.attributes);
    }
    for (const one of this.#raised === null ? [] : batch.findings) {
      if (isCorrelated(one)) {
        this.#correlated.set(one.id, one);
        continue;
      }
      const { findings } = this.#lastingOf(one.connectionId, one.associationId ?? one.id);
      const at = findings.findIndex(({ id }) => id === one.id);
      if (at < 0) findings.push(one);
      else findings[at] = one;
    }
    for (const { id, ended } of batch.connections) {
      if (ended !== 'open') this.#count(id, null);
      else this.#count(id, this.#latest(id));
    }
  }

  /** To be asked once, at the end, for so many alerts at most. */
  tally(alertsMax = Number.POSITIVE_INFINITY): RunTally {
    for (const id of this.#lasting.keys()) this.#count(id, null);
    for (const one of this.#heldBackCorrelated.values()) this.#countHeldBack(one);
    for (const one of this.#correlated.values()) {
      for (const raised of raisedOf([one], alertRules)) this.#raised?.add(one.connectionId, raised);
    }
    const { tls, midStream, incomplete, clear, objects, bytes } = this.#sums;
    return {
      outcomes: Object.fromEntries([...this.#outcomes].sort(([a], [b]) => ascending(a, b))),
      tls,
      midStream,
      incomplete,
      tlsSessions: this.#tlsSessions.sum(),
      clear: { associations: clear, objects, bytes },
      shown: [...this.#shown.values()].filter(({ count }) => count > 0).sort(compareShown),
      ...this.#alerts(alertsMax),
      heldBack: [...this.#heldBack.values()].sort(compareHeldBack),
    };
  }

  #begin(association: AssociationRecord): void {
    const lasting = this.#lastingOf(association.connectionId, association.id);
    lasting.association = association;
    // It was judged anew.
    lasting.heldBack.clear();
  }

  /** Connections of which all there is came in one batch: these need not be remembered. */
  #wholeOf(connections: readonly ConnectionRecord[]): Set<string> {
    const whole = new Set<string>();
    const again = new Set<string>();
    for (const { id, ended } of connections) {
      if (whole.has(id)) again.add(id);
      else if (ended !== 'open' && !this.#lasting.has(id)) whole.add(id);
    }
    for (const id of again) whole.delete(id);
    return whole;
  }

  #lastingOf(connectionId: string, subject: string): Lasting {
    let ofConnection = this.#lasting.get(connectionId);
    if (ofConnection === undefined) {
      ofConnection = new Map();
      this.#lasting.set(connectionId, ofConnection);
    }
    let lasting = ofConnection.get(subject);
    if (lasting === undefined) {
      lasting = { association: null, exposure: null, findings: [], heldBack: new Map() };
      ofConnection.set(subject, lasting);
    }
    return lasting;
  }

  /** Of the associations of an open connection only the latest may still change. */
  #latest(connectionId: string): Lasting | null {
    let latest: Lasting | null = null;
    for (const one of this.#lasting.get(connectionId)?.values() ?? []) {
      if ((one.association?.ordinal ?? 0) >= (latest?.association?.ordinal ?? 0)) latest = one;
    }
    return latest;
  }

  /** Counts what a connection showed; `except` may still change. */
  #count(connectionId: string, except: Lasting | null): void {
    const ofConnection = this.#lasting.get(connectionId);
    if (ofConnection === undefined) return;
    for (const [subject, lasting] of ofConnection) {
      if (lasting === except) continue;
      const { association, exposure, findings } = lasting;
      ofConnection.delete(subject);
      if (association !== null) this.#countAssociation(association);
      if (association?.tls === false && exposure !== null) this.#countShown(exposure.attributes);
      for (const one of lasting.heldBack.values()) this.#countHeldBack(one);
      for (const raised of raisedOf(findings, alertRules)) this.#raised?.add(connectionId, raised);
    }
    if (ofConnection.size === 0) this.#lasting.delete(connectionId);
  }

  #countAssociation(one: AssociationRecord): void {
    const sums = this.#sums;
    this.#outcomes.set(one.outcome, (this.#outcomes.get(one.outcome) ?? 0) + 1);
    sums.tls += Number(one.tls);
    sums.midStream += Number(one.midStream);
    sums.incomplete += Number(!one.complete);
    if (one.tls || !one.patientData) return;
    sums.clear++;
    sums.objects += one.objects;
    sums.bytes += one.clientDataBytes + one.serverDataBytes;
  }

  #countShown(attributes: readonly ExposedAttribute[]): void {
    for (const { attribute, class: of, count: all, deidentifiedCount } of attributes) {
      const count = all - deidentifiedCount;
      const known = this.#shown.get(attribute);
      if (known !== undefined) known.count += count;
      else this.#shown.set(attribute, { class: of, attribute, count });
    }
  }

  #countHeldBack({ detection, by, index, until, reason }: HeldBack): void {
    const key = `${detection} ${by} ${index}`;
    const count = (this.#heldBack.get(key)?.count ?? 0) + 1;
    this.#heldBack.set(key, { detection, by, index, until, reason, count });
  }

  #alerts(max: number): Pick<RunTally, 'severities' | 'findings' | 'alerts'> {
    const { first, ...sums } = this.#raised === null ? this.#run.alerts(max) : firstOf(this.#raised.alerts(), max);
    const alerts = first.map(({ alert, connectionId }) => ({
      alert,
      finding: shownOf(this.#run.finding(connectionId, alert.findingId)),
    }));
    return { ...sums, alerts };
  }
}

function firstOf(all: PiledAlert[], max: number): StoredAlerts {
  return { ...alertSums(all), first: all.sort(compareTold).slice(0, max) };
}

/** How many alerts by severity, and findings that they stand for. */
export function alertSums(all: readonly { readonly alert: AlertRecord }[]): Pick<RunTally, 'severities' | 'findings'> {
  const severities = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  let findings = 0;
  for (const { alert } of all) {
    severities[alert.severity]++;
    findings += Object.values(alert.related).reduce((sum, count) => sum + count, alert.count);
  }
  return { severities, findings };
}

function compareTold({ alert: a }: PiledAlert, { alert: b }: PiledAlert): number {
  return gravity(b.severity) - gravity(a.severity) || a.firstTime - b.firstTime || ascending(a.id, b.id);
}

/** Of a finding what is told with its alert: there may be as many as connections. */
function shownOf(finding: FindingRecord): ShownFinding {
  const { id, time, summary, clientAddress, clientPort, serverAddress, serverPort, callingAe, calledAe } = finding;
  const { associationId } = finding;
  return {
    id,
    time,
    summary,
    clientAddress,
    clientPort,
    serverAddress,
    serverPort,
    callingAe,
    calledAe,
    associationId,
  };
}

/** What the writer of the run tells when all is written. */
export interface StoredRun {
  /** Whether the store was empty before. */
  readonly alone: boolean;
  /** Of a store that was empty: its alerts, `max` of them at most. */
  alerts(max: number): StoredAlerts;
  /** The finding of a connection, as this run said it last. */
  finding(connectionId: string, id: string): FindingRecord;
}

/** What alerts came to, and the first of those to be told. */
export interface StoredAlerts extends Pick<RunTally, 'severities' | 'findings'> {
  readonly first: readonly PiledAlert[];
}

/** What is known of an association, or of a finding without one, of which more may come. */
interface Lasting {
  association: AssociationRecord | null;
  exposure: ExposureRecord | null;
  readonly findings: FindingRecord[];
  /** By finding id. */
  readonly heldBack: Map<string, HeldBack>;
}

interface Shown extends ShownAttribute {
  count: number;
}

function compareHeldBack(a: HeldBackCount, b: HeldBackCount): number {
  const places = (a.index ?? -1) - (b.index ?? -1);
  return b.count - a.count || ascending(a.detection, b.detection) || ascending(a.by, b.by) || places;
}

function compareShown(a: ShownAttribute, b: ShownAttribute): number {
  const rank = attributeClasses.indexOf(a.class) - attributeClasses.indexOf(b.class);
  return rank || b.count - a.count || ascending(a.attribute, b.attribute);
}
