import type { Batch } from '../capture/batch.ts';
import { Head, type Heads, headWords } from '../decode/heads.ts';
import type { Side } from '../model/facts.ts';
import type { Acknowledgements } from './acknowledgements.ts';
import type { Checks } from './checks.ts';
import type { Duplicates } from './duplicates.ts';
import type { Holes } from './holes.ts';
import { unread } from './piece.ts';
import { advance, distance } from './sequence.ts';
import { Age, Flag } from './slots.ts';
import type { Streams } from './streams.ts';

/**
 * The shortest lane of the tracker, for what most packets of long transfers are: segments in step (`in-step.ts`) of
 * connections whose beginnings are over, within one second of packet time, and others that bring bytes or acknowledge
 * some behind a hole, or fill it. It works on rows of heads, and touches of a packet's memory nothing but the headers
 * of early bytes that may be read. Whether a packet is such a one is found out before anything is changed: the first
 * that is not goes the other lanes.
 */
export class LongRun {
  private readonly streams: Streams;
  private readonly duplicates: Duplicates;
  private readonly checks: Checks;
  private readonly holes: Holes;
  private readonly acknowledgements: Acknowledgements;
  /** The slot of the packet before, which may be in step. */
  private slot = -1;
  /**
   * Packets until the next try, and how many were left out before the last one: where none goes this lane, trying
   * costs.
   */
  private rest = 0;
  private rested = 0;

  constructor(
    streams: Streams,
    duplicates: Duplicates,
    checks: Checks,
    holes: Holes,
    acknowledgements: Acknowledgements,
  ) {
    this.streams = streams;
    this.duplicates = duplicates;
    this.checks = checks;
    this.holes = holes;
    this.acknowledgements = acknowledgements;
  }

  /**
   * Takes packets of a batch from `from` on; the first that it does not take, or `to`. Those of other shares it passes
   * over. Ends also after one with which its consumer asked for a pause (`Streams.paused`).
   */
  take(batch: Batch, heads: Heads, from: number, to: number, input: number): number {
    if (this.rest > 0) {
      this.rest--;
      return from;
    }
    const next = this.streams.clock.isSteady ? this.run(batch, heads, from, to, input) : from;
    this.rested = next > from ? 0 : Math.min(2 * this.rested + 1, restMax);
    this.rest = this.rested;
    return next;
  }

  private run(batch: Batch, heads: Heads, from: number, to: number, input: number): number {
    const { streams } = this;
    const { rows } = heads;
    const { clock, slots, order } = streams;
    const { seconds, nanos } = batch;
    this.slot = -1;
    for (let i = from; i < to; i++) {
      if (i >= heads.listed) heads.listOn(batch, i, to);
      const row = headWords * i;
      if (rows[row + Head.shape] === 0 || seconds[i] !== clock.seconds) return i;
      if (order !== null && !order.share.hasPlain(rows[row + Head.source], rows[row + Head.target])) {
        order.passedOver++;
        order.moment++;
        if (nanos[i] > clock.nanos) clock.nanos = nanos[i];
        continue;
      }
      const slot = slots.firstPlain(rows[row + Head.source], rows[row + Head.target], rows[row + Head.ports]);
      if (slot === -1 || (slot !== this.slot && !this.changesTo(slot))) return i;
      if (order !== null) order.moment++;
      if (!this.takes(batch, rows, i, nanos[i], input)) {
        if (order !== null) order.moment--;
        return i;
      }
      if (streams.paused) return i + 1;
    }
    return to;
  }

  /** Whether segments of a slot may be in step; remembered, for within a run it stays so. */
  private changesTo(slot: number): boolean {
    const { age, vlan, tunnelMark } = this.streams.slots;
    const lives = age[slot] === Age.identified || age[slot] === Age.unknown;
    if (!lives || vlan[slot] !== 0 || tunnelMark[slot] !== 0) return false;
    this.slot = slot;
    return true;
  }

  private takes(batch: Batch, rows: Int32Array, i: number, nanos: number, input: number): boolean {
    const { streams, slot } = this;
    const { slots, clock } = streams;
    const { side } = slots;
    const flags = slots.flags[slot];
    if ((flags & looked[side]) !== goesOn[side]) return false;
    const last = slots.lastSeconds[slot];
    if (clock.seconds < last || (clock.seconds === last && nanos < slots.lastNanos[slot])) return false;
    const at = headWords * i;
    const row = 2 * slot + side;
    const sequence = rows[at + Head.sequence];
    const otherRow = row ^ 1;
    const acknowledgement = rows[at + Head.acknowledgement];
    // Its acknowledgement is of the other side's bytes, of those that were seen: a FIN counts as one.
    const beyond = distance(acknowledgement, slots.expected[otherRow]);
    if ((flags & pending) !== 0 || sequence !== slots.expected[row] || beyond > 1) {
      return this.takesApart(batch, rows, i, nanos, input);
    }
    if (beyond < -streams.limits.windowBytesMax) return false;
    const length = rows[at + Head.length];
    const acknowledgesMore = distance(acknowledgement, slots.acknowledged[otherRow]) > 0;
    // A bare acknowledgement that was there before may be a copy; first bytes are marked.
    const covered = slots.covered[row];
    if (length === 0 ? !acknowledgesMore : covered < streams.limits.markedBytesMax) return false;
    this.note(rows, i, nanos, input, batch.frame[i]);
    this.acknowledgements.takeBack(otherRow);
    if (acknowledgesMore) slots.acknowledged[otherRow] = acknowledgement;
    if (length > 0) this.next(batch, rows, i);
    return true;
  }

  /**
   * The same where there is a hole, or begins one: of any bytes that are neither read nor held, and of bare
   * acknowledgements.
   */
  private takesApart(batch: Batch, rows: Int32Array, i: number, nanos: number, input: number): boolean {
    const { streams, holes, acknowledgements, slot } = this;
    const { slots, limits } = streams;
    const { side } = slots;
    const other = (1 - side) as Side;
    const at = headWords * i;
    const row = 2 * slot + side;
    const length = rows[at + Head.length];
    const ahead = distance(rows[at + Head.sequence], slots.expected[row]);
    const acknowledgement = rows[at + Head.acknowledgement];
    const beyond = distance(acknowledgement, slots.expected[row ^ 1]);
    if (Math.abs(beyond) > limits.windowBytesMax || ahead > limits.windowBytesMax) return false;
    const tells =
      length === 0
        ? ahead === 0 && acknowledgements.isMore(slot, other, acknowledgement)
        : ahead >= 0 && slots.covered[row] >= limits.markedBytesMax && holes.lacks(slot, side, ahead, length);
    if (!tells) return false;
    this.note(rows, i, nanos, input, batch.frame[i]);
    acknowledgements.take(slot, other, acknowledgement);
    if (length > 0) {
      if (ahead > 0 || (slots.flags[slot] & (Flag.pending << side)) !== 0) this.hold(batch, rows, i, ahead);
      else this.next(batch, rows, i);
    }
    holes.review(slot);
    return true;
  }

  /** Hands on the next bytes. */
  private next(batch: Batch, rows: Int32Array, i: number): void {
    const { streams, slot } = this;
    const { slots } = streams;
    const { side } = slots;
    const row = 2 * slot + side;
    const length = rows[headWords * i + Head.length];
    slots.expected[row] = advance(slots.expected[row], length);
    slots.covered[row] += length;
    const start = batch.start[i] + (rows[headWords * i + Head.shape] & 0xffff);
    streams.handover.data(slot, side, batch.bytes, start, start + length);
  }

  /** Keeps bytes behind a hole, or fills one with them. */
  private hold(batch: Batch, rows: Int32Array, i: number, ahead: number): void {
    const { holes, slot } = this;
    const { side } = this.streams.slots;
    const length = rows[headWords * i + Head.length];
    const unneeded = holes.areUnneeded(slot, side, ahead, length);
    if (unneeded && ahead > 0 && holes.lengthens(slot, side, ahead, length)) return;
    if (unneeded) holes.hold(slot, side, unread, 0, 0, ahead, length, 0);
    else {
      const start = batch.start[i] + (rows[headWords * i + Head.shape] & 0xffff);
      const owed = this.checks.owedRow(batch, rows, i);
      holes.hold(slot, side, batch.bytes, start, start + length, ahead, length, owed);
    }
  }

  /** The packet is taken: what every packet changes. What is stated from here on is stated at it. */
  private note(rows: Int32Array, i: number, nanos: number, input: number, frame: number): void {
    const { streams, slot } = this;
    const { slots, clock } = streams;
    const { seconds } = clock;
    if (nanos > clock.nanos) clock.nanos = nanos;
    this.duplicates.noteRow(slot, rows, headWords * i, clock.ms32);
    slots.noteLast(slot, seconds, nanos, input, frame);
    if (clock.elapsed !== slots.idleSince[slot]) {
      slots.idleSince[slot] = clock.elapsed;
      slots.touch(slot, slots.age[slot]);
    }
    streams.seconds = seconds;
    streams.nanos = nanos;
    streams.input = input;
    streams.frame = frame;
  }
}

const restMax = 255;

const heard = Flag.known | (Flag.known << 1) | Flag.seen | (Flag.seen << 1);
const pending = Flag.pending | (Flag.pending << 1);
/** By side, the flags that tell whether it goes on, and which of them it has then: both were heard, and acknowledge. */
const goesOn = [heard | (Flag.acknowledged << 1), heard | Flag.acknowledged] as const;
const looked = [
  goesOn[0] | Flag.claim | Flag.fin | Flag.finished,
  goesOn[1] | Flag.claim | ((Flag.fin | Flag.finished) << 1),
] as const;
