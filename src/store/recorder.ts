import type { HeldBack } from '../detections/held-back.ts';
import type { CaptureRecord, RecordBatch } from '../model/records.ts';
import { RunNotes, type RunTally } from './run-tally.ts';
import type { NewRun } from './runs.ts';
import type { Store } from './store.ts';
import type { Ending, Writer } from './writer.ts';

/**
 * Takes the records of one run into a store, and tells at its end what they came to. What fails is an OperatorError,
 * thrown by the call that failed or by one after it.
 */
export interface Recorder {
  write(batch: RecordBatch, heldBack: readonly HeldBack[]): void;
  /** To be waited for before more is written; null when there is room for it. */
  room(): Promise<void> | null;
  /** What was written until now stays, whatever comes. */
  commit(): void;
  capture(record: Omit<CaptureRecord, 'runId'>): void;
  /** To be asked once, when all is written: with so many alerts at most. */
  tally(alertsMax: number): Promise<RunTally>;
  finish(ending: Ending): Promise<void>;
  /** Leaves one file. */
  close(): Promise<void>;
}

/** Writes as it is told, in this thread. */
export class LocalRecorder implements Recorder {
  readonly writer: Writer;
  readonly #store: Pick<Store, 'close'>;
  readonly #notes: RunNotes;

  constructor(store: Store, run: NewRun) {
    this.#store = store;
    this.writer = store.begin(run);
    this.#notes = new RunNotes(store.database, this.writer);
  }

  write(batch: RecordBatch, heldBack: readonly HeldBack[]): void {
    this.writer.write(batch);
    this.#notes.note(batch, heldBack);
  }

  room(): null {
    return null;
  }

  commit(): void {
    this.writer.commit();
  }

  capture(record: Omit<CaptureRecord, 'runId'>): void {
    this.writer.capture(record);
  }

  async tally(alertsMax: number): Promise<RunTally> {
    return this.#notes.tally(alertsMax);
  }

  async finish(ending: Ending): Promise<void> {
    this.writer.finish(ending);
  }

  async close(): Promise<void> {
    this.#store.close();
  }
}
