import type { Command, DataSet, Side } from '../model/facts.ts';
import type { Limits } from '../model/limits.ts';
import type { OperationRecord, SeenIn } from '../model/records.ts';
import { commandField, commandName, isResponse, requestOf } from '../protocols/dicom/dimse.ts';
import { statusWords } from '../protocols/dicom/tables/statuses.ts';
import { serviceOf } from '../protocols/dicom/tables/uids.ts';
import { type CommandDetails, detailsOf } from './command-details.ts';
import { Distinct } from './distinct.ts';
import type { Acted } from './events.ts';
import { PatientProof } from './patient-proof.ts';
import { Reasons } from './reasons.ts';
import type { Stamp } from './stamp.ts';

const PENDING = 0xff00;
const PENDING_WITHOUT_KEYS = 0xff01;

/** A DIMSE request with its responses, being filled. */
export class Operation {
  readonly id: string;
  readonly ordinal: number;
  /** Who sent the request (or, when only responses were seen, who should have). */
  readonly side: Side;
  /** The request's Command Field; null when only a data set was seen. */
  readonly field: number | null;
  readonly contextId: number;
  readonly messageId: number | null;
  requestSeen: boolean;
  readonly service: string;
  readonly first: Stamp;
  last: Stamp;
  over = false;
  /** It is over, and waits to be made a record. */
  handed = false;
  cancelled = false;
  /** What its events say of it, once that no longer changes. */
  acted: Acted | null = null;
  private request: CommandDetails | null = null;
  /** Of the last response. */
  private response: CommandDetails | null = null;
  private status: number | null = null;
  private sopClass: string | null;
  private responses = 0;
  private answers = 0;
  private requestBytes = 0;
  private responseBytes = 0;
  private missedBytes = 0;
  private readonly patients: Distinct;
  private study: string | null = null;
  /** Answers of several studies: none of them is the operation's. */
  private severalStudies = false;
  private instance: string | null = null;
  private transferSyntax: string | null = null;
  private guessed = false;
  private queryLevel: string | null = null;
  private contentMark: string | null = null;
  private deidentified: 'yes' | 'no' | 'not-seen' | null = null;
  private readonly proof = new PatientProof();
  /** Bytes and losses of the data set at hand, stated again at its end. */
  private openBytes = 0;
  private openMissed = 0;
  private readonly reasons = new Reasons();

  constructor(
    id: string,
    ordinal: number,
    side: Side,
    command: Command | null,
    contextId: number,
    stamp: Stamp,
    limits: Limits,
  ) {
    this.id = id;
    this.ordinal = ordinal;
    this.side = side;
    this.contextId = contextId;
    this.requestSeen = command !== null && !isResponse(command.field);
    this.field = command === null ? null : requestOf(command.field);
    this.messageId = command === null ? null : this.requestSeen ? command.messageId : command.respondedTo;
    this.sopClass = command?.sopClass ?? null;
    this.service = serviceOf(this.sopClass, this.field ?? 0);
    this.first = stamp;
    this.last = stamp;
    this.patients = new Distinct(limits.distinctMax);
    if (this.requestSeen) this.request = detailsOf(command);
    else this.reasons.add('mid-stream');
    this.instance = command?.instanceHash ?? null;
  }

  get isStore(): boolean {
    return this.field === commandField.store;
  }

  /** Whether this, known by responses alone, may be what a request asks for. */
  isAnswerTo({ field, contextId, sopClass, instanceHash }: Command): boolean {
    if (field !== this.field || contextId !== this.contextId) return false;
    const sameClass = this.sopClass === null || sopClass === null || this.sopClass === sopClass;
    return sameClass && (this.instance === null || instanceHash === null || this.instance === instanceHash);
  }

  /** The request that its responses were recorded before. */
  requested(command: Command): void {
    this.request = detailsOf(command);
    this.requestSeen = true;
    this.reasons.delete('mid-stream');
    this.sopClass ??= command.sopClass;
    this.instance ??= command.instanceHash;
  }

  /** A response to this request; over unless more are to come. */
  answer(command: Command, stamp: Stamp): void {
    this.last = stamp;
    this.response = detailsOf(command);
    this.status = command.status;
    this.responses++;
    this.sopClass ??= command.sopClass;
    this.instance ??= command.instanceHash;
    const pending = command.status === PENDING || command.status === PENDING_WITHOUT_KEYS;
    if (pending && command.hasDataSet) this.answers++;
    if (!pending) this.over = true;
  }

  /** Of a data set, what is new since it was stated last. */
  dataSet(fact: DataSet, stamp: Stamp): void {
    this.last = stamp;
    const bytes = fact.bytes - this.openBytes;
    if (fact.side === this.side) this.requestBytes += bytes;
    else this.responseBytes += bytes;
    this.missedBytes += fact.missed - this.openMissed;
    this.openBytes = fact.final ? 0 : fact.bytes;
    this.openMissed = fact.final ? 0 : fact.missed;
    if (fact.patientHash !== null) this.patients.add(fact.patientHash);
    if (fact.studyHash !== null) {
      this.severalStudies ||= this.study !== null && this.study !== fact.studyHash;
      this.study = fact.studyHash;
    }
    // Answers may be of many instances.
    if (fact.side === this.side) this.instance = fact.instanceHash ?? this.instance;
    this.transferSyntax = fact.transferSyntax ?? this.transferSyntax;
    this.guessed ||= fact.transferSyntaxGuessed;
    this.queryLevel ??= fact.queryLevel;
    this.deidentified = fact.deidentified;
    if (this.isStore && fact.side === this.side) this.contentMark = fact.contentMark;
    if (fact.missed > 0) this.reasons.add('missed-bytes');
    if (fact.final && fact.incomplete === 'cut') this.reasons.add('cut');
    else if (fact.incomplete !== null && fact.incomplete !== 'gap') this.reasons.add('not-decodable');
  }

  /** A data set that makes no claim of being de-identified. */
  showed(fact: DataSet): void {
    if (this.proof.proven) return;
    for (const { attribute } of fact.shown) this.proof.add(attribute);
  }

  /** The association ended before the last response. */
  cut(): void {
    if (!this.over) this.reasons.add('cut');
    this.over = true;
  }

  /** No longer waited for: too many others are. */
  dropped(): void {
    this.reasons.add('evicted');
    this.over = true;
  }

  /** How a data set of this operation, sent by `side`, shows what it holds. */
  seenIn(side: Side): SeenIn {
    if (this.field === null) return 'unknown';
    if (this.isStore) return 'stored';
    if (this.field === commandField.eventReport) return this.service === 'commitment' ? 'commitment' : 'event';
    const request = side === this.side;
    switch (this.service) {
      case 'query':
      case 'retrieve':
        return request ? 'query-key' : 'query-answer';
      case 'worklist':
        return request ? 'worklist-key' : 'worklist-answer';
      case 'mpps':
        return 'mpps';
      case 'commitment':
        return 'commitment';
      default:
        return 'other';
    }
  }

  record(associationId: string, connectionId: string, requester: 'client' | 'server'): OperationRecord {
    const { request, response, status } = this;
    const words = status === null ? null : statusWords(this.field ?? 0, this.sopClass, status);
    const incomplete = this.reasons.list();
    return {
      id: this.id,
      associationId,
      connectionId,
      ordinal: this.ordinal,
      command: this.field === null ? 'unknown' : commandName(this.field),
      requester,
      contextId: this.contextId,
      messageId: this.messageId,
      sopClass: this.sopClass,
      transferSyntax: this.transferSyntax,
      transferSyntaxGuessed: this.guessed,
      status,
      statusText: words?.text ?? null,
      statusKind: words?.kind ?? null,
      responses: this.responses,
      answers: this.answers,
      remaining: response?.remaining ?? null,
      completed: response?.completed ?? null,
      failed: response?.failed ?? null,
      warning: response?.warning ?? null,
      cancelled: this.cancelled,
      requestBytes: this.requestBytes,
      responseBytes: this.responseBytes,
      missedBytes: this.missedBytes,
      queryLevel: this.queryLevel,
      patientHash: this.patients.only,
      studyHash: this.severalStudies ? null : this.study,
      instanceHash: this.instance,
      patients: this.patients.count,
      moveDestination: request?.moveDestination ?? null,
      moveOriginator: request?.moveOriginator ?? null,
      moveOriginatorMessageId: request?.moveOriginatorMessageId ?? null,
      eventType: request?.eventType ?? response?.eventType ?? null,
      actionType: request?.actionType ?? response?.actionType ?? null,
      deidentified: this.deidentified,
      patientData: this.proof.proven,
      start: this.first.micros,
      end: this.last.micros,
      durationMicros: this.last.micros - this.first.micros,
      firstCapture: this.first.capture,
      firstFrame: this.first.frame,
      lastCapture: this.last.capture,
      lastFrame: this.last.frame,
      complete: incomplete.length === 0,
      incomplete,
      contentMark: this.contentMark,
    };
  }

  get instanceHash(): string | null {
    return this.instance;
  }

  get sopClassUid(): string | null {
    return this.sopClass;
  }

  /** Of the request, where it says more than most. */
  get asked(): CommandDetails | null {
    return this.request;
  }
}
