import type { Database, Statement } from 'better-sqlite3';
import type {
  AlertRecord,
  AssociationRecord,
  ConnectionRecord,
  FindingRecord,
  HealthRecord,
  TlsSessionRecord,
} from '../model/records.ts';
import { type Rows, rowsOf } from '../store/rows.ts';
import { tables } from '../store/schema.ts';
import type { OutMessage, Sensor, Subject } from './message.ts';

/** Makes messages of what the store has now: of a record that changed since its line was written, the newest state. */
export class MessageReader {
  readonly #sensor: Sensor;
  readonly #alerts: Rows<AlertRecord>;
  readonly #findings: Rows<FindingRecord>;
  readonly #associations: Rows<AssociationRecord>;
  readonly #connections: Rows<ConnectionRecord>;
  readonly #tlsSessions: Rows<TlsSessionRecord>;
  readonly #health: Rows<HealthRecord>;
  readonly #tlsOf: Statement;
  readonly #revision: Statement;
  readonly #runOf: Statement;
  readonly #together: (kind: string, id: string) => OutMessage | null;

  constructor(database: Database, sensor: Sensor) {
    this.#sensor = sensor;
    this.#alerts = rowsOf(database, tables.alert);
    this.#findings = rowsOf(database, tables.finding);
    this.#associations = rowsOf(database, tables.association);
    this.#connections = rowsOf(database, tables.connection);
    this.#tlsSessions = rowsOf(database, tables.tls_session);
    this.#health = rowsOf(database, tables.health);
    this.#tlsOf = database.prepare('SELECT id FROM tls_session WHERE connection_id = ? ORDER BY start LIMIT 1').pluck();
    this.#revision = database.prepare('SELECT revision FROM revision WHERE record_id = ?').pluck();
    this.#runOf = database.prepare('SELECT run_id FROM capture WHERE id = ?').pluck();
    // Record and revision belong together: nothing may be written between.
    this.#together = database.transaction((kind: string, id: string) => this.#make(kind, id));
  }

  /** Null when the record is gone, or is not to be told yet. */
  message(kind: string, id: string): OutMessage | null {
    return this.#together(kind, id);
  }

  #make(kind: string, id: string): OutMessage | null {
    const common = { id, revision: (this.#revision.get(id) as number | undefined) ?? 1, sensor: this.#sensor };
    switch (kind) {
      case 'alert':
        return this.#alert(common, this.#alerts.get(id));
      case 'finding':
        return this.#finding(common, this.#findings.get(id));
      case 'association':
        return this.#association(common, this.#associations.get(id));
      case 'health':
        return this.#healthOf(common, this.#health.get(Number(id)));
      default:
        return null;
    }
  }

  #alert(common: Head, alert: AlertRecord | null): OutMessage | null {
    const finding = alert === null ? null : this.#findings.get(alert.findingId);
    if (alert === null || finding === null) return null;
    const { severity, firstTime, lastTime } = alert;
    const times = { time: firstTime, begin: firstTime, end: lastTime };
    const runId = this.#run(finding.capture);
    return { kind: 'alert', ...common, severity, ...times, runId, alert, finding, ...this.#subject(finding) };
  }

  #finding(common: Head, finding: FindingRecord | null): OutMessage | null {
    if (finding === null) return null;
    const { severity, time, capture } = finding;
    const subject = this.#subject(finding);
    const { start = time, end = time } = subject.association ?? {};
    const times = { time, begin: Math.min(start, time), end: Math.max(end, time) };
    return { kind: 'finding', ...common, severity, ...times, runId: this.#run(capture), finding, ...subject };
  }

  /** An association is told when it is over. */
  #association(common: Head, association: AssociationRecord | null): OutMessage | null {
    if (association === null || !association.ended) return null;
    const { start, end, connectionId, firstCapture } = association;
    const times = { time: end, begin: start, end };
    const runId = this.#run(firstCapture);
    const connection = this.#connections.get(connectionId);
    return { kind: 'association', ...common, severity: 'info', ...times, runId, association, connection };
  }

  #healthOf(common: Head, health: HealthRecord | null): OutMessage | null {
    if (health === null) return null;
    const { begin, end, runId, state } = health;
    const severity = ({ ok: 'info', degraded: 'medium', blind: 'high' } as const)[state];
    return { kind: 'health', ...common, id: `health-${health.id}`, severity, time: end, begin, end, runId, health };
  }

  #subject({ connectionId, associationId, detection }: FindingRecord): Subject {
    const tlsId = detection.startsWith('tls-') ? (this.#tlsOf.get(connectionId) as string | undefined) : undefined;
    return {
      connection: this.#connections.get(connectionId),
      association: associationId === null ? null : this.#associations.get(associationId),
      tlsSession: tlsId === undefined ? null : this.#tlsSessions.get(tlsId),
    };
  }

  #run(capture: string): number | null {
    return (this.#runOf.get(capture) as number | undefined) ?? null;
  }
}

type Head = Pick<OutMessage, 'id' | 'revision' | 'sensor'>;
