import type { Batch } from '../capture/batch.ts';
import { Head, headWords } from '../decode/heads.ts';
import type { Duplicates } from './duplicates.ts';
import { advance, distance } from './sequence.ts';
import { Age, Flag } from './slots.ts';
import type { Streams } from './streams.ts';

/**
 * The shortest lane of the tracker, for what most packets of long transfers are: segments in step (`in-step.ts`) of connections
 * whose beginnings are over, within one second of packet time. It works on rows of heads and touches of a packet's memory nothing.
 * Whether a packet is such a one is found out before anything is changed: the first that is not goes the other lanes.
 */
export class LongRun {
  private readonly streams: Streams;
  private readonly duplicates: Duplicates;
  /** The slot of the packet before, which may be in step. */
  private slot = -1;
  /** Packets until the next try, and how many were left out before the last one: where none goes this lane, trying costs. */
  private rest = 0;
  private rested = 0;

  constructor(streams: Streams, duplicates: Duplicates) {
    this.streams = streams;
    this.duplicates = duplicates;
  }

  /**
   * Takes packets of a batch from `from` on; the first that it does not take, or `to`. Those of other shares it passes over. Ends also
   * after one with which its consumer asked for a pause (`Streams.paused`).
   */
  take(batch: Batch, rows: Int32Array, from: number, to: number, input: number): number {
    if (this.rest > 0) {
      this.rest--;
      return from;
    }
    const next = this.streams.clock.isSteady ? this.run(batch, rows, from, to, input) : from;
    this.rested = next > from ? 0 : Math.min(2 * this.rested + 1, restMax);
    this.rest = this.rested;
    return next;
  }

  private run(batch: Batch, rows: Int32Array, from: number, to: number, input: number): number {
    const { streams } = this;
    const { clock, slots, order } = streams;
    const { seconds, nanos } = batch;
    this.slot = -1;
    for (let i = from; i < to; i++) {
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
    if (!lives || vlan[slot] !== -1 || tunnelMark[slot] !== 0) return false;
    this.slot = slot;
    return true;
  }

  private takes(batch: Batch, rows: Int32Array, i: number, nanos: number, input: number): boolean {
    const { streams, slot } = this;
    const { slots, clock } = streams;
    const { side } = slots;
    const at = headWords * i;
    const row = 2 * slot + side;
    const otherRow = row ^ 1;
    const length = rows[at + Head.length];
    const sequence = rows[at + Head.sequence];
    const acknowledgement = rows[at + Head.acknowledgement];
    if ((slots.flags[slot] & looked[side]) !== goesOn[side] || sequence !== slots.expected[row]) return false;
    // Its acknowledgement is of the other side's bytes, of those that were seen: a FIN counts as one.
    const beyond = distance(acknowledgement, slots.expected[otherRow]);
    if (beyond > 1 || beyond < -streams.limits.windowBytesMax) return false;
    const acknowledgesMore = distance(acknowledgement, slots.acknowledged[otherRow]) > 0;
    // A bare acknowledgement that was there before may be a copy; first bytes are marked.
    const covered = slots.covered[row];
    if (length === 0 ? !acknowledgesMore : covered < streams.limits.markedBytesMax) return false;
    const last = slots.lastSeconds[slot];
    const { seconds } = clock;
    if (seconds < last || (seconds === last && nanos < slots.lastNanos[slot])) return false;

    if (nanos > clock.nanos) clock.nanos = nanos;
    this.duplicates.noteRow(slot, rows, at, clock.ms32);
    const frame = batch.frame[i];
    slots.lastSeconds[slot] = seconds;
    slots.lastNanos[slot] = nanos;
    slots.lastInput[slot] = input;
    slots.lastFrame[slot] = frame;
    if (clock.elapsed !== slots.idleSince[slot]) {
      slots.idleSince[slot] = clock.elapsed;
      slots.touch(slot, slots.age[slot]);
    }
    if (acknowledgesMore) slots.acknowledged[otherRow] = acknowledgement;
    if (length === 0) return true;
    streams.seconds = seconds;
    streams.nanos = nanos;
    streams.input = input;
    streams.frame = frame;
    slots.expected[row] = advance(sequence, length);
    slots.covered[row] = covered + length;
    const start = batch.start[i] + (rows[at + Head.shape] & 0xffff);
    streams.consumer.data(slot, side, batch.bytes, start, start + length);
    return true;
  }
}

const restMax = 15;

const heard = Flag.known | (Flag.known << 1) | Flag.seen | (Flag.seen << 1);
const held = Flag.pending | (Flag.pending << 1) | Flag.claim;
/** By side, the flags that tell whether it goes on, and which of them it has then: both were heard, and acknowledge. */
const goesOn = [heard | (Flag.acknowledged << 1), heard | Flag.acknowledged] as const;
const looked = [
  goesOn[0] | held | Flag.fin | Flag.finished,
  goesOn[1] | held | ((Flag.fin | Flag.finished) << 1),
] as const;
