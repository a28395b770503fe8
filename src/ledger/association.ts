import { lengthened } from '../bytes/lengthened.ts';
import type {
  Abort,
  AssociateAccept,
  AssociateReject,
  AssociateRequest,
  Command,
  DataSet,
  Side,
  UserInformation,
} from '../model/facts.ts';
import type { Limits } from '../model/limits.ts';
import type { AssociationOutcome } from '../model/records.ts';
import { commandField, isResponse } from '../protocols/dicom/dimse.ts';
import { FewByNumber } from '../protocols/few-by-number.ts';
import { Distinct } from './distinct.ts';
import { Exposure } from './exposure.ts';
import { childId } from './ids.ts';
import { MissedSpan } from './missed-span.ts';
import { Operation } from './operation.ts';
import { Reasons } from './reasons.ts';
import type { Stamp } from './stamp.ts';

/** Answers without a question kept: of two taps the one is only so far ahead. */
const unaskedMax = 64;

const earlyMicros = 100_000;

/**
 * An association being filled from facts. What is told apart by side becomes client and server in
 * `association-record.ts`.
 */
export class Association {
  readonly id: string;
  readonly ordinal: number;
  midStream: boolean;
  readonly first: Stamp;
  last: Stamp;
  request: AssociateRequest | null = null;
  accept: AssociateAccept | null = null;
  reject: AssociateReject | null = null;
  abort: Abort | null = null;
  releaseRequested = false;
  /** Released by the end of the connection: the response was not seen. */
  unansweredRelease = false;
  /** What cut it, in words. */
  cutBy: string | null = null;
  ended = false;
  /** Its end was stated as an event. */
  overTold = false;
  outcome: AssociationOutcome = 'requested';
  /** Requests seen; operations known only by their responses or data sets have an ordinal all the same. */
  operations = 0;
  objects = 0;
  deidentifiedObjects = 0;
  readonly dataBytes: [number, number] = [0, 0];
  readonly patients: Distinct;
  readonly studies: Distinct;
  readonly exposure: Exposure;
  readonly missed: MissedSpan;
  /** Sides from which P-DATA came, and the contexts it came on while no acceptance was seen. */
  readonly heard: [boolean, boolean] = [false, false];
  used: Set<number> | null = null;
  patientDataAt: Stamp | null = null;
  readonly reasons = new Reasons();
  /** When P-DATA of the requester came first while no acceptance was seen. */
  private heardAt: Stamp | null = null;
  /** That was well before the acceptance came: two taps, and the two directions of one, are closer. */
  spokeEarly = false;
  /** Services observed, each with its SCU's side once: a handful. */
  readonly services: ServiceSeen[] = [];
  /** The operation that the last command or data set belonged to. */
  touched: Operation | null = null;
  /** Operations that are over and not yet handed on. */
  readonly done: Operation[] = [];
  /** What it is to be judged by, as it was when it began: kept here, and not looked at. */
  judgedBy: unknown = null;
  private readonly limits: Limits;
  private ordinals = 0;
  /** Requests without their last response: nearly always one. */
  private readonly outstanding = new FewByNumber<Operation>();
  /** By side and context, the operation whose data set comes next. */
  private readonly awaiting = new FewByNumber<Operation>();
  /** Known by their responses alone: where two taps record a direction each, the request may come after. */
  private unasked: FewByNumber<Operation> | null = null;
  private readonly stepLost: [boolean, boolean] = [false, false];
  /** Message ID of each side's last request: some number all alike, so that after a loss it tells nothing. */
  private readonly lastId: [number | null, number | null] = [null, null];

  constructor(
    connectionId: string,
    ordinal: number,
    midStream: boolean,
    stamp: Stamp,
    limits: Limits,
    missed = new MissedSpan(0, 0),
  ) {
    this.id = childId('a', connectionId, ordinal);
    this.ordinal = ordinal;
    this.midStream = midStream;
    this.first = stamp;
    this.last = stamp;
    this.limits = limits;
    this.patients = new Distinct(limits.distinctMax);
    this.studies = new Distinct(limits.distinctMax);
    this.exposure = new Exposure(limits);
    this.missed = missed;
    if (midStream) {
      this.reasons.add('mid-stream');
      this.outcome = 'accepted';
    }
  }

  /** What `side` said of itself. */
  user(side: Side): UserInformation | null {
    if (this.request?.side === side) return this.request.user;
    if (this.accept?.side === side) return this.accept.user;
    return null;
  }

  /** Whether a request is the one that was answered already: the answer was recorded before it, on another tap. */
  isAnswerTo(fact: AssociateRequest): boolean {
    const answer = this.accept ?? this.reject;
    const asked = this.request !== null || this.releaseRequested || this.abort?.side === fact.side;
    return answer !== null && answer.side !== fact.side && !asked && !this.heard[fact.side];
  }

  /** The request of what `isAnswerTo` it. */
  requestedLate(fact: AssociateRequest): void {
    this.request = fact;
    this.midStream = false;
    this.reasons.delete('mid-stream');
  }

  /** What `side` sent could not be read for a while: requests may have been in it. */
  lostStep(side: Side): void {
    this.reasons.add('lost-step');
    this.stepLost[side] = true;
  }

  /** Operations, with those known only by their responses or data sets. */
  get requestsAndMore(): number {
    return this.ordinals;
  }

  accepted(fact: AssociateAccept): void {
    if (this.ended) return;
    this.spokeEarly = this.heardAt !== null && this.last.micros - this.heardAt.micros >= earlyMicros;
    this.accept = fact;
    this.outcome = 'accepted';
  }

  rejected(fact: AssociateReject): void {
    if (this.ended) return;
    this.reject = fact;
    this.end('rejected');
  }

  aborted(fact: Abort): void {
    if (this.ended) return;
    this.abort = fact;
    this.end('aborted');
  }

  /** The connection is over: what was asked to be released is, anything else is cut. */
  connectionEnded(how: string): void {
    if (this.ended) {
      // What was on its way when it ended, such as answers after an abort, and what was never answered.
      this.cutOperations();
      return;
    }
    if (this.releaseRequested) {
      this.unansweredRelease = true;
      this.end('released');
      this.cutOperations();
      return;
    }
    this.cutBy = how;
    this.end('cut');
    this.cutOperations();
  }

  /** What one direction still holds back behind a hole comes after the end: operations are cut with the connection. */
  end(outcome: AssociationOutcome): void {
    if (this.ended) return;
    this.ended = true;
    this.outcome = outcome;
  }

  /** The operation a command belongs to: a request opens one, a response continues one. */
  command(fact: Command, stamp: Stamp): Operation | null {
    this.hear(fact.side, fact.contextId);
    const operation = isResponse(fact.field) ? this.response(fact, stamp) : this.requested(fact, stamp);
    this.touched = operation;
    if (operation === null) return null;
    const key = (fact.side << 8) | fact.contextId;
    if (fact.hasDataSet) this.awaiting.set(key, operation);
    else if (operation.over) this.finish(operation);
    return operation;
  }

  dataSet(fact: DataSet, stamp: Stamp): Operation {
    this.hear(fact.side, fact.contextId);
    const key = (fact.side << 8) | fact.contextId;
    let operation = this.awaiting.get(key);
    if (operation === undefined) {
      operation = this.open(fact.side, null, fact.contextId, stamp);
      operation.over = true;
      this.awaiting.set(key, operation);
    }
    this.touched = operation;
    operation.dataSet(fact, stamp);
    this.count(fact, operation, stamp);
    if (fact.final) {
      this.awaiting.delete(key);
      if (operation.over) this.finish(operation);
    }
    return operation;
  }

  private hear(side: Side, contextId: number): void {
    this.heard[side] = true;
    if (this.accept !== null) return;
    if (side === this.request?.side) this.heardAt ??= this.last;
    this.used ??= new Set();
    if (this.used.size < this.limits.contextsMax) this.used.add(contextId);
  }

  private count(fact: DataSet, operation: Operation, stamp: Stamp): void {
    const claimed = fact.deidentified === 'yes';
    if (fact.patientHash !== null) this.patients.add(fact.patientHash);
    if (fact.studyHash !== null) this.studies.add(fact.studyHash);
    this.exposure.add(fact.shown, operation.seenIn(fact.side), claimed);
    if (this.patientDataAt === null && this.exposure.patientData) this.patientDataAt = stamp;
    if (!claimed) operation.showed(fact);
    if (!fact.final) return;
    this.dataBytes[fact.side] += fact.bytes;
    if (operation.isStore && fact.side === operation.side) {
      this.objects++;
      if (claimed) this.deidentifiedObjects++;
    }
    if (fact.incomplete !== null && fact.incomplete !== 'cut' && fact.incomplete !== 'gap')
      this.reasons.add('not-decodable');
  }

  private requested(fact: Command, stamp: Stamp): Operation | null {
    if (fact.field === commandField.cancel) {
      const cancelled = this.outstanding.get(keyOf(fact.side, fact.respondedTo));
      if (cancelled !== undefined) cancelled.cancelled = true;
      return null;
    }
    const key = keyOf(fact.side, fact.messageId);
    const answered = this.unasked?.get(key);
    // Joined in the middle, the request that was answered was before that.
    const doubtful = this.midStream || (this.stepLost[fact.side] && this.lastId[fact.side] === fact.messageId);
    this.lastId[fact.side] = fact.messageId;
    this.unasked?.delete(key);
    if (!doubtful && answered?.isAnswerTo(fact)) {
      answered.requested(fact);
      this.operations++;
      return answered;
    }
    const before = this.outstanding.get(key);
    if (before !== undefined) {
      before.cut();
      this.finish(before);
    }
    if (this.outstanding.size >= this.limits.outstandingOperationsMax) this.dropOldest();
    const operation = this.open(fact.side, fact, fact.contextId, stamp);
    this.outstanding.set(key, operation);
    return operation;
  }

  private response(fact: Command, stamp: Stamp): Operation {
    const requester = (1 - fact.side) as Side;
    const key = keyOf(requester, fact.respondedTo);
    let operation = this.outstanding.get(key);
    if (operation === undefined) {
      operation = this.open(requester, fact, fact.contextId, stamp);
      this.outstanding.set(key, operation);
      this.unasked ??= new FewByNumber();
      if (this.unasked.size < unaskedMax) this.unasked.set(key, operation);
    }
    operation.answer(fact, stamp);
    return operation;
  }

  private open(side: Side, command: Command | null, contextId: number, stamp: Stamp): Operation {
    this.ordinals++;
    const id = childId('o', this.id, this.ordinals);
    const operation = new Operation(id, this.ordinals, side, command, contextId, stamp, this.limits);
    if (operation.requestSeen) this.operations++;
    if (command !== null) this.observe(operation, stamp);
    return operation;
  }

  private observe(operation: Operation, stamp: Stamp): void {
    // Who asks is the SCU, but for event reports, which the SCP sends (PS3.7 section 10.1.1).
    const side = operation.field === commandField.eventReport ? ((1 - operation.side) as Side) : operation.side;
    let observed = this.services.find((seen) => seen.service === operation.service && seen.side === side);
    if (observed === undefined) {
      observed = { service: operation.service, side, first: stamp, sopClasses: noClasses };
      this.services.push(observed);
    }
    const { sopClasses } = observed;
    const sopClass = operation.sopClassUid;
    if (sopClass !== null && sopClasses.length < this.limits.contextsMax && !sopClasses.includes(sopClass)) {
      // Nearly always the only one: a list that is spread or pushed to has room for sixteen others.
      observed.sopClasses = lengthened(sopClasses, sopClass);
    }
  }

  private finish(operation: Operation): void {
    const key = keyOf(operation.side, operation.messageId);
    if (this.outstanding.get(key) === operation) this.outstanding.delete(key);
    this.hand(operation);
  }

  private hand(operation: Operation): void {
    if (operation.handed) return;
    operation.handed = true;
    this.done.push(operation);
  }

  private cutOperations(): void {
    // Its last response came, the data set that this announced did not.
    for (const operation of this.awaiting.values()) operation.over = false;
    for (const waiting of [this.outstanding, this.awaiting]) {
      for (const operation of waiting.values()) {
        operation.cut();
        this.hand(operation);
      }
      waiting.clear();
    }
  }

  private dropOldest(): void {
    const [oldest] = this.outstanding.values();
    oldest.dropped();
    this.finish(oldest);
  }
}

const noClasses: readonly string[] = [];

function keyOf(side: Side, messageId: number | null): number {
  return ((messageId ?? 0x1_0000) << 1) | side;
}

/** A service observed: `side` is its SCU. */
export interface ServiceSeen {
  readonly service: string;
  readonly side: Side;
  readonly first: Stamp;
  /** Each once; a list that stays as it is. */
  sopClasses: readonly string[];
}
