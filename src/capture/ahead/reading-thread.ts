import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Batch } from '../batch.ts';
import type { CaptureReader } from '../reader.ts';
import type { ReadLimits } from '../window.ts';
import { makeSharedBatches, type SharedBatches, TakingEnd } from './shared-batches.ts';

/** What the thread is told to read, and what it says at the end of it. */
export interface AheadOrder {
  readonly path: string;
  readonly limits: ReadLimits;
  readonly batches: SharedBatches;
}

export interface AheadEnd {
  readonly error: string | null;
  readonly dropped: number;
  readonly bytesRead: number;
}

/** The thread's code, beside this file where the program is built. */
const THREAD = new URL('./reading-worker.js', import.meta.url);

/** A file that takes less time than it takes a thread to begin is read without. */
const fileBytesMin = 32 << 20;

/**
 * A thread that reads plain files ahead of the one that uses them, and lists their packets and heads there. It reads one file
 * at a time, and ends with the program.
 */
export class ReadingThread {
  private readonly worker: Worker;
  /** The last file's reader while it is not at its end. */
  private reading: AheadReader | null = null;
  private failure: Error | null = null;

  /** A thread for files of these sizes; null where none is to be had, or nothing to be gained. */
  static for(sizes: readonly number[]): ReadingThread | null {
    const isLarge = sizes.some((size) => size >= fileBytesMin);
    return isLarge && availableParallelism() > 1 && existsSync(THREAD) ? new ReadingThread() : null;
  }

  private constructor() {
    this.worker = new Worker(THREAD, { resourceLimits: { maxYoungGenerationSizeMb: 8 } });
    this.worker.unref();
    this.worker.on('message', (end: AheadEnd) => {
      this.reading?.end(end);
      this.reading = null;
    });
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new Error('the thread that reads ended')));
  }

  /** Begins to read a file; null when it is small, or another is being read. `format` is what its first bytes say. */
  read(path: string, size: number, format: 'pcap' | 'pcapng', limits: ReadLimits): AheadReader | null {
    if (size < fileBytesMin || this.reading !== null || this.failure !== null) return null;
    const batches = makeSharedBatches();
    this.reading = new AheadReader(format, batches);
    const order: AheadOrder = { path, limits, batches };
    this.worker.postMessage(order);
    return this.reading;
  }

  private fail(error: Error): void {
    this.failure = error;
    this.reading?.fail(error);
    this.reading = null;
  }
}

/** A capture that another thread reads: its batches, as they come. */
export class AheadReader implements CaptureReader {
  readonly format: 'pcap' | 'pcapng';
  error: string | null = null;
  dropped = 0;
  /** Bytes of the file that were used: as far as the packets handed on. */
  consumed = 0;
  private readonly taking: TakingEnd;
  private ended: AheadEnd | null = null;
  private failure: Error | null = null;

  constructor(format: 'pcap' | 'pcapng', batches: SharedBatches) {
    this.format = format;
    this.taking = new TakingEnd(batches);
  }

  get bytesRead(): number {
    return this.consumed;
  }

  async next(): Promise<Batch | null> {
    for (;;) {
      const batch = this.taking.next();
      if (batch !== null) {
        for (let i = 0; i < batch.count; i++) this.consumed += batch.captured[i];
        return batch;
      }
      if (this.failure !== null) throw this.failure;
      if (this.ended !== null && this.taking.isOver) return null;
      // What the thread says comes between two turns, and so do signals.
      await new Promise((resume) => setImmediate(resume));
    }
  }

  close(): void {
    this.taking.close();
  }

  end({ error, dropped, bytesRead }: AheadEnd): void {
    this.error = error;
    this.dropped = dropped;
    this.consumed = bytesRead;
    this.ended = { error, dropped, bytesRead };
  }

  fail(error: Error): void {
    this.failure = error;
  }
}
