import { u32be } from '../../bytes/reader.ts';
import type { ValueSink } from './deframed.ts';
import { controlCommand, controlLast, pduHeaderBytes, pduType, pdvHeaderBytes } from './pdu.ts';

/** Where a direction is in a value: the offset of the next byte, and how much of its PDU and of the value is left. */
export interface InValue {
  readonly position: number;
  readonly pduLeft: number;
  readonly valueLeft: number;
  readonly contextId: number;
  readonly control: number;
}

/**
 * Finds out beforehand what bytes that came early will say, while a hole before them keeps them from being read: of a
 * data set in many values, where the next value begins. The hole lies in bytes that nobody looks at, so that nothing
 * depends on whether it will be filled. Only what goes on with the same data set is foreseen, which states nothing.
 */
export class Foresight {
  /** Offset up to which it is known how the direction goes on, and where it is there. */
  private position = -1;
  private pduLeft = 0;
  private valueLeft = 0;
  private control = 0;
  /** Bytes of the data set up to there. */
  private dataBytes = 0;

  /**
   * Bytes `start` to `end` are those from `offset` on. How many of those after them need not be shown, once these were;
   * 0 where that cannot be told.
   */
  after(now: InValue, values: ValueSink, bytes: Uint8Array, start: number, end: number, offset: number): number {
    if (this.position < now.position) this.begin(now, values);
    if (offset < this.position || !this.walk(now.contextId, bytes, start - (offset - this.position), start, end))
      return 0;
    this.position = offset + end - start;
    return Math.min(this.valueLeft - 1, values.unneededFrom(this.dataBytes));
  }

  private begin({ position, pduLeft, valueLeft, control }: InValue, values: ValueSink): void {
    this.position = position;
    this.pduLeft = pduLeft;
    this.valueLeft = valueLeft;
    this.control = control;
    this.dataBytes = values.position;
  }

  /** From index `from`, which may lie before the first byte there is: the headers of values must be among these. */
  private walk(contextId: number, bytes: Uint8Array, from: number, start: number, end: number): boolean {
    let { pduLeft, valueLeft, control, dataBytes } = this;
    let at = from;
    while (at + valueLeft <= end) {
      at += valueLeft;
      pduLeft -= valueLeft;
      dataBytes += valueLeft;
      if (at < start || (control & (controlCommand | controlLast)) !== 0) return false;
      if (pduLeft === 0) {
        if (end - at < pduHeaderBytes || bytes[at] !== pduType.data) return false;
        pduLeft = u32be(bytes, at + 2);
        at += pduHeaderBytes;
      }
      if (end - at < pdvHeaderBytes || pduLeft <= pdvHeaderBytes) return false;
      valueLeft = u32be(bytes, at) - 2;
      control = bytes[at + 5];
      pduLeft -= pdvHeaderBytes;
      if (valueLeft < 1 || valueLeft > pduLeft || bytes[at + 4] !== contextId) return false;
      at += pdvHeaderBytes;
    }
    if ((control & controlCommand) !== 0) return false;
    this.pduLeft = pduLeft - (end - at);
    this.valueLeft = valueLeft - (end - at);
    this.control = control;
    this.dataBytes = dataBytes + (end - at);
    return true;
  }
}
