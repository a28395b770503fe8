import type { Command, DataSet, Fact, Side } from '../model/facts.ts';
import type { History } from '../model/history.ts';
import type { Limits } from '../model/limits.ts';
import type {
  ConnectionRecord,
  Count,
  ExposureRecord,
  Micros,
  RecordBatch,
  TlsSessionRecord,
} from '../model/records.ts';
import { commandField, isResponse, requestOf } from '../protocols/dicom/dimse.ts';
import type { Ended } from '../tcp/consumer.ts';
import { Association } from './association.ts';
import { associationRecord } from './association-record.ts';
import { Changes, type Occasion } from './changes.ts';
import { clientOf, connectionRecord, cutWords, identityBy, initialOf, noEvidence } from './connection.ts';
import type { ConnectionTable } from './connection-table.ts';
import { type ConnectionState, Conversation } from './conversation.ts';
import { Distinct } from './distinct.ts';
import { endpointSighting } from './endpoints.ts';
import type { Event } from './events.ts';
import { Identities } from './identities.ts';
import { Listeners } from './listeners.ts';
import { MissedSpan } from './missed-span.ts';
import { emptyBatch } from './record-batch.ts';
import type { Stamp } from './stamp.ts';
import type { Subject } from './subject.ts';
import { TlsSession } from './tls-session.ts';
import { Witness } from './witness.ts';

export interface LedgerOptions {
  readonly slots: ConnectionTable;
  readonly limits: Limits;
  readonly history: History;
  /** Input number to capture id; grows. */
  readonly captures: readonly string[];
  /** Time and packet of what is being stated. */
  readonly stamp: () => Stamp;
  /** VLANs and tunnels noted of a connection. */
  readonly path: (slot: number) => { readonly vlan: readonly number[]; readonly tunnel: readonly string[] };
  /** Whether the policy names a DICOM endpoint there. */
  readonly configuredListener: (address: string, port: number) => boolean;
  /** What an association that begins now is to be judged by. */
  readonly judgedBy?: () => unknown;
  /** What happens, for detections that look beyond one association. */
  readonly observe: (event: Event) => void;
}

/** Facts → records. All state that crosses packets above TCP and the analyzers is here, in the order of the facts. */
export class Ledger {
  associations = 0;
  operations = 0;
  private readonly patients: Distinct;
  private readonly studies: Distinct;
  private readonly options: LedgerOptions;
  /** By slot, of identified connections that are not over. No map: see `BySlot`. */
  private readonly conversations: (Conversation | undefined)[] = [];
  private readonly listeners: Listeners;
  private readonly identities = new Identities();
  private readonly witness: Witness;
  private readonly changes: Changes;

  constructor(options: LedgerOptions) {
    this.options = options;
    this.patients = new Distinct(options.limits.distinctMax);
    this.studies = new Distinct(options.limits.distinctMax);
    this.listeners = new Listeners(options.history, () => options.stamp().micros, options.configuredListener);
    this.witness = new Witness(options.slots, options.observe);
    this.changes = new Changes(options.limits.refreshMs);
  }

  /** Records that wait to be drained, but for those held over to the next batch. */
  get pending(): number {
    return this.changes.urgent;
  }

  get patientCount(): Count {
    return this.patients.count;
  }

  get studyCount(): Count {
    return this.studies.count;
  }

  /** A connection was identified as one of `protocol`. */
  begin(slot: number, protocol: string, why: string): void {
    const { slots, path } = this.options;
    const { side, why: clientWhy } = clientOf(slots, slot, noEvidence());
    const isn = initialOf(slots, slot, side);
    const conversation = new Conversation(slot, protocol, why, isn, path(slot).tunnel);
    // Asked now, for who listens where may be known only later; a handshake tells the client by itself.
    if (clientWhy === 'higher-port') conversation.evidence.knownListener = this.listeners.callerOf(slots, slot);
    this.conversations[slot] = conversation;
  }

  /** One fact of the analyzer of `slot`. */
  fact(slot: number, fact: Fact): void {
    const conversation = this.conversations[slot] as Conversation;
    this.changes.touch(conversation);
    (this.on[fact.kind] as (conversation: Conversation, fact: Fact) => void)(conversation, fact);
    this.tellTls(conversation);
    this.witness.stated(conversation, fact);
  }

  /** Whether a connection will be among the records. */
  keeps(slot: number): boolean {
    const conversation = this.conversations[slot];
    return conversation !== undefined && !this.isOtherTls(conversation);
  }

  /** A connection is over. Its record, if the ledger keeps it, or if it is `asked` for and of a protocol of ours. */
  ended(slot: number, how: Ended, asked: boolean): ConnectionRecord | null {
    const conversation = this.conversations[slot];
    if (conversation === undefined) return null;
    this.conversations[slot] = undefined;
    if (!asked && this.isOtherTls(conversation)) {
      this.changes.drop(conversation);
      return null;
    }
    const { current } = conversation;
    if (current !== null) {
      conversation.change(current);
      current.connectionEnded(cutWords[how]);
      this.witness.over(conversation, current, how);
    }
    for (const side of [0, 1] as const) {
      conversation.endMissed(conversation.previous, side, this.options.slots.missed);
      conversation.endMissed(current, side, this.options.slots.missed);
    }
    conversation.frozen = this.state(conversation, how);
    this.tellTls(conversation);
    this.changes.hasten(conversation);
    return conversation.frozen.connection;
  }

  /** An error of ours ended the reading of a connection: what it told so far is not whole. */
  failed(slot: number): void {
    const conversation = this.conversations[slot];
    if (conversation === undefined) return;
    for (const side of [0, 1] as const) conversation.doubt(side);
    this.changes.touch(conversation);
  }

  /** The capture was interrupted: what the connection sent meanwhile was not seen. */
  interrupted(slot: number): void {
    const conversation = this.conversations[slot];
    if (conversation === undefined) return;
    conversation.interrupt();
    this.changes.hasten(conversation);
  }

  /** Records that changed; those of open associations only if they are due at packet time `now`. */
  drain(on: Occasion, now: Micros): { batch: RecordBatch; subjects: Subject[]; judgedBy: unknown[] } {
    const batch = emptyBatch();
    const subjects: Subject[] = [];
    const judgedBy: unknown[] = [];
    for (const conversation of this.changes.due(on, now)) this.write(conversation, batch, subjects, judgedBy);
    return { batch, subjects, judgedBy };
  }

  private write(conversation: Conversation, batch: RecordBatch, subjects: Subject[], judgedBy: unknown[]): void {
    if (conversation.frozen === null && this.isOtherTls(conversation)) return;
    const { connection, client, overTls } = conversation.frozen ?? this.state(conversation, 'open');
    if (conversation.tls !== null && overTls === null) return;
    const tls = conversation.tls?.record(connection, overTls ?? '') ?? null;
    if (tls !== null) batch.tlsSessions.push(tls);
    batch.connections.push(connection);
    for (const association of conversation.changed) {
      const missed = association.missed.any(this.options.slots.missed, 2 * conversation.slot);
      const subject = this.subject(association, connection, client, missed, tls);
      batch.associations.push(subject.association);
      if (subject.exposure !== null) batch.exposures.push(subject.exposure);
      if (association.services.length > 0 || association.ended) {
        const sighting = endpointSighting(association, subject.association, client);
        if (sighting !== null) batch.endpoints.push(sighting);
      }
      for (const operation of association.done) {
        operation.handed = false;
        batch.operations.push(
          operation.record(association.id, connection.id, operation.side === client ? 'client' : 'server'),
        );
      }
      association.done.length = 0;
      subjects.push(subject);
      judgedBy.push(association.judgedBy);
    }
    conversation.changed = [];
  }

  private subject(
    association: Association,
    connection: ConnectionRecord,
    client: Side,
    missed: boolean,
    tls: TlsSessionRecord | null,
  ): Subject {
    const record = associationRecord(association, connection, client, missed, tls !== null);
    const exposure = association.exposure.empty ? null : exposureRecord(association, connection);
    const services = association.services.map(({ service, side, first }) => ({
      service,
      role: side === client ? ('client-scu' as const) : ('client-scp' as const),
      first: { time: first.micros, packet: { capture: first.capture, frame: first.frame } },
    }));
    return { association: record, exposure, tls, services };
  }

  private readonly on: { readonly [K in Fact['kind']]: (to: Conversation, fact: Extract<Fact, { kind: K }>) => void } =
    {
      'associate-request': (to, fact) => {
        to.evidence.associateRequest ??= fact.side;
        if (to.current?.isAnswerTo(fact)) {
          this.current(to).requestedLate(fact);
          this.changes.hasten(to);
          return;
        }
        this.over(to, fact.side);
        this.open(to, false).request = fact;
      },
      'associate-accept': (to, fact) => {
        to.evidence.associateRequest ??= (1 - fact.side) as Side;
        this.current(to).accepted(fact);
        to.endMissed(to.previous, fact.side, this.options.slots.missed);
        this.listeners.accepted(this.options.slots, to.slot, this.serverOf(to));
        this.changes.hasten(to);
      },
      'associate-reject': (to, fact) => {
        to.evidence.associateRequest ??= (1 - fact.side) as Side;
        this.current(to).rejected(fact);
        to.endMissed(to.previous, fact.side, this.options.slots.missed);
        this.changes.hasten(to);
      },
      'release-request': (to) => {
        this.current(to).releaseRequested = true;
      },
      'release-response': (to) => {
        this.current(to).end('released');
        this.changes.hasten(to);
      },
      abort: (to, fact) => {
        if (to.current?.ended === true) return;
        this.current(to).aborted(fact);
        this.changes.hasten(to);
      },
      'mid-stream': (to) => void this.current(to),
      command: (to, fact) => this.command(to, fact),
      'data-set': (to, fact) => this.dataSet(to, fact),
      'data-set-skipped': (to) => {
        this.current(to).reasons.add('not-decodable');
      },
      'client-hello': (to, fact) => {
        to.evidence.clientHello ??= fact.side;
        this.tls(to, fact);
      },
      'server-hello': (to, fact) => {
        to.evidence.clientHello ??= (1 - fact.side) as Side;
        this.tls(to, fact);
        this.changes.hasten(to);
      },
      'tls-certificate': (to, fact) => this.tls(to, fact),
      'tls-client-certificate': (to, fact) => this.tls(to, fact),
      'tls-unencrypted': (to, fact) => this.tls(to, fact),
      malformed: () => {},
      'lost-step': (to, fact) => to.doubt(fact.side),
    };

  private dataSet(conversation: Conversation, fact: DataSet): void {
    const association = this.current(conversation);
    const proven = association.patientDataAt !== null;
    association.dataSet(fact, association.last);
    if (fact.patientHash !== null) this.patients.add(fact.patientHash);
    if (fact.studyHash !== null) this.studies.add(fact.studyHash);
    const provenNow = !proven && association.patientDataAt !== null;
    if (provenNow || association.done.length > 0) this.changes.hasten(conversation);
  }

  private command(conversation: Conversation, fact: Command): void {
    if (requestOf(fact.field) !== commandField.eventReport) {
      conversation.evidence.dimseRequest ??= isResponse(fact.field) ? ((1 - fact.side) as Side) : fact.side;
    }
    const association = this.current(conversation);
    const before = association.operations;
    association.command(fact, association.last);
    this.operations += association.operations - before;
    if (association.done.length > 0) this.changes.hasten(conversation);
  }

  /** The association at hand, stamped and marked as changed; one joined in the middle if none was asked for. */
  private current(conversation: Conversation): Association {
    const association = conversation.current ?? this.open(conversation, true);
    if (!association.ended) association.last = this.options.stamp();
    conversation.change(association);
    return association;
  }

  private open(conversation: Conversation, midStream: boolean): Association {
    conversation.associations++;
    this.associations++;
    const { limits, stamp } = this.options;
    const { associations, slot } = conversation;
    const id = this.idOf(conversation);
    const { missed } = this.options.slots;
    // Joined in the middle, what was missed before may have been its beginning.
    const span = midStream ? new MissedSpan(0, 0) : new MissedSpan(missed[2 * slot], missed[2 * slot + 1]);
    const association = new Association(id, associations, midStream, stamp(), limits, span);
    association.judgedBy = this.options.judgedBy?.();
    conversation.current = association;
    conversation.change(association);
    this.changes.hasten(conversation);
    return association;
  }

  private tls(conversation: Conversation, fact: Fact): void {
    const stamp = this.options.stamp();
    conversation.tls ??= new TlsSession(stamp);
    conversation.tls.fact(fact, stamp);
  }

  /** What happened in a TLS session is told once it is known for one of DICOM: at the latest when it is over. */
  private tellTls(conversation: Conversation): void {
    if (conversation.tls?.tells !== true || this.isOtherTls(conversation)) return;
    const { connection, overTls } = conversation.frozen ?? this.state(conversation, 'open');
    if (overTls === null) return;
    for (const event of conversation.tls.tell(connection, overTls)) this.options.observe(event);
  }

  /** Another association begins, asked for by `side`: what goes missing of that side from now on is that one's. */
  private over(conversation: Conversation, side: Side): void {
    const { current, previous } = conversation;
    if (current === null) return;
    const { missed } = this.options.slots;
    for (const each of [0, 1] as const) conversation.endMissed(previous, each, missed);
    current.connectionEnded('another request came on the connection');
    conversation.endMissed(current, side, missed);
    conversation.change(current);
    conversation.previous = current;
  }

  private state(conversation: Conversation, ended: Ended): ConnectionState {
    const { slots, captures, path } = this.options;
    const { protocol, why, evidence, reasons, slot } = conversation;
    const parts = { id: this.idOf(conversation), protocol, why, evidence, reasons, ended, captures, ...path(slot) };
    const connection = connectionRecord(slots, slot, parts);
    const overTls = conversation.tls === null ? null : this.dicomOverTls(conversation);
    return { connection, client: clientOf(slots, slot, evidence).side, overTls };
  }

  private idOf(conversation: Conversation): string {
    const { slot, isn, tunnel } = conversation;
    if (conversation.id === '')
      conversation.id = this.identities.idFor(identityBy(this.options.slots, slot, isn, tunnel));
    return conversation.id;
  }

  /** Of TLS that is not DICOM's nothing is recorded, and most TLS of a network is not: it costs no id and no hash. */
  private isOtherTls(conversation: Conversation): boolean {
    return conversation.tls !== null && this.dicomOverTls(conversation) === null;
  }

  /** What makes a TLS connection one of DICOM, as far as known now; null if nothing does. */
  private dicomOverTls(conversation: Conversation): string | null {
    if (conversation.associations > 0) return 'content';
    return this.listeners.whyDicom(this.options.slots, conversation.slot, this.serverOf(conversation));
  }

  private serverOf({ slot, evidence }: Conversation): Side {
    return (1 - clientOf(this.options.slots, slot, evidence).side) as Side;
  }
}

function exposureRecord({ id, exposure }: Association, connection: ConnectionRecord): ExposureRecord {
  const { attributes, byClass } = exposure.exposed();
  const { direct, quasi, clinical, staff, device, uid } = byClass;
  const revealed = exposure.revealed();
  return {
    associationId: id,
    connectionId: connection.id,
    direct,
    quasi,
    clinical,
    staff,
    device,
    uid,
    attributes,
    revealed,
  };
}
