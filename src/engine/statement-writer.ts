import type { Fact } from '../model/facts.ts';
import type { Micros } from '../model/records.ts';
import type { Ended } from '../tcp/consumer.ts';
import { keyWords } from '../tcp/key-hash.ts';
import type { Order } from '../tcp/order.ts';
import { noRow, type Seen, type Statements } from './statements.ts';
import { factFields, factKinds, ownFields } from './tables/fact-fields.ts';
import { ValueWriter } from './values.ts';

/** What is stated, and that numbers of values begin anew. */
export const Said = { anew: 0, begun: 1, fact: 2, failed: 3, interrupted: 4, ended: 5, endedOther: 6 } as const;

/** What a statement takes at most beside its values. */
const statementBytesMax = 512;

/**
 * States to another thread: each statement is bytes for a `StatementReader`.
 *
 *      0  4  length of all of it            24  8  packet time, µs
 *      4  1  what it is (`Said`)            32  4  row, as numbered here
 *      5  1  stage of the order             36     how the connection stands
 *      8  8  moment of the order                   what never changes of it, when it begins or is none of ours
 *     16  8  since, of the order                   what is stated
 */
export class StatementWriter implements Statements {
  readonly due = false;
  private readonly seen: Seen;
  private readonly order: Order;
  private readonly now: () => Micros;
  private readonly values = new ValueWriter();
  private readonly vacant: number[] = [];
  private fresh = 0;

  /** `now` is packet time. */
  constructor(seen: Seen, now: () => Micros) {
    if (seen.order === null) throw new Error('statements for another thread need an order');
    this.seen = seen;
    this.order = seen.order;
    this.now = now;
  }

  /** What was stated since the last time: memory that is the caller's. */
  take(): Uint8Array<ArrayBuffer> {
    return this.values.take();
  }

  /** The moment at hand (`Order`). */
  get moment(): number {
    return this.order.moment;
  }

  settle(): void {}

  begun(slot: number, protocol: string, why: string): number {
    const row = this.vacant.pop() ?? this.fresh++;
    const at = this.begin(Said.begun, row, slot);
    this.constant(slot);
    this.values.value(protocol);
    this.values.value(why);
    this.end(at);
    return row;
  }

  fact(row: number, slot: number, fact: Fact): void {
    const at = this.begin(Said.fact, row, slot);
    const { values } = this;
    values.byte(kindNumber[fact.kind]);
    for (const field of factFields[fact.kind] as readonly string[])
      values.value((fact as unknown as Record<string, unknown>)[field], ownFields.has(field));
    this.end(at);
  }

  failed(row: number, slot: number): void {
    this.end(this.begin(Said.failed, row, slot));
  }

  interrupted(row: number, slot: number): void {
    this.end(this.begin(Said.interrupted, row, slot));
  }

  ended(row: number, slot: number, how: Ended, protocol: string, why: string): void {
    const at = this.begin(row === noRow ? Said.endedOther : Said.ended, row, slot);
    if (row === noRow) this.constant(slot);
    else this.vacant.push(row);
    this.values.value(how);
    this.values.value(protocol);
    this.values.value(why);
    this.end(at);
  }

  private begin(said: number, row: number, slot: number): number {
    const { values, order } = this;
    values.need(statementBytesMax);
    if (values.beginAnew()) this.begin(Said.anew, noRow, slot);
    const { at } = values;
    values.int(0);
    values.byte(said);
    values.byte(order.stage);
    values.at = at + 8;
    values.double(order.moment);
    values.double(order.since);
    values.double(this.now());
    values.int(row);
    if (said === Said.anew) this.end(at);
    else this.standing(slot);
    return at;
  }

  private end(at: number): void {
    this.values.setInt(at, this.values.at - at);
  }

  /** How the connection stands, and the time and packet of the statement. */
  private standing(slot: number): void {
    const { values } = this;
    const { slots, at, paths } = this.seen;
    values.int(at.seconds);
    values.int(at.nanos);
    values.int(at.input);
    values.int(at.frame);
    values.int(slots.flags[slot]);
    values.int(slots.lastSeconds[slot]);
    values.int(slots.lastNanos[slot]);
    values.int(slots.lastInput[slot]);
    values.int(slots.lastFrame[slot]);
    for (let side = 0; side < 2; side++) {
      const row = 2 * slot + side;
      values.int(slots.initial[row]);
      values.double(slots.covered[row]);
      values.double(slots.missed[row]);
      values.double(slots.unseen.get(row) ?? 0);
      values.double(slots.tiny.get(row) ?? 0);
    }
    values.double(slots.strangeReset.get(slot) ?? -1);
    for (let i = 0; i < 12; i++) values.byte(slots.mac[12 * slot + i]);
    values.value(paths.of(slot));
  }

  /** What never changes of a connection. */
  private constant(slot: number): void {
    const { values } = this;
    const { slots } = this.seen;
    values.need(statementBytesMax);
    values.byte(slots.family[slot]);
    values.int(slots.firstSeconds[slot]);
    values.int(slots.firstNanos[slot]);
    values.int(slots.firstInput[slot]);
    values.int(slots.firstFrame[slot]);
    values.int(slots.firstSequence[slot]);
    for (let i = 0; i < keyWords; i++) values.int(slots.ends.keyWord(slot, i));
  }
}

const kindNumber = Object.fromEntries(factKinds.map((kind, number) => [kind, number])) as Record<Fact['kind'], number>;
