import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { HeldBack } from '../detections/held-back.ts';
import type { CaptureRecord, RecordBatch } from '../model/records.ts';
import { BatchEncoder } from './batch-encoder.ts';
import type { Recorder } from './recorder.ts';
import { errorOf, type FromThread, type ThreadData, type ToThread } from './recorder-thread.ts';
import type { RunTally } from './run-tally.ts';
import type { Ending } from './writer.ts';

/** The thread's code, beside this file where the program is built. */
const THREAD = new URL('./store-worker.js', import.meta.url);

/** Whether a thread of its own for the store is to be had, and to be gained from. */
export function canBeRemote(): boolean {
  return availableParallelism() > 1 && existsSync(THREAD);
}

/** What of a `Worker` is needed here. */
export type ThreadPort = Pick<Worker, 'postMessage' | 'on'>;

/**
 * Hands records over to a thread that writes them: this one goes on with the next, as long as not too many wait there.
 */
export class RemoteRecorder implements Recorder {
  readonly #thread: ThreadPort;
  readonly #encoder = new BatchEncoder();
  /** Of each batch that is encoded and not handed over. */
  #heldBack: (readonly HeldBack[])[] = [];
  /** Memory of batches that are written. */
  readonly #memory: SharedArrayBuffer[] = [];
  /** Bytes handed over that are not written yet. */
  #waiting = 0;
  #failure: Error | null = null;
  #ended = false;
  #resume: (() => void) | null = null;
  readonly #asked: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];

  /** `opened` is called when the thread has the store open. */
  constructor(
    data: ThreadData,
    opened: () => void,
    thread: ThreadPort = new Worker(THREAD, { workerData: data, resourceLimits: { maxYoungGenerationSizeMb: 3 } }),
  ) {
    this.#thread = thread;
    thread.on('message', (message: FromThread) => {
      if (message.kind === 'open') opened();
      else this.#take(message);
    });
    thread.on('error', (error) => this.#fail(error));
    thread.on('exit', () => this.#exited());
  }

  write(batch: RecordBatch, heldBack: readonly HeldBack[]): void {
    this.#refuse();
    if (this.#heldBack.length === 0) this.#encoder.reuse(this.#memory.pop() ?? new SharedArrayBuffer(MEMORY_BYTES));
    this.#encoder.add(batch);
    this.#heldBack.push(heldBack);
    if (this.#encoder.length >= MESSAGE_BYTES) this.#handOver();
  }

  room(): Promise<void> | null {
    this.#refuse();
    if (this.#waiting <= WAITING_BYTES_MAX) return null;
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  /** The thread commits on its own. */
  commit(): void {
    this.#handOver();
  }

  capture(record: Omit<CaptureRecord, 'runId'>): void {
    this.#send({ kind: 'capture', record });
  }

  async tally(alertsMax: number): Promise<RunTally> {
    this.#refuse();
    return (await this.#ask({ kind: 'tally', alertsMax })) as RunTally;
  }

  async finish(ending: Ending): Promise<void> {
    await this.#ask({ kind: 'finish', ending });
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    try {
      await this.#ask({ kind: 'close' });
    } finally {
      this.#ended = true;
    }
  }

  /** What was written so far goes before anything else. */
  #handOver(): void {
    if (this.#heldBack.length === 0) return;
    const bytes = this.#encoder.take();
    this.#waiting += bytes.byteLength;
    this.#thread.postMessage({ kind: 'batches', bytes, heldBack: this.#heldBack });
    this.#heldBack = [];
  }

  #send(message: Exclude<ToThread, { kind: 'batches' }>): void {
    this.#handOver();
    this.#thread.postMessage(message);
  }

  #ask(message: Exclude<ToThread, { kind: 'batches' }>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(this.#failure ?? new Error('the recorder is closed'));
        return;
      }
      this.#asked.push({ resolve, reject });
      this.#send(message);
    });
  }

  #refuse(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  #take(message: Exclude<FromThread, { kind: 'open' }>): void {
    if (message.kind === 'failed') this.#fail(errorOf(message.failure));
    else if (message.kind === 'answer') this.#asked.shift()?.resolve(message.value);
    else {
      this.#waiting -= message.bytes;
      if (this.#memory.length < MEMORY_MAX) this.#memory.push(message.memory);
      if (this.#waiting <= WAITING_BYTES_MAX) this.#goOn();
    }
  }

  /** The first failure is the one to tell: to who waits, or to the next call. */
  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#asked.splice(0)) reject(this.#failure);
    this.#goOn();
  }

  #exited(): void {
    if (!this.#ended) this.#fail(new Error('the thread of the store ended'));
    this.#ended = true;
  }

  #goOn(): void {
    this.#resume?.();
    this.#resume = null;
  }
}

/** Eight messages: what comes while the thread commits, and copies the write-ahead log into the file. */
const WAITING_BYTES_MAX = 1 << 21;
/** To wake the thread costs this one as much as to encode a hundred records: some batches go together. */
const MESSAGE_BYTES = 1 << 18;
/** A message, and the batch that makes it long enough. */
const MEMORY_BYTES = 3 << 17;
/** Pieces of memory kept to be used again. */
const MEMORY_MAX = 8;
