import type { Packet } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import type { Ended, StreamConsumer } from './consumer.ts';

/** Sides remembered, a power of two: more than commonly send long values at once. */
const rowsMax = 1 << 10;
/** A gigabyte at a time: what is counted stays below 31 bits. */
const unneededMax = 2 ** 30;

/**
 * What the consumer is told. Most segments of a long value lie in bytes that it need not be shown: these are only
 * counted, and it is told how many there were before anything else of their connection. That is remembered of the sides
 * that were read last; of one that is not, the next bytes are shown.
 */
export class Handover {
  private readonly consumer: StreamConsumer;
  /** Whose it is: twice the slot plus the side. */
  private readonly rows = new Int32Array(rowsMax).fill(-1);
  /** Of the next bytes, how many need not be shown; of those before, how many were not and are still to be told. */
  private readonly unneededOf = new Int32Array(rowsMax);
  private readonly passed = new Int32Array(rowsMax);

  constructor(consumer: StreamConsumer) {
    this.consumer = consumer;
  }

  /** Whether the next `length` bytes of a side need not be shown; they are taken for passed then. */
  passes(row: number, length: number): boolean {
    const at = row & (rowsMax - 1);
    if (this.rows[at] !== row || length > this.unneededOf[at]) return false;
    this.unneededOf[at] -= length;
    this.passed[at] += length;
    return true;
  }

  /** How many of the next bytes of a side need not be shown. */
  unneeded(row: number): number {
    const at = row & (rowsMax - 1);
    return this.rows[at] === row ? this.unneededOf[at] : 0;
  }

  /** As `StreamConsumer.unneededAfter`. */
  unneededAfter(slot: number, side: Side, bytes: Uint8Array, start: number, end: number, ahead: number): number {
    const { consumer } = this;
    if (consumer.unneededAfter === undefined) return 0;
    this.settle(slot);
    return consumer.unneededAfter(slot, side, bytes, start, end, ahead);
  }

  /** The next `length` bytes of a side, of which it was clear when they came early that they need not be shown. */
  pass(row: number, length: number): void {
    const at = row & (rowsMax - 1);
    if (this.rows[at] !== row) this.enter(row, 0);
    this.unneededOf[at] = Math.max(0, this.unneededOf[at] - length);
    this.passed[at] += length;
  }

  /** The next bytes of a side. */
  data(slot: number, side: Side, bytes: Uint8Array, start: number, end: number): void {
    const row = 2 * slot + side;
    if (this.passes(row, end - start)) return;
    const { consumer } = this;
    this.settle(slot);
    consumer.data(slot, side, bytes, start, end);
    if (consumer.unneeded === undefined) return;
    this.enter(row, Math.min(consumer.unneeded(slot, side), unneededMax));
  }

  gap(slot: number, side: Side, length: number): void {
    const row = 2 * slot + side;
    const at = row & (rowsMax - 1);
    this.settle(slot);
    if (this.rows[at] === row) this.unneededOf[at] = Math.max(0, this.unneededOf[at] - length);
    this.consumer.gap(slot, side, length);
  }

  close(slot: number, side: Side, how: 'fin' | 'cut'): void {
    this.settle(slot);
    this.consumer.close(slot, side, how);
  }

  ended(slot: number, how: Ended): void {
    this.settle(slot);
    this.enter(2 * slot, 0);
    this.enter(2 * slot + 1, 0);
    this.consumer.ended(slot, how);
  }

  path(slot: number, packet: Packet): void {
    this.consumer.path(slot, packet);
  }

  private enter(row: number, unneeded: number): void {
    const at = row & (rowsMax - 1);
    this.tell(at);
    this.rows[at] = row;
    this.unneededOf[at] = unneeded;
  }

  /** Before anything is told of a connection. */
  private settle(slot: number): void {
    const at = (2 * slot) & (rowsMax - 1);
    if (this.rows[at] === 2 * slot) this.tell(at);
    if (this.rows[at + 1] === 2 * slot + 1) this.tell(at + 1);
  }

  private tell(at: number): void {
    const length = this.passed[at];
    if (length === 0) return;
    this.passed[at] = 0;
    const row = this.rows[at];
    this.consumer.passed?.(row >> 1, (row & 1) as Side, length);
  }
}
