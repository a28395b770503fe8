import { Worker } from 'node:worker_threads';
import type { StoreStatus } from '../model/live-status.ts';
import type { CaptureRecord, RecordBatch } from '../model/records.ts';
import { BatchEncoder } from './batch-encoder.ts';
import type { NewHealth } from './health-rows.ts';
import { defaultKeeping, type Keeping } from './keeping.ts';
import { LiveQueue, type Queued } from './live-queue.ts';
import type { FromLive, LiveData, StoreNotice, ToLive } from './live-thread.ts';
import { errorOf } from './recorder-thread.ts';
import type { NewRun } from './runs.ts';
import type { Ending } from './writer.ts';

export interface LiveStoreOptions {
  readonly path: string;
  readonly run: NewRun;
  readonly keeping?: Partial<Keeping>;
  /** Records that wait in memory, at most, and about their bytes: 100,000 and 64 MiB. */
  readonly waitingMax?: number;
  readonly waitingBytesMax?: number;
  readonly notice: (notice: StoreNotice) => void;
  /** For tests: see `LiveData`. */
  readonly flushMs?: number;
  readonly retryMs?: number;
  readonly tickMs?: number;
  /** For tests: begins the thread. */
  readonly begin?: (data: LiveData) => LivePort;
}

/** What of a `Worker` is needed here. */
export type LivePort = Pick<Worker, 'postMessage' | 'on' | 'terminate'>;

/**
 * Opens the store of a live run. Throws OperatorError for what an operator has to mend first: a file that is not ours,
 * another writer, another key, a folder that is not there. A full, read-only or failing disk and a damaged database are
 * none of these: then records wait.
 */
export async function openLive(options: LiveStoreOptions): Promise<LiveRecorder> {
  const recorder = new LiveRecorder(options);
  await recorder.opened;
  return recorder;
}

/**
 * Takes the records of a live run: written in a thread of its own, waiting in memory, bounded, while that cannot. Never
 * throws for what a disk does. A record is safe once it no longer waits.
 */
export class LiveRecorder {
  /** Settles when the store is open, or it is known that it has to be tried again. */
  readonly opened: Promise<void>;
  /** The number of the run, once the store was open. */
  runId: number | null = null;
  readonly #options: LiveStoreOptions;
  readonly #begin: (data: LiveData) => LivePort;
  readonly #queue: LiveQueue;
  #keeping: Keeping;
  #port: LivePort;
  #encoder = new BatchEncoder();
  /** Handed over and not committed yet, in their order. */
  #sent: Queued[] = [];
  #sentRecords = 0;
  #sentBytes = 0;
  #refused = 0;
  #bytes = 0;
  #trouble: string | null = null;
  #open = false;
  #wasOpen = false;
  #closing = false;
  #ended = false;
  #settle: { resolve: () => void; reject: (error: Error) => void } = { resolve: () => {}, reject: () => {} };
  /** Called when something was done, while closing. */
  #progress: (() => void) | null = null;

  constructor(options: LiveStoreOptions) {
    this.#options = options;
    this.#begin = options.begin ?? thread;
    this.#keeping = { ...defaultKeeping, ...options.keeping };
    this.#queue = new LiveQueue(options.waitingMax ?? WAITING_MAX, options.waitingBytesMax ?? WAITING_BYTES_MAX);
    this.opened = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#port = this.#begun();
  }

  write(batch: RecordBatch): void {
    this.#queue.batch(batch);
    this.#pump();
  }

  capture(record: Omit<CaptureRecord, 'runId'>): void {
    this.#queue.capture(record);
    this.#pump();
  }

  health(record: NewHealth): void {
    this.#queue.health(record);
    this.#pump();
  }

  status(): StoreStatus {
    return {
      bytes: this.#bytes,
      trouble: this.#trouble,
      waiting: this.#queue.records + this.#sentRecords,
      waitingBytes: this.#queue.bytes + this.#sentBytes,
      refused: this.#queue.refused + this.#refused,
    };
  }

  /** Age and size of what is kept, from now on. */
  keep(keeping: Partial<Keeping>): void {
    this.#keeping = { ...defaultKeeping, ...keeping };
    this.#post({ kind: 'keep', keeping: this.#keeping });
  }

  /**
   * Writes what waits, for `graceMs` at most, and that the run ended so, and leaves one file. True when all was
   * written; what was not counts as refused.
   */
  async close(graceMs: number, ending: Ending = 'done'): Promise<boolean> {
    if (this.#ended) return this.status().refused === 0;
    this.#closing = true;
    const until = performance.now() + graceMs;
    while (!this.#ended && this.#waits && performance.now() < until) await this.#wait(until);
    if (!this.#ended) this.#post({ kind: 'finish', ending });
    while (!this.#ended && performance.now() < until + FINISH_MS) await this.#wait(until + FINISH_MS);
    const all = !this.#waits;
    this.#ended = true;
    for (const { records } of this.#sent) this.#refused += records;
    this.#sent = [];
    this.#sentRecords = 0;
    this.#sentBytes = 0;
    this.#queue.clear();
    await this.#port.terminate();
    return all;
  }

  get #waits(): boolean {
    return this.#sent.length > 0 || this.#queue.records > 0;
  }

  /** Until something was done, or `until`. */
  #wait(until: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, until - performance.now()));
      this.#progress = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #begun(): LivePort {
    const { path, run, flushMs = FLUSH_MS, retryMs = RETRY_MS, tickMs = TICK_MS } = this.#options;
    const data = { path, run, runId: this.runId, keeping: this.#keeping, flushMs, retryMs, tickMs };
    const port = this.#begin(data);
    let over = false;
    const ended = (why: string): void => {
      if (!over) this.#threadEnded(why);
      over = true;
    };
    port.on('message', (message: FromLive) => {
      if (!over) this.#take(message);
    });
    port.on('error', (error) => ended((error as Error).message));
    port.on('exit', () => ended('it exited'));
    return port;
  }

  /** As much as may be on its way at once: what waits here can still be refused. */
  #pump(): void {
    if (!this.#open) return;
    while (this.#sentRecords < SENT_RECORDS_MAX && this.#sentBytes < SENT_BYTES_MAX) {
      const next = this.#queue.next();
      if (next === null) return;
      this.#sent.push(next);
      this.#sentRecords += next.records;
      this.#sentBytes += next.bytes;
      this.#hand(next);
    }
  }

  #hand(queued: Queued): void {
    const { seq, records } = queued;
    if (queued.kind !== 'batch') this.#post({ kind: queued.kind, seq, record: queued.record } as ToLive);
    else {
      this.#encoder.add(queued.batch);
      const bytes = this.#encoder.take();
      // A copy, whose memory the collector counts: of that which threads share it would let much lie.
      this.#post({ kind: 'batch', seq, records, bytes: bytes.slice() });
      this.#encoder.reuse(bytes.buffer);
    }
  }

  #post(message: ToLive): void {
    this.#port.postMessage(message);
  }

  #take(message: FromLive): void {
    switch (message.kind) {
      case 'open':
        this.#opened(message.runId);
        return;
      case 'unopenable':
        this.#unopenable(errorOf(message.failure));
        return;
      case 'done':
        this.#done(message.seq, message.refused);
        return;
      case 'size':
        this.#bytes = message.bytes;
        return;
      case 'trouble':
        this.#trouble = message.sentence;
        return;
      case 'notice':
        this.#options.notice(message.notice);
        return;
      case 'finished':
        this.#ended = true;
        this.#progress?.();
    }
  }

  /** At the begin an operator has to see to it; later it is tried again like anything else. */
  #unopenable(error: Error): void {
    void this.#port.terminate();
    if (this.#wasOpen) return;
    this.#ended = true;
    this.#settle.reject(error);
  }

  #opened(runId: number | null): void {
    this.runId ??= runId;
    this.#open = true;
    this.#wasOpen = true;
    this.#trouble = null;
    for (const queued of this.#sent) this.#hand(queued);
    this.#pump();
    this.#settle.resolve();
  }

  #done(seq: number, refused: number): void {
    this.#refused += refused;
    const at = this.#sent.findIndex((queued) => queued.seq > seq);
    for (const { records, bytes } of this.#sent.splice(0, at < 0 ? this.#sent.length : at)) {
      this.#sentRecords -= records;
      this.#sentBytes -= bytes;
    }
    this.#pump();
    this.#progress?.();
  }

  /** A bug, or no memory: what it had is handed to another. */
  #threadEnded(why: string): void {
    if (this.#ended) return;
    this.#open = false;
    if (this.#trouble === null) {
      this.#options.notice({ level: 'error', sentence: `the thread of the store ended: ${why}; another is begun` });
    }
    this.#trouble = `the thread of the store ended: ${why}`;
    const again = setTimeout(() => {
      if (this.#ended || this.#closing) return;
      this.#encoder = new BatchEncoder();
      this.#port = this.#begun();
    }, this.#options.retryMs ?? RETRY_MS);
    again.unref();
  }
}

const WAITING_MAX = 100_000;
const WAITING_BYTES_MAX = 64 * 2 ** 20;
const SENT_RECORDS_MAX = 2000;
const SENT_BYTES_MAX = 4 * 2 ** 20;
const FLUSH_MS = 200;
const RETRY_MS = 1000;
const TICK_MS = 1000;
/** To commit the last, and make one file of it. */
const FINISH_MS = 2000;

/** The thread's code, beside this file where the program is built. */
const THREAD = new URL('./live-worker.js', import.meta.url);

function thread(data: LiveData): LivePort {
  return new Worker(THREAD, { workerData: data, resourceLimits: { maxYoungGenerationSizeMb: 8 } });
}
