import { emptyBatch } from '../ledger/record-batch.ts';
import type { CaptureRecord, RecordBatch } from '../model/records.ts';
import type { NewHealth } from './health-rows.ts';
import { recordCount } from './rows.ts';

/** What waits to be handed to the store's thread. */
export type Queued = { readonly seq: number; readonly records: number; readonly bytes: number } & (
  | { readonly kind: 'batch'; readonly batch: RecordBatch }
  | { readonly kind: 'capture'; readonly record: Omit<CaptureRecord, 'runId'> }
  | { readonly kind: 'health'; readonly record: NewHealth }
);

/**
 * Records that wait in memory while the store cannot take them, by how much they matter: operations and the like
 * first to be refused, then associations with their connections, then what tells of the sensor, findings last; of equal
 * ones the oldest. They leave in the order in which they came.
 */
export class LiveQueue {
  readonly #recordsMax: number;
  readonly #bytesMax: number;
  /** Least important first. */
  readonly #lines: readonly Line[] = [new Line(), new Line(), new Line(), new Line()];
  #seq = 0;
  records = 0;
  bytes = 0;
  /** Refused for want of room. */
  refused = 0;

  constructor(recordsMax: number, bytesMax: number) {
    this.#recordsMax = recordsMax;
    this.#bytesMax = bytesMax;
  }

  batch(batch: RecordBatch): void {
    const { connections, associations, tlsSessions, operations, exposures, endpoints, findings } = batch;
    this.#batch(1, { ...emptyBatch(), connections, associations, tlsSessions });
    this.#batch(0, { ...emptyBatch(), operations, exposures, endpoints });
    this.#batch(3, { ...emptyBatch(), findings });
    this.#refuse();
  }

  capture(record: Omit<CaptureRecord, 'runId'>): void {
    this.#add(2, { kind: 'capture', record, seq: ++this.#seq, records: 1, bytes: BYTES.other });
    this.#refuse();
  }

  health(record: NewHealth): void {
    this.#add(2, { kind: 'health', record, seq: ++this.#seq, records: 1, bytes: BYTES.other });
    this.#refuse();
  }

  /** The next of all; null when there is none. */
  next(): Queued | null {
    let next: Line | null = null;
    for (const line of this.#lines) {
      if (line.first !== null && (next?.first?.seq ?? Number.POSITIVE_INFINITY) > line.first.seq) next = line;
    }
    return next === null ? null : this.#take(next);
  }

  /** Refuses all that waits. */
  clear(): void {
    for (let one = this.next(); one !== null; one = this.next()) this.refused += one.records;
  }

  #batch(importance: number, batch: RecordBatch): void {
    const records = recordCount(batch);
    if (records === 0 && batch.endpoints.length === 0) return;
    this.#add(importance, { kind: 'batch', batch, seq: ++this.#seq, records, bytes: bytesOf(batch) });
  }

  #add(importance: number, queued: Queued): void {
    this.#lines[importance].push(queued);
    this.records += queued.records;
    this.bytes += queued.bytes;
  }

  #refuse(): void {
    while (this.records > this.#recordsMax || this.bytes > this.#bytesMax) {
      const line = this.#lines.find(({ first }) => first !== null);
      if (line === undefined) return;
      this.refused += this.#take(line).records;
    }
  }

  #take(line: Line): Queued {
    const taken = line.shift();
    this.records -= taken.records;
    this.bytes -= taken.bytes;
    return taken;
  }
}

/** First in, first out. */
class Line {
  #items: Queued[] = [];
  #at = 0;

  get first(): Queued | null {
    return this.#items[this.#at] ?? null;
  }

  push(item: Queued): void {
    this.#items.push(item);
  }

  /** There is one. */
  shift(): Queued {
    const item = this.#items[this.#at++];
    if (this.#at > 1000 && this.#at * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#at);
      this.#at = 0;
    }
    return item;
  }
}

/** About what one takes in memory. */
const BYTES = { record: 1200, attribute: 150, other: 3000 } as const;

function bytesOf(batch: RecordBatch): number {
  const records = Object.values(batch).reduce((sum, list) => sum + list.length, 0);
  const attributes = batch.exposures.reduce((sum, { attributes }) => sum + attributes.length, 0);
  const endpoints = batch.endpoints.reduce((sum, { shown }) => sum + shown.length, 0);
  return (records + endpoints) * BYTES.record + attributes * BYTES.attribute;
}
