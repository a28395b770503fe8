import { existsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Batch } from '../batch.ts';
import { FileSource } from '../input-source.ts';
import { openCapture } from '../open.ts';
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

/** Of smaller packets reading is the least part, and their bytes are better in the memory of the thread that uses them. */
const packetBytesMin = 400;

/**
 * A thread that reads plain files ahead of the one that uses them, and lists their packets and heads there. It reads one file
 * at a time, and ends with the program.
 */
export class ReadingThread {
  private readonly worker: Worker;
  /** The last file's reader while it is not at its end. */
  private reading: AheadReader | null = null;
  private failure: Error | null = null;

  /** A thread for these files; null where none is to be had, or nothing to be gained. */
  static async for(paths: readonly string[]): Promise<ReadingThread | null> {
    if (availableParallelism() === 1 || !existsSync(THREAD)) return null;
    const large = paths.find((path) => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= fileBytesMin);
    return large !== undefined && (await bytesAPacket(large)) >= packetBytesMin ? new ReadingThread() : null;
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

/** On average, of the first packets of a file; 0 of what is no plain capture. */
async function bytesAPacket(path: string): Promise<number> {
  const source = openedOrNull(path);
  if (source === null) return 0;
  try {
    const reader = await openCapture(source);
    const batch = reader.format === null ? null : await reader.next();
    if (batch === null) return 0;
    let bytes = 0;
    for (let i = 0; i < batch.count; i++) bytes += batch.captured[i];
    return bytes / batch.count;
  } finally {
    source.close();
  }
}

/** Why a file cannot be opened is said by who reads it. */
function openedOrNull(path: string): FileSource | null {
  try {
    return new FileSource(path);
  } catch {
    return null;
  }
}
