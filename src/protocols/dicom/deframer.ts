import { type Budget, HeldBytes } from '../../bytes/held-bytes.ts';
import { u32be } from '../../bytes/reader.ts';
import type { Side } from '../../model/facts.ts';
import type { Limits } from '../../model/limits.ts';
import type { Account } from '../account.ts';
import type { PduSink, ValueSink } from './deframed.ts';
import { HEADER, HUNT, OFF, SKIP, type State, VALUE, VALUE_HEADER, WHOLE } from './deframer-states.ts';
import { Foresight, type InValue } from './foresight.ts';
import { Loss } from './loss.ts';
import { headerFault, isKnown, pduHeaderBytes, pduType, pdvHeaderBytes } from './pdu.ts';
import { headersOnKnownPort } from './recognise.ts';
import { Hunt } from './resync.ts';
import { StraddlingHeader } from './straddling-header.ts';

/**
 * Finds the PDUs of one direction and the values in them (PS3.8 section 9.3), in bytes cut anywhere. P-DATA is never
 * put together: its values go on as they come. Other PDUs are kept until whole, under a bound. A hole inside a known
 * length is subtraction; after any other the next plausible PDU is looked for.
 */
export class Deframer implements InValue {
  private readonly side: Side;
  private readonly values: ValueSink;
  private readonly sink: PduSink;
  private readonly account: Account;
  private readonly limits: Limits;

  private state: State = HEADER;
  private stopped = false;
  /** Stream offset of the next byte, and of index 0 of the bytes in hand. */
  position = 0;
  private base = 0;
  private readonly straddling = new StraddlingHeader();
  /** The PDU in hand: its type, where it began, how much of it and of its value is left, and the value's header. */
  private type = 0;
  private began = 0;
  private unknownBefore = false;
  /** What a hunt kept is being read. */
  private replaying = false;
  pduLeft = 0;
  valueLeft = 0;
  contextId = 0;
  control = 0;
  private readonly held: HeldBytes;
  /** Made when the step is first lost. */
  private hunting: Hunt | null = null;
  private foresight: Foresight | null = null;
  private readonly budget: Budget | undefined;
  private readonly loss: Loss;

  /** `midStream`: the first byte may be anywhere in a PDU. `budget` bounds what this and others hold together. */
  constructor(
    side: Side,
    values: ValueSink,
    sink: PduSink,
    account: Account,
    limits: Limits,
    midStream: boolean,
    budget?: Budget,
  ) {
    this.side = side;
    this.values = values;
    this.sink = sink;
    this.account = account;
    this.limits = limits;
    this.held = new HeldBytes(limits.associatePduBytesMax, budget);
    this.budget = budget;
    this.loss = new Loss(side, sink, account, midStream);
    if (midStream) this.state = HUNT;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    this.base = this.position - start;
    this.position += end - start;
    this.run(bytes, start, end);
  }

  /** How many of the next bytes it need not be shown: some of a value, not its last. */
  get unneeded(): number {
    return this.state === VALUE ? Math.min(this.valueLeft - 1, this.values.unneeded) : 0;
  }

  /** As `StreamConsumer.unneededAfter`. */
  unneededAfter(bytes: Uint8Array, start: number, end: number, ahead: number): number {
    if (this.state !== VALUE) return 0;
    this.foresight ??= new Foresight();
    return this.foresight.after(this, this.values, bytes, start, end, this.position + ahead);
  }

  /** The next `length` bytes came, all of them such as it need not be shown. */
  passed(length: number): void {
    this.position += length;
    if (this.state === VALUE) {
      this.valueLeft -= length;
      this.pduLeft -= length;
      this.values.passed(length);
    } else this.account.givenUp += length;
  }

  gap(length: number): void {
    for (let left = length; left > 0; ) {
      const passed = this.pass(left);
      this.position += passed;
      left -= passed;
    }
    // A hunt begins after the hole, whose end is known only now.
    if (this.state === HUNT) this.hunt.begin(this.position);
  }

  /**
   * About `length` bytes are missing, nobody knows how many: the rest of the PDU in hand, of which some are at least,
   * and beyond. No more are counted than that, whatever the PDU says of its length.
   */
  astray(length: number): void {
    const missing = Math.max(2, length);
    this.pduLeft = Math.min(this.pduLeft, missing - 1);
    this.valueLeft = Math.min(this.valueLeft, this.pduLeft);
    this.gap(missing);
  }

  /** No more bytes come: what is in hand is lost. */
  close(): void {
    while (this.state === HUNT && this.hunt.search(true)) this.replay();
    this.loseInHand();
    this.turn(HEADER);
  }

  /** Nothing more is parsed: bytes are counted. */
  stop(): void {
    this.loseInHand();
    this.stopped = true;
    this.state = OFF;
  }

  private loseInHand(): void {
    if (this.state === HUNT) {
      this.loss.add(this.hunt.began, this.hunt.end - this.hunt.began);
      this.hunt.begin(this.position);
    } else if (this.straddling.length > 0)
      this.loss.add(this.position - this.straddling.length, this.straddling.length);
    else if (this.state === WHOLE) this.loss.add(this.began, pduHeaderBytes + this.held.length);
    this.straddling.length = 0;
    this.held.clear();
    this.loss.end();
  }

  private get hunt(): Hunt {
    this.hunting ??= new Hunt(this.limits, headersOnKnownPort, this.budget);
    return this.hunting;
  }

  private turn(state: State): void {
    if (!this.stopped) this.state = state;
  }

  /** Reads bytes; of those that a hunt kept, up to where the next hunt begins. Answers where it ended. */
  private run(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && !(this.replaying && this.state === HUNT)) at = this.step(bytes, at, end);
    return at;
  }

  private step(bytes: Uint8Array, at: number, end: number): number {
    switch (this.state) {
      case VALUE:
        return this.value(bytes, at, end);
      case VALUE_HEADER:
        return this.valueHeader(bytes, at, end);
      case HEADER:
        return this.header(bytes, at, end);
      case WHOLE:
        return this.whole(bytes, at, end);
      case SKIP:
        return this.skip(at, end);
      case HUNT:
        return this.look(bytes, at, end);
      default:
        this.account.givenUp += end - at;
        return end;
    }
  }

  private value(bytes: Uint8Array, at: number, end: number): number {
    const left = this.valueLeft;
    const next = end - at < left ? end : at + left;
    this.valueLeft = left - (next - at);
    this.pduLeft -= next - at;
    this.values.bytes(bytes, at, next);
    if (this.valueLeft === 0) this.endValue();
    return next;
  }

  private endValue(): void {
    this.turn(this.pduLeft === 0 ? HEADER : VALUE_HEADER);
    this.values.end();
  }

  private header(bytes: Uint8Array, at: number, end: number): number {
    if (this.straddling.length === 0 && end - at >= pduHeaderBytes) {
      this.beginPdu(bytes[at], u32be(bytes, at + 2), this.base + at);
      return at + pduHeaderBytes;
    }
    const next = this.straddling.take(bytes, at, end);
    if (this.straddling.length === pduHeaderBytes) {
      this.straddling.length = 0;
      this.beginPdu(this.straddling.bytes[0], u32be(this.straddling.bytes, 2), this.base + next - pduHeaderBytes);
    }
    return next;
  }

  private beginPdu(type: number, length: number, offset: number): void {
    // Two unknown types in a row are no PDUs: the step was lost without a hole, as after copies that differ.
    const astray = this.unknownBefore && !isKnown(type);
    this.unknownBefore = !isKnown(type);
    this.type = type;
    this.began = offset;
    this.pduLeft = length;
    if (astray) {
      this.loss.add(offset, pduHeaderBytes);
      this.values.hole(0);
      this.turn(HUNT);
      if (!this.replaying) this.hunt.begin(offset + pduHeaderBytes);
      return;
    }
    const fault = headerFault(type, length, this.limits.associatePduBytesMax);
    if (fault !== null) {
      this.turn(length === 0 ? HEADER : SKIP);
      this.account.malformed += pduHeaderBytes;
      this.sink.malformed(this.side, offset, isKnown(type) ? 'pdu-length' : 'pdu-type', fault);
    } else if (type === pduType.data) {
      this.turn(VALUE_HEADER);
      this.account.headers += pduHeaderBytes;
      this.sink.dataBegins(this.side, length, offset);
    } else this.turn(WHOLE);
  }

  private valueHeader(bytes: Uint8Array, at: number, end: number): number {
    if (this.pduLeft + this.straddling.length < pdvHeaderBytes) {
      this.unreadable(this.base + at, `${this.pduLeft} bytes are left over in the PDU`);
      return at;
    }
    if (this.straddling.length === 0 && end - at >= pdvHeaderBytes) {
      this.pduLeft -= pdvHeaderBytes;
      this.beginValue(bytes, at, this.base + at);
      return at + pdvHeaderBytes;
    }
    const next = this.straddling.take(bytes, at, end);
    this.pduLeft -= next - at;
    if (this.straddling.length === pdvHeaderBytes) {
      this.straddling.length = 0;
      this.beginValue(this.straddling.bytes, 0, this.base + next - pdvHeaderBytes);
    }
    return next;
  }

  private beginValue(header: Uint8Array, at: number, offset: number): void {
    const length = u32be(header, at) - 2;
    if (length < 0 || length > this.pduLeft) {
      const reason = length < 0 ? 'is below 2' : `${length + 2} is more than the PDU holds`;
      this.account.malformed += pdvHeaderBytes;
      this.unreadable(offset, reason);
      this.values.hole(this.pduLeft);
      return;
    }
    this.valueLeft = length;
    this.account.headers += pdvHeaderBytes;
    this.turn(VALUE);
    this.contextId = header[at + 4];
    this.control = header[at + 5];
    this.values.begin(this.contextId, this.control, offset, length);
    if (length === 0 && this.state === VALUE) this.endValue();
  }

  /** The rest of the PDU cannot be told into values. */
  private unreadable(offset: number, reason: string): void {
    this.turn(this.pduLeft === 0 ? HEADER : SKIP);
    this.sink.malformed(this.side, offset, 'pdv-length', reason);
  }

  private whole(bytes: Uint8Array, at: number, end: number): number {
    const next = Math.min(end, at + this.pduLeft);
    const passes = next - at === this.pduLeft && this.held.length === 0;
    if (!passes && next - at > this.held.room) {
      // Others hold all the memory there is.
      this.loseWhole();
      return at;
    }
    this.pduLeft -= next - at;
    if (!passes) this.held.append(bytes, at, next);
    if (this.pduLeft > 0) return next;
    this.turn(HEADER);
    this.account.headers += pduHeaderBytes;
    if (passes) this.sink.whole(this.side, this.type, bytes, at, next, this.began);
    else this.sink.whole(this.side, this.type, this.held.bytes, 0, this.held.length, this.began);
    this.held.clear();
    return next;
  }

  private loseWhole(): void {
    this.loss.add(this.began, pduHeaderBytes + this.held.length);
    this.held.clear();
    this.turn(SKIP);
  }

  private skip(at: number, end: number): number {
    const next = Math.min(end, at + this.pduLeft);
    this.loss.skipped(next - at);
    this.passRest(next - at);
    return next;
  }

  private look(bytes: Uint8Array, at: number, end: number): number {
    const taken = this.hunt.take(bytes, at, end);
    if (taken === 0 && this.hunt.held.length === 0) {
      // Other connections hold all the memory there is.
      this.hunt.pass(end - at);
      return end;
    }
    if (this.hunt.search(taken === 0)) this.replay();
    return at + taken;
  }

  /** The step is found: what was kept from there on is read, and where it is lost again, the next is looked for. */
  private replay(): void {
    const { hunt, base } = this;
    do {
      this.loss.add(hunt.began, hunt.offset + hunt.step - hunt.began);
      this.loss.stepFound();
      this.turn(HEADER);
      this.base = hunt.offset;
      this.replaying = true;
      const read = this.run(hunt.held.bytes, hunt.step, hunt.held.length);
      this.replaying = false;
      this.base = base;
      if (this.state !== HUNT) {
        hunt.held.clear();
        return;
      }
      hunt.again(read);
    } while (hunt.search(false));
  }

  /** Passes over as much of a hole of `length` bytes as the state tells what it was; says how much. */
  private pass(length: number): number {
    switch (this.state) {
      case VALUE:
        return this.passValue(length);
      case VALUE_HEADER:
        this.loss.add(this.position - this.straddling.length, this.straddling.length);
        this.values.hole(this.pduLeft);
        this.straddling.length = 0;
        this.turn(SKIP);
        return 0;
      case WHOLE:
        this.loseWhole();
        return 0;
      case SKIP:
        return this.passRest(length);
      case HEADER:
        this.loss.add(this.position - this.straddling.length, this.straddling.length);
        this.values.hole(length);
        this.straddling.length = 0;
        this.turn(HUNT);
        return length;
      case HUNT:
        return this.passHunt(length);
      default:
        return length;
    }
  }

  private passValue(length: number): number {
    const passed = Math.min(length, this.valueLeft);
    this.valueLeft -= passed;
    this.pduLeft -= passed;
    this.values.gap(passed);
    if (this.valueLeft === 0) this.endValue();
    return passed;
  }

  private passRest(length: number): number {
    const passed = Math.min(length, this.pduLeft);
    this.pduLeft -= passed;
    if (this.pduLeft === 0) {
      this.turn(HEADER);
      this.loss.end();
    }
    return passed;
  }

  private passHunt(length: number): number {
    if (this.hunt.search(true)) {
      this.replay();
      return 0;
    }
    this.loss.add(this.hunt.began, this.hunt.end - this.hunt.began);
    this.values.hole(length);
    return length;
  }
}
