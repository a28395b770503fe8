import { type Budget, HeldBytes } from '../../bytes/held-bytes.ts';
import { u16be } from '../../bytes/reader.ts';
import type { Account } from '../account.ts';
import { contentType, recordBytesMax } from './messages.ts';
import type { NullSuite } from './null-suite.ts';

/** Who takes the plaintext of application data, and is told what of it is missing. */
export interface PlaintextTaker {
  data(bytes: Uint8Array, start: number, end: number): void;
  gap(length: number): void;
  astray(length: number): void;
  malformed(offset: number, field: string, reason: string): void;
}

export interface PlainStart {
  readonly suite: NullSuite;
  /** Of records: 0301H to 0303H. */
  readonly version: number;
  /** Offset of the first byte in its direction. */
  readonly offset: number;
  /** Bytes of a record in hand, to be passed over. */
  readonly left: number;
  /** ChangeCipherSpec was seen. */
  readonly changed: boolean;
  /** The first byte may be anywhere in a record. */
  readonly anywhere?: boolean;
}

/**
 * Records of one direction under a suite that does not encrypt, to the plaintext of application data:
 *    0   1  content type
 *    1   2  version
 *    3   2  length of what follows
 *    5   …  plaintext; in TLS 1.3 with its content type and zeros behind it
 *        …  MAC
 *
 * Of TLS 1.2 and before, plaintext goes on as it comes. A record of TLS 1.3 is kept until its content type is seen. A
 * hole within a record is one of the plaintext; after one over records, the next pair of record headers that meet is
 * looked for.
 */
export class PlainRecords {
  private readonly taker: PlaintextTaker;
  private readonly account: Account;
  private readonly suite: NullSuite;
  private readonly version: number;
  private position: number;
  private state: State = PASS;
  private readonly header = new Uint8Array(headerBytes);
  private headerFilled = 0;
  private changed: boolean;
  /** Of the record in hand: plaintext and MAC still to come. */
  private plainLeft = 0;
  private macLeft: number;
  /** TLS 1.3: application data came, so that the handshake is over. */
  private opened = false;
  private readonly held: HeldBytes;
  /** Of a hunt: no record begins before here, and so many bytes are needed to tell more. */
  private huntAt = 0;
  private lookAt = 0;
  /** The hunt begins with the first byte captured, where a record often does: there its header alone is believed. */
  private atEdge: boolean;

  constructor(taker: PlaintextTaker, account: Account, start: PlainStart, budget?: Budget) {
    this.taker = taker;
    this.account = account;
    this.suite = start.suite;
    this.version = start.version;
    this.position = start.offset;
    this.changed = start.changed;
    this.macLeft = start.left;
    this.atEdge = start.anywhere ?? false;
    if (this.atEdge) this.state = HUNT;
    this.held = new HeldBytes(huntBytesMax, budget);
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    const from = this.position;
    this.position += end - start;
    this.run(bytes, start, end, from);
  }

  /** `length` bytes are missing: as much as lies in the record in hand is known to be plaintext or MAC. */
  gap(length: number): void {
    if (this.state === HUNT) {
      const at = this.search(true, false);
      if (at >= 0) this.resume(at, this.position);
    }
    this.position += length;
    if (this.state === OFF || this.state === MALFORMED) return;
    if (this.state === HUNT) {
      this.loseHeld();
      this.taker.astray(length);
      return;
    }
    const plain = Math.min(length, this.plainLeft);
    if (plain > 0) this.holePlaintext(plain);
    const mac = Math.min(length - plain, this.macLeft);
    this.macLeft -= mac;
    const beyond = length - plain - mac;
    if (beyond === 0) return;
    this.headerFilled = 0;
    this.state = HUNT;
    this.taker.astray(beyond);
  }

  /** No more comes: what was kept is looked at once more. */
  close(): void {
    if (this.state === HUNT) {
      const at = this.search(true, true);
      if (at >= 0) this.resume(at, this.position);
    }
    this.loseHeld();
    this.state = OFF;
  }

  /** `from`: the offset of `bytes[start]` in the direction. */
  private run(bytes: Uint8Array, start: number, end: number, from: number): void {
    let at = start;
    while (at < end) {
      if (this.state === OFF || this.state === MALFORMED) {
        if (this.state === OFF) this.account.skipped += end - at;
        else this.account.malformed += end - at;
        return;
      }
      if (this.state === HUNT) at = this.hunt(bytes, at, end, from + at - start);
      else if (this.plainLeft > 0) at = this.plaintext(bytes, at, Math.min(end, at + this.plainLeft));
      else if (this.macLeft > 0) at = this.pass(at, Math.min(end, at + this.macLeft));
      else at = this.takeHeader(bytes, at, end, from + at - start);
    }
  }

  private pass(at: number, stop: number): number {
    this.macLeft -= stop - at;
    this.account.skipped += stop - at;
    return stop;
  }

  private takeHeader(bytes: Uint8Array, start: number, end: number, from: number): number {
    let at = start;
    while (at < end && this.headerFilled < headerBytes) this.header[this.headerFilled++] = bytes[at++];
    this.account.headers += at - start;
    if (this.headerFilled < headerBytes) return at;
    this.headerFilled = 0;
    const type = this.header[0];
    const length = u16be(this.header, 3);
    if (!isHeader(this.header, 0, this.version)) {
      this.taker.malformed(from + at - start - headerBytes, 'record header', 'is none');
      this.state = MALFORMED;
      return at;
    }
    this.begin(type, length);
    return at;
  }

  private begin(type: number, length: number): void {
    const { macBytes, innerType } = this.suite;
    if (type === contentType.changeCipherSpec && !innerType) {
      // Another one begins a cipher that was agreed on out of sight.
      this.state = this.changed ? OFF : PASS;
      this.changed = true;
    }
    const carries = type === contentType.applicationData && this.state !== OFF;
    // It is sent only after the change of ciphers, which may have been out of sight.
    if (carries) this.changed = true;
    if (carries) this.state = innerType ? WHOLE : PLAIN;
    else if (this.state !== OFF) this.state = PASS;
    this.plainLeft = carries ? Math.max(0, length - macBytes) : 0;
    this.macLeft = length - this.plainLeft;
  }

  private plaintext(bytes: Uint8Array, at: number, stop: number): number {
    if (this.state === WHOLE) return this.hold(bytes, at, stop);
    this.plainLeft -= stop - at;
    // A record of TLS 1.3 that has a hole is taken for one without zeros: its last byte is the content type.
    const typed = this.state === HOLED && this.plainLeft === 0;
    const last = typed ? stop - 1 : stop;
    this.taker.data(bytes, at, last);
    this.account.skipped += stop - last;
    return stop;
  }

  private hold(bytes: Uint8Array, at: number, stop: number): number {
    if (this.held.length === 0 && stop - at === this.plainLeft) this.finish(bytes, at, stop);
    else {
      const taken = this.held.append(bytes, at, stop);
      if (taken < stop - at) {
        // Others hold all the memory there is.
        this.giveHeld();
        this.plainLeft -= taken;
        return at + taken;
      }
      if (stop - at === this.plainLeft) {
        this.finish(this.held.bytes, 0, this.held.length);
        this.held.clear();
      }
    }
    this.plainLeft -= stop - at;
    return stop;
  }

  /** TLSInnerPlaintext, RFC 8446 section 5.2: content, its type, zeros. */
  private finish(bytes: Uint8Array, start: number, end: number): void {
    let typeAt = end - 1;
    while (typeAt >= start && bytes[typeAt] === 0) typeAt--;
    const carries = typeAt >= start && bytes[typeAt] === contentType.applicationData;
    this.opened ||= carries;
    if (carries && typeAt > start) this.taker.data(bytes, start, typeAt);
    this.account.skipped += carries ? end - typeAt : end - start;
  }

  /** What is kept of a record of TLS 1.3 whose end is not seen goes on, if it can be no handshake. */
  private giveHeld(): void {
    const { held } = this;
    if (this.opened) this.taker.data(held.bytes, 0, held.length);
    else {
      this.account.skipped += held.length;
      this.taker.gap(held.length);
    }
    held.clear();
    this.state = HOLED;
  }

  private holePlaintext(length: number): void {
    if (this.state === WHOLE) this.giveHeld();
    const typed = this.state === HOLED && length === this.plainLeft;
    const content = typed ? length - 1 : length;
    if (content > 0) this.taker.gap(content);
    this.plainLeft -= length;
  }

  private hunt(bytes: Uint8Array, at: number, end: number, from: number): number {
    const { held } = this;
    const taken = held.append(bytes, at, end);
    const due = held.length >= this.lookAt || taken < end - at;
    const found = due ? this.search(taken < end - at, false) : -1;
    if (found >= 0) this.resume(found, from + taken);
    else if (taken < end - at) {
      // In so many bytes there would have been one, or others hold all the memory there is.
      this.account.lostStep += held.length;
      if (taken === 0 && held.length === 0) {
        this.account.lostStep += end - at;
        return end;
      }
      this.clearHunt();
      this.atEdge = false;
    }
    return at + taken;
  }

  /**
   * Where the first record begins that the next one follows, told with the byte that tells it; `last`: or that ends
   * where all does. -1: nowhere. One whose end is not there yet is waited for, unless `ended`, so that it does not
   * matter how the stream was cut.
   */
  private search(ended: boolean, last: boolean): number {
    const { bytes, length } = this.held;
    let at = this.huntAt;
    for (; at + headerBytes <= length; at++) {
      if (!isHeader(bytes, at, this.version)) continue;
      if (at === 0 && this.atEdge) return at;
      const next = at + headerBytes + u16be(bytes, at + 3);
      if (next + headerBytes <= length ? isHeader(bytes, next, this.version) : last && next === length) return at;
      if (next + headerBytes > length && !ended) return this.wait(at, next + headerBytes);
    }
    return this.wait(at, at + headerBytes);
  }

  private wait(at: number, lookAt: number): -1 {
    this.huntAt = at;
    this.lookAt = lookAt;
    return -1;
  }

  private clearHunt(): void {
    this.held.clear();
    this.huntAt = 0;
    this.lookAt = 0;
  }

  /** Goes on at `at` of what is held, which ends at `end` of the direction. */
  private resume(at: number, end: number): void {
    const { held } = this;
    const bytes = held.bytes.slice(at, held.length);
    this.account.lostStep += at;
    this.clearHunt();
    this.state = PASS;
    this.plainLeft = 0;
    this.macLeft = 0;
    this.run(bytes, 0, bytes.length, end - bytes.length);
  }

  private loseHeld(): void {
    this.account.lostStep += this.held.length;
    this.clearHunt();
    this.atEdge = false;
  }
}

/** Of a record. */
export const headerBytes = 5;
/** Two of the longest records: wherever one begins within the first, the next header is there as well. */
const huntBytesMax = 2 * (recordBytesMax + headerBytes);

/** Whether five bytes that are there are the header of a record of this version. */
export function isHeader(bytes: Uint8Array, at: number, version: number): boolean {
  if (bytes[at] < contentType.changeCipherSpec || bytes[at] > contentType.heartbeat) return false;
  return u16be(bytes, at + 1) === version && u16be(bytes, at + 3) <= recordBytesMax;
}

type State = 0 | 1 | 2 | 3 | 4 | 5 | 6;
/** Between records, or in one that carries no application data. */
const PASS: State = 0;
/** In application data that goes on as it comes. */
const PLAIN: State = 1;
/** In a record of TLS 1.3, kept until its content type is seen. */
const WHOLE: State = 2;
/** In one of which that will not be seen for sure. */
const HOLED: State = 3;
/** Looking for a record. */
const HUNT: State = 4;
/** What comes is passed over. */
const OFF: State = 5;
/** What comes breaks its format. */
const MALFORMED: State = 6;
