// Proves that a consumer is told how many bytes it was not shown before anything else of their connection, never of
// more than it need not be shown, and that every byte is shown or told.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Side } from '../../src/model/facts.ts';
import type { StreamConsumer } from '../../src/tcp/consumer.ts';
import { Handover } from '../../src/tcp/handover.ts';
import { Slots } from '../../src/tcp/slots.ts';

const bytes = new Uint8Array(100);

/** A consumer that says of each side in turn how many bytes it need not be shown, and holds what it is told to that. */
class Listener implements StreamConsumer {
  readonly told: string[] = [];
  /** By row. */
  readonly heard = new Map<number, number>();
  private readonly left = new Map<number, number>();
  private readonly said: readonly number[];

  constructor(said: readonly number[]) {
    this.said = said;
  }

  data(slot: number, side: Side, _: Uint8Array, start: number, end: number): void {
    this.told.push(`data ${slot} ${side} ${end - start}`);
    this.hear(slot, side, end - start);
  }

  unneeded(slot: number, side: Side): number {
    const said = this.said[this.told.length % this.said.length];
    this.left.set(2 * slot + side, said);
    return said;
  }

  passed(slot: number, side: Side, length: number): void {
    const left = (this.left.get(2 * slot + side) ?? 0) - length;
    if (left < 0 || length < 1) throw new Error(`${length} bytes were passed, ${left} too many`);
    this.left.set(2 * slot + side, left);
    this.told.push(`passed ${slot} ${side} ${length}`);
    this.hear(slot, side, length);
  }

  gap(slot: number, side: Side, length: number): void {
    this.told.push(`gap ${slot} ${side} ${length}`);
    this.left.set(2 * slot + side, Math.max(0, (this.left.get(2 * slot + side) ?? 0) - length));
  }

  close(slot: number, side: Side): void {
    this.told.push(`close ${slot} ${side}`);
  }

  ended(slot: number): void {
    this.told.push(`ended ${slot}`);
    this.left.delete(2 * slot);
    this.left.delete(2 * slot + 1);
  }

  path(): void {}

  private hear(slot: number, side: Side, length: number): void {
    this.heard.set(2 * slot + side, (this.heard.get(2 * slot + side) ?? 0) + length);
  }
}

it('shows what is beyond, and tells of what is not shown before anything else of the connection', () => {
  const listener = new Listener([50]);
  const handover = new Handover(listener, new Slots());
  handover.data(3, 0, bytes, 0, 10);
  handover.data(3, 0, bytes, 0, 30);
  handover.data(3, 0, bytes, 0, 20);
  handover.data(3, 0, bytes, 0, 21);
  handover.data(3, 0, bytes, 0, 7);
  handover.data(3, 1, bytes, 0, 5);
  handover.data(3, 0, bytes, 0, 4);
  handover.gap(3, 0, 9);
  handover.data(3, 0, bytes, 0, 30);
  handover.data(3, 0, bytes, 0, 1);
  handover.close(3, 1, 'fin');
  handover.data(3, 1, bytes, 0, 50);
  handover.ended(3, 'fin');
  handover.data(3, 0, bytes, 0, 2);
  expect(listener.told).toEqual([
    'data 3 0 10',
    'passed 3 0 50',
    'data 3 0 21',
    'passed 3 0 7',
    'data 3 1 5',
    'passed 3 0 4',
    'gap 3 0 9',
    'passed 3 0 30',
    'data 3 0 1',
    'close 3 1',
    'passed 3 1 50',
    'ended 3',
    'data 3 0 2',
  ]);
});

it('shows everything to a consumer that does not say', () => {
  const told: number[] = [];
  const data = (_slot: number, _side: Side, _bytes: Uint8Array, start: number, end: number) => told.push(end - start);
  const handover = new Handover({ data, gap() {}, close() {}, ended() {}, path() {} }, new Slots());
  for (const length of [5, 1, 9]) handover.data(0, 0, bytes, 0, length);
  expect(told).toEqual([5, 1, 9]);
});

it('however many sides there are', () => {
  const events = fc.array(
    fc.record({
      what: fc.constantFrom('data', 'data', 'data', 'data', 'gap', 'close', 'ended'),
      slot: fc.constantFrom(0, 1, 2, 200),
      side: fc.constantFrom<Side[]>(0, 1),
      length: fc.integer({ min: 1, max: 100 }),
    }),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(
      events,
      fc.array(fc.constantFrom(0, 3, 200, Number.POSITIVE_INFINITY), { minLength: 1 }),
      (list, said) => {
        const listener = new Listener(said);
        const handover = new Handover(listener, new Slots());
        const given = new Map<number, number>();
        for (const { what, slot, side, length } of list) {
          if (what === 'data') handover.data(slot, side, bytes, 0, length);
          else if (what === 'gap') handover.gap(slot, side, length);
          else if (what === 'close') handover.close(slot, side, 'fin');
          else handover.ended(slot, 'fin');
          if (what === 'data') given.set(2 * slot + side, (given.get(2 * slot + side) ?? 0) + length);
          if (what !== 'ended') continue;
          for (const row of [2 * slot, 2 * slot + 1]) expect(listener.heard.get(row)).toBe(given.get(row));
        }
        for (const slot of [0, 1, 2, 200]) handover.ended(slot, 'fin');
        expect(listener.heard).toEqual(given);
      },
    ),
  );
});
