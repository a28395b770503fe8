import { type Budget, HeldBytes } from '../../bytes/held-bytes.ts';
import type { Account } from '../account.ts';

/** What the deframer of one direction tells its owner. */
export interface MessageTaker {
  /** A handshake message of `length` bytes begins: how many of them are wanted; the rest is skipped. */
  wants(type: number, length: number): number;
  /** A message is over; `start` to `end` are its first bytes, as many as were wanted. `offset` is where it began. */
  message(type: number, bytes: Uint8Array, start: number, end: number, offset: number): void;
  /** What follows is encrypted, or is not for this deframer. */
  ended(why: 'change-cipher-spec' | 'application-data'): void;
  malformed(offset: number, field: string, reason: string): void;
}

/** Content types, RFC 8446 section 5.1 and RFC 6520. */
export const contentType = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
  heartbeat: 24,
} as const;

/** 2^14, and the 2048 that RFC 5246 allows compressed or encrypted ones to be longer. */
export const recordBytesMax = 16_384 + 2048;

/**
 * Bytes of one direction into handshake messages, which may share a record or run over several:
 *    0   1  content type
 *    1   2  version, 03xxH
 *    3   2  length
 * and, in the handshake records' contents taken together:
 *    0   1  handshake type
 *    1   3  length
 */
export class Messages {
  /** Once true, nothing more is read: the owner sets it, or malformed bytes do. */
  done = false;
  /** It is because of these. */
  failed = false;
  private readonly taker: MessageTaker;
  private readonly account: Account;
  /** Bytes of this direction before the ones being read. */
  private offset = 0;
  /** Of the header of a record as far as it came: `recordLeft` counts once all five bytes did. */
  private recordType = 0;
  private recordMajor = 0;
  private recordLength = 0;
  private recordHeaderFilled = 0;
  private recordLeft = 0;
  /** Of four bytes as many as came, as one number. */
  private messageHeader = 0;
  private messageHeaderFilled = 0;
  private messageOffset = 0;
  /** Bytes of the message still to come, wanted ones and others. */
  private messageLeft = 0;
  private wanted = 0;
  private readonly budget: Budget | undefined;
  /** Of a message that runs over what came at once: none, nearly always. */
  private held: HeldBytes | null = null;

  /** `budget` bounds what this and others hold together. */
  constructor(taker: MessageTaker, account: Account, budget?: Budget) {
    this.taker = taker;
    this.account = account;
    this.budget = budget;
  }

  /** Takes bytes until it is done; answers where that was. What comes after is for the owner to account. */
  data(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && !this.done) {
      at =
        this.recordLeft === 0
          ? this.takeRecordHeader(bytes, at, end, start)
          : this.takeRecord(bytes, at, Math.min(end, at + this.recordLeft), start);
    }
    this.offset += at - start;
    if (this.done) this.held?.clear();
    return at;
  }

  /** Once done: bytes of the record in hand that are still to come. */
  get left(): number {
    return this.recordLeft;
  }

  /** Bytes of this direction so far, with those that are missing. */
  get position(): number {
    return this.offset;
  }

  /** A hole costs nothing where its bytes would have been skipped; elsewhere it is the end. */
  gap(length: number): void {
    if (this.done) return;
    const skipping =
      length <= this.recordLeft &&
      (this.recordType !== contentType.handshake || (this.heldLength === this.wanted && length < this.messageLeft));
    if (!skipping) {
      this.stop();
      return;
    }
    this.offset += length;
    this.recordLeft -= length;
    if (this.recordType === contentType.handshake) this.messageLeft -= length;
  }

  /** No more bytes come, or none are wanted. */
  stop(): void {
    this.done = true;
    this.held?.clear();
  }

  private get heldLength(): number {
    return this.held === null ? 0 : this.held.length;
  }

  private takeRecordHeader(bytes: Uint8Array, from: number, end: number, start: number): number {
    let at = from;
    for (; at < end && this.recordHeaderFilled < 5; this.recordHeaderFilled++) {
      const byte = bytes[at++];
      if (this.recordHeaderFilled === 0) this.recordType = byte;
      else if (this.recordHeaderFilled === 1) this.recordMajor = byte;
      else if (this.recordHeaderFilled === 3) this.recordLength = byte << 8;
      else if (this.recordHeaderFilled === 4) this.recordLength |= byte;
    }
    this.account.headers += at - from;
    if (this.recordHeaderFilled < 5) return at;
    this.recordHeaderFilled = 0;
    this.recordLeft = this.recordLength;
    this.beginRecord(this.offset + at - start - 5);
    return at;
  }

  /** The header of a record that begins at `offset` is whole. */
  private beginRecord(offset: number): void {
    const { recordType: type, recordMajor: major, recordLength: length } = this;
    if (type < contentType.changeCipherSpec || type > contentType.heartbeat) {
      this.fail(offset, 'content type', `${type} is none`);
    } else if (major !== 3) {
      this.fail(offset + 1, 'record version', `${major} is none`);
    } else if (length > recordBytesMax) {
      this.fail(offset + 3, 'record length', `${length} is more than ${recordBytesMax}`);
    } else if (type === contentType.changeCipherSpec) this.taker.ended('change-cipher-spec');
    else if (type === contentType.applicationData) this.taker.ended('application-data');
  }

  private takeRecord(bytes: Uint8Array, from: number, stop: number, start: number): number {
    this.recordLeft -= stop - from;
    if (this.recordType !== contentType.handshake) {
      this.account.skipped += stop - from;
      return stop;
    }
    this.account.kept += stop - from;
    let at = from;
    while (at < stop && !this.done) {
      at =
        this.messageHeaderFilled < 4
          ? this.takeMessageHeader(bytes, at, stop, start)
          : this.takeMessageBody(bytes, at, stop);
    }
    return stop;
  }

  private takeMessageHeader(bytes: Uint8Array, from: number, stop: number, start: number): number {
    let at = from;
    if (this.messageHeaderFilled === 0) this.messageOffset = this.offset + at - start;
    for (; at < stop && this.messageHeaderFilled < 4; this.messageHeaderFilled++) {
      this.messageHeader = (this.messageHeader << 8) | bytes[at++];
    }
    if (this.messageHeaderFilled < 4) return at;
    const type = this.messageHeader >>> 24;
    this.messageLeft = this.messageHeader & 0xff_ffff;
    this.wanted = Math.min(this.messageLeft, this.taker.wants(type, this.messageLeft));
    if (this.messageLeft === 0) this.finishMessage(bytes, at, at);
    return at;
  }

  /** One that lies whole in a record at hand is read where it lies. */
  private takeMessageBody(bytes: Uint8Array, at: number, stop: number): number {
    const length = Math.min(stop - at, this.messageLeft);
    this.messageLeft -= length;
    const keep = Math.min(length, this.wanted - this.heldLength);
    if (this.messageLeft === 0 && this.heldLength === 0) this.finishMessage(bytes, at, at + keep);
    else this.hold(bytes, at, keep, length);
    return at + length;
  }

  /** Keeps the first `keep` of the next `length` bytes of a message. */
  private hold(bytes: Uint8Array, at: number, keep: number, length: number): void {
    this.held ??= new HeldBytes(Number.POSITIVE_INFINITY, this.budget);
    const { held } = this;
    if (keep > held.room) {
      this.loseMessage(length);
      return;
    }
    if (keep > 0) held.append(bytes, at, at + keep);
    if (this.messageLeft === 0) this.finishMessage(held.bytes, 0, held.length);
  }

  private finishMessage(bytes: Uint8Array, start: number, end: number): void {
    this.messageHeaderFilled = 0;
    this.taker.message(this.messageHeader >>> 24, bytes, start, end, this.messageOffset);
    this.held?.clear();
  }

  /** Others hold all the memory there is: nothing more is read, not even the next `length` bytes. */
  private loseMessage(length: number): void {
    const lost = this.heldLength + length;
    this.account.kept -= lost;
    this.account.lostStep += lost;
    this.stop();
  }

  private fail(offset: number, field: string, reason: string): void {
    this.taker.malformed(offset, field, reason);
    this.done = true;
    this.failed = true;
  }
}
