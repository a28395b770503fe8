import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** The thread's code, beside this file where the program is built. */
const THREAD = new URL('./watchdog-worker.js', import.meta.url);

/** What the thread is begun with. */
export interface WatchdogData {
  /** Beats of the main loop: 32 bits that change. */
  readonly beats: Int32Array;
  readonly seconds: number;
}

/** Ends the process when its main loop is stuck: a thread looks whether that still beats. */
export class Watchdog {
  private readonly beats = new Int32Array(new SharedArrayBuffer(4));
  private readonly thread: Worker | null;

  /** `seconds`: how long it may be stuck; 0 for ever. */
  constructor(seconds: number) {
    this.thread = seconds > 0 && existsSync(THREAD) ? this.begin(seconds) : null;
  }

  beat(): void {
    Atomics.add(this.beats, 0, 1);
  }

  async end(): Promise<void> {
    await this.thread?.terminate();
  }

  private begin(seconds: number): Worker {
    const workerData: WatchdogData = { beats: this.beats, seconds };
    const thread = new Worker(THREAD, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
    });
    thread.unref();
    return thread;
  }
}
