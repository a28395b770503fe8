import type { StoreStatus } from '../model/live-status.ts';
import type { CaptureRecord, HealthRecord, RecordBatch } from '../model/records.ts';
import type { NewRun } from './runs.ts';

/** How long records are kept, and how much of the disk they may take. */
export interface Keeping {
  /** Records older than this go. */
  readonly days: number;
  /** Database, write-ahead log and shared memory together. */
  readonly bytesMax: number;
  /** Of the disk, so much stays free. */
  readonly freeBytesMin: number;
}

export const defaultKeeping: Keeping = { days: 90, bytesMax: 20 * 2 ** 30, freeBytesMin: 512 * 2 ** 20 };

export interface LiveStoreOptions {
  readonly path: string;
  readonly run: NewRun;
  readonly keeping?: Partial<Keeping>;
  /** Records that wait in memory, at most, and about their bytes. */
  readonly waitingMax?: number;
  readonly waitingBytesMax?: number;
  /** What a person should know of the store, once: it cannot be written and why, it can again, a damaged one was moved to where. */
  readonly notice: (notice: StoreNotice) => void;
}

export interface StoreNotice {
  readonly level: 'info' | 'error';
  readonly sentence: string;
}

/** Takes the records of a live run: written in a thread of its own, waiting in memory while that cannot. Never throws for what a disk does. */
export interface LiveRecorder {
  /** The number of the run, once the store was open. */
  readonly runId: number | null;
  write(batch: RecordBatch): void;
  capture(record: Omit<CaptureRecord, 'runId'>): void;
  health(record: Omit<HealthRecord, 'id' | 'runId'>): void;
  status(): StoreStatus;
  /** Age and size of what is kept, from now on. */
  keep(keeping: Partial<Keeping>): void;
  /** Writes what waits, for `graceMs` at most, and leaves one file. True when all was written. */
  close(graceMs: number): Promise<boolean>;
}
