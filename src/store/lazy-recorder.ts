import type { HeldBack } from '../detections/held-back.ts';
import type { CaptureRecord, RecordBatch } from '../model/records.ts';
import { LocalRecorder, type Recorder } from './recorder.ts';
import type { ThreadData } from './recorder-thread.ts';
import { RemoteRecorder } from './remote-recorder.ts';
import { recordCount } from './rows.ts';
import type { RunTally } from './run-tally.ts';
import type { NewRun } from './runs.ts';
import type { Store } from './store.ts';
import type { Ending } from './writer.ts';

/** Begins the thread that takes over, and calls `opened` when it has the store open. */
export type BeginRemote = (data: ThreadData, opened: () => void) => Recorder;

/** How much of its input a run has read, from 0 to 1; 1 where the whole is not known. */
export type ShareRead = () => number;

/**
 * Writes in a thread of its own as soon as there will be enough to write: a short run is over before that would have
 * begun.
 */
export class LazyRecorder implements Recorder {
  readonly #store: Store;
  readonly #run: NewRun;
  readonly #shareRead: ShareRead;
  readonly #begin: BeginRemote;
  readonly #local: LocalRecorder;
  #remote: Recorder | null = null;
  readonly #held: [RecordBatch, readonly HeldBack[]][] = [];
  #heldRecords = 0;

  constructor(
    store: Store,
    run: NewRun,
    shareRead: ShareRead,
    begin: BeginRemote = (...parts) => new RemoteRecorder(...parts),
  ) {
    this.#store = store;
    this.#run = run;
    this.#shareRead = shareRead;
    this.#begin = begin;
    this.#local = new LocalRecorder(store, run);
  }

  write(batch: RecordBatch, heldBack: readonly HeldBack[]): void {
    if (this.#remote !== null) {
      this.#remote.write(batch, heldBack);
      return;
    }
    this.#held.push([batch, heldBack]);
    this.#heldRecords += recordCount(batch);
    if (!this.#worthwhile) return;
    const { path, options } = this.#store;
    const data = { path, options: { ...options, runId: this.#local.writer.runId }, run: this.#run };
    this.#remote = this.#begin(data, () => this.#store.lend());
    this.#writeHeld();
  }

  room(): Promise<void> | null {
    return this.#present.room();
  }

  commit(): void {
    this.#writeHeld();
    this.#present.commit();
  }

  capture(record: Omit<CaptureRecord, 'runId'>): void {
    this.#writeHeld();
    this.#present.capture(record);
  }

  tally(alertsMax: number): Promise<RunTally> {
    this.#writeHeld();
    return this.#present.tally(alertsMax);
  }

  finish(ending: Ending): Promise<void> {
    this.#writeHeld();
    return this.#present.finish(ending);
  }

  async close(): Promise<void> {
    try {
      await this.#remote?.close();
    } finally {
      await this.#local.close();
    }
  }

  /** Whether there will be enough: what was held is a part of the whole as what was read is. */
  get #worthwhile(): boolean {
    if (this.#heldRecords >= RECORDS_ENOUGH) return true;
    return this.#heldRecords >= RECORDS_TELLING && this.#heldRecords >= RECORDS_ENOUGH * this.#shareRead();
  }

  get #present(): Recorder {
    return this.#remote ?? this.#local;
  }

  #writeHeld(): void {
    for (const [batch, heldBack] of this.#held.splice(0)) this.#present.write(batch, heldBack);
  }
}

/** Fewer are written in less time than a thread takes to begin and to have its code optimised. */
const RECORDS_ENOUGH = 10_000;
/** From which on it can be told how many there will be. */
const RECORDS_TELLING = 1000;
