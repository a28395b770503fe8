import { Malformed } from '../../bytes/malformed.ts';
import type { Side } from '../../model/facts.ts';
import { Account } from '../account.ts';
import type { Analyzer, AnalyzerContext } from '../analyzer.ts';
import type { PduSink } from './deframed.ts';
import { Deframer } from './deframer.ts';
import { KnownAssociates } from './known-associates.ts';
import { type MessageSink, Messages } from './messages.ts';
import { Negotiation } from './negotiation.ts';
import { pduType, shortBodyBytes } from './pdu.ts';
import { Scanners } from './scanners.ts';

/** Some count the header of the PDU, or do not count that of the value. */
const longerBytes = 12;

export interface DicomOptions {
  /** The connection was joined in the middle: the first bytes may be anywhere in a PDU. */
  readonly midStream?: boolean;
  /** Shared with other connections; its own if not given. */
  readonly scanners?: Scanners;
  readonly associates?: KnownAssociates;
  /** Of the bytes that carry it; its own if not given. */
  readonly accounts?: readonly [Account, Account];
}

/**
 * Reads the DICOM upper layer (PS3.8) and DIMSE (PS3.7) of one connection and states facts. Any of its two directions
 * may be missing, start anywhere, or have holes: what cannot be read is counted in `accounts`, and no fact is made of
 * it.
 */
export class DicomAnalyzer implements Analyzer, PduSink, MessageSink {
  readonly accounts: readonly [Account, Account];
  private readonly context: AnalyzerContext;
  private readonly negotiation = new Negotiation();
  private readonly scanners: Scanners;
  private readonly associates: KnownAssociates;
  private readonly messages: readonly [Messages, Messages];
  private readonly deframers: readonly [Deframer, Deframer];
  private midStreamStated = false;
  private malformedCount = 0;
  private stopped = false;

  constructor(context: AnalyzerContext, options: DicomOptions = {}) {
    this.context = context;
    this.accounts = options.accounts ?? [new Account(), new Account()];
    this.scanners = options.scanners ?? new Scanners(context);
    this.associates = options.associates ?? new KnownAssociates(context.limits);
    const midStream = options.midStream ?? false;
    this.messages = [this.makeMessages(0, midStream), this.makeMessages(1, midStream)];
    this.deframers = [this.makeDeframer(0, midStream), this.makeDeframer(1, midStream)];
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    this.deframers[side].data(bytes, start, end);
    this.messages[side].settle();
  }

  unneeded(side: Side): number {
    return this.deframers[side].unneeded;
  }

  unneededAfter(side: Side, bytes: Uint8Array, start: number, end: number, ahead: number): number {
    return this.deframers[side].unneededAfter(bytes, start, end, ahead);
  }

  passed(side: Side, length: number): void {
    this.deframers[side].passed(length);
  }

  gap(side: Side, length: number): void {
    this.deframers[side].gap(length);
    this.messages[side].settle();
  }

  /** Bytes of `side` are missing, nobody knows how many: about `length` beyond the PDU in hand. */
  astray(side: Side, length: number): void {
    this.deframers[side].astray(length);
    this.messages[side].settle();
  }

  close(side: Side, _how: 'fin' | 'cut'): void {
    this.deframers[side].close();
    this.messages[side].settle();
    this.messages[side].close();
  }

  dataBegins(side: Side, length: number, offset: number): void {
    if (length > this.negotiation.longest[side] + longerBytes) this.overlong(side, length, offset);
    if (this.negotiation.seen || this.midStreamStated) return;
    this.midStreamStated = true;
    this.context.emit({ kind: 'mid-stream', side });
  }

  /** Said once of each side of an association. */
  private overlong(side: Side, length: number, offset: number): void {
    const { longest } = this.negotiation;
    const reason = `is ${length} where the receiver takes ${longest[side]}`;
    longest[side] = Number.POSITIVE_INFINITY;
    this.malformed(side, offset, 'p-data-length', reason);
  }

  whole(side: Side, type: number, bytes: Uint8Array, start: number, end: number, offset: number): void {
    try {
      this.read(side, type, bytes, start, end, offset);
      this.accounts[side].kept += end - start;
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.accounts[side].malformed += end - start;
      this.malformed(side, offset + error.offset, error.field, error.reason);
    }
  }

  malformed(side: Side, offset: number, field: string, reason: string): void {
    if (this.stopped) return;
    this.context.emit({ kind: 'malformed', side, offset, field, reason });
    if (++this.malformedCount >= this.context.limits.malformedMax) this.stop();
  }

  lostStep(side: Side, offset: number, bytes: number): void {
    this.context.emit({ kind: 'lost-step', side, offset, bytes });
  }

  private read(side: Side, type: number, bytes: Uint8Array, start: number, end: number, offset: number): void {
    if (type === pduType.associateRequest) this.readRequest(side, bytes, start, end, offset);
    else if (type === pduType.associateAccept) this.readAccept(side, bytes, start, end, offset);
    else if (type === pduType.associateReject) this.readReject(side, bytes, start, end, offset);
    else if (type === pduType.abort) this.readAbort(side, bytes, start, end, offset);
    else this.readRelease(side, type, end - start, offset);
  }

  private readRequest(side: Side, bytes: Uint8Array, start: number, end: number, offset: number): void {
    const { fact, malformed } = this.associates.request(bytes, start, end, side);
    const answered = this.negotiation.unasked && this.messages[side].untouched;
    for (const messages of this.messages) if (!answered) messages.reset(messages.side === side);
    this.negotiation.request(fact, answered);
    this.context.emit(fact);
    this.faults(side, offset, malformed);
  }

  private readAccept(side: Side, bytes: Uint8Array, start: number, end: number, offset: number): void {
    const { fact, malformed } = this.associates.accept(bytes, start, end, side);
    this.negotiation.accept(fact);
    this.context.emit(fact);
    this.faults(side, offset, malformed);
  }

  /**
   * A-ASSOCIATE-RJ, PS3.8 section 9.3.4
   *    6  1  reserved
   *    7  1  result
   *    8  1  source
   *    9  1  reason
   */
  private readReject(side: Side, bytes: Uint8Array, start: number, end: number, offset: number): void {
    this.context.emit({
      kind: 'associate-reject',
      side,
      result: bytes[start + 1],
      source: bytes[start + 2],
      reason: bytes[start + 3],
    });
    this.surplus(side, end - start, offset);
  }

  /** A-RELEASE-RQ and -RP, PS3.8 sections 9.3.6 and 9.3.7: four reserved bytes. */
  private readRelease(side: Side, type: number, length: number, offset: number): void {
    this.context.emit({ kind: type === pduType.releaseRequest ? 'release-request' : 'release-response', side });
    this.surplus(side, length, offset);
  }

  /**
   * A-ABORT, PS3.8 section 9.3.8: ends what either side had begun
   *    6  2  reserved
   *    8  1  source
   *    9  1  reason
   */
  private readAbort(side: Side, bytes: Uint8Array, start: number, end: number, offset: number): void {
    for (const messages of this.messages) messages.close();
    this.context.emit({ kind: 'abort', side, source: bytes[start + 2], reason: bytes[start + 3] });
    this.surplus(side, end - start, offset);
  }

  private surplus(side: Side, length: number, offset: number): void {
    if (length > shortBodyBytes) this.malformed(side, offset, 'pdu-length', `is ${length} where it must be 4`);
  }

  private faults(side: Side, offset: number, faults: readonly Malformed[]): void {
    for (const fault of faults) this.malformed(side, offset + fault.offset, fault.field, fault.reason);
  }

  /** So much was wrong that the rest cannot be trusted either: it is counted. */
  private stop(): void {
    this.stopped = true;
    for (const messages of this.messages) messages.close();
    for (const deframer of this.deframers) deframer.stop();
  }

  private makeMessages(side: Side, midStream: boolean): Messages {
    return new Messages(side, this.context, this.negotiation, this.scanners, this, this.accounts[side], midStream);
  }

  private makeDeframer(side: Side, midStream: boolean): Deframer {
    const { limits, budget } = this.context;
    return new Deframer(side, this.messages[side], this, this.accounts[side], limits, midStream, budget);
  }
}
