import type { Packet } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import type { Ended, StreamConsumer } from './consumer.ts';
import type { Slots } from './slots.ts';

/** A gigabyte at a time: what is counted stays below 31 bits. */
const unneededMax = 2 ** 30;

/**
 * What the consumer is told. Most segments of a long value lie in bytes that it need not be shown: these are only
 * counted (`Slots.unneeded`, `Slots.passed`), and it is told how many there were before anything else of their
 * connection.
 */
export class Handover {
  private readonly consumer: StreamConsumer;
  private readonly slots: Counts;

  constructor(consumer: StreamConsumer, slots: Counts) {
    this.consumer = consumer;
    this.slots = slots;
  }

  /** Whether the next `length` bytes of a side need not be shown; they are taken for passed then. */
  passes(row: number, length: number): boolean {
    const { unneeded, passed } = this.slots;
    if (length > unneeded[row]) return false;
    unneeded[row] -= length;
    passed[row] += length;
    return true;
  }

  /** How many of the next bytes of a side need not be shown. */
  unneeded(row: number): number {
    return this.slots.unneeded[row];
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
    this.lessen(row, length);
    this.slots.passed[row] += length;
  }

  /** The next bytes of a side. */
  data(slot: number, side: Side, bytes: Uint8Array, start: number, end: number): void {
    const row = 2 * slot + side;
    if (this.passes(row, end - start)) return;
    const { consumer } = this;
    this.settle(slot);
    consumer.data(slot, side, bytes, start, end);
    if (consumer.unneeded === undefined) return;
    this.put(row, Math.min(consumer.unneeded(slot, side), unneededMax));
  }

  gap(slot: number, side: Side, length: number): void {
    this.settle(slot);
    this.lessen(2 * slot + side, length);
    this.consumer.gap(slot, side, length);
  }

  close(slot: number, side: Side, how: 'fin' | 'cut'): void {
    this.settle(slot);
    this.consumer.close(slot, side, how);
  }

  ended(slot: number, how: Ended): void {
    this.settle(slot);
    this.put(2 * slot, 0);
    this.put(2 * slot + 1, 0);
    this.consumer.ended(slot, how);
  }

  path(slot: number, packet: Packet): void {
    this.consumer.path(slot, packet);
  }

  private lessen(row: number, length: number): void {
    this.put(row, Math.max(0, this.slots.unneeded[row] - length));
  }

  /** What stays as it was is not written to: most rows never are, and their memory is none. */
  private put(row: number, count: number): void {
    const { unneeded } = this.slots;
    if (unneeded[row] !== count) unneeded[row] = count;
  }

  /** Before anything is told of a connection. */
  private settle(slot: number): void {
    this.tell(slot, 0);
    this.tell(slot, 1);
  }

  private tell(slot: number, side: Side): void {
    const { passed } = this.slots;
    const length = passed[2 * slot + side];
    if (length === 0) return;
    passed[2 * slot + side] = 0;
    this.consumer.passed?.(slot, side, length);
  }
}

/** By row: twice the slot plus the side. */
type Counts = Pick<Slots, 'unneeded' | 'passed'>;
