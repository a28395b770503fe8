import { Worker } from 'node:worker_threads';
import type { SinkStatus } from '../model/live-status.ts';
import type { DeliveryData, FromDelivery, ToDelivery } from './delivery-thread.ts';

/** The thread's code, beside this file where the program is built. */
const THREAD = new URL('./delivery-worker.js', import.meta.url);

/** What of a `Worker` is needed here. */
export type DeliveryPort = Pick<Worker, 'postMessage' | 'on' | 'terminate'>;

export interface DeliveryOptions {
  /** Called once when the thread ends of itself: a bug. Nothing is delivered any more; what waits is in the store. */
  readonly failed: (error: Error) => void;
  /** Sinks that had a place in the store, and are no longer configured. */
  readonly removed?: (names: readonly string[]) => void;
}

/** Delivery to all sinks, as the rest of the program sees it: nothing here ever waits for a sink unless asked to. */
export class Delivery {
  readonly #thread: DeliveryPort;
  readonly #options: DeliveryOptions;
  #status: readonly SinkStatus[] = [];
  #ready = waitable();
  #drained = waitable();
  #stopped = waitable();
  #woken = false;
  #ended = false;

  constructor(data: DeliveryData, options: DeliveryOptions, thread: DeliveryPort = worker(data)) {
    this.#thread = thread;
    this.#options = options;
    thread.on('message', (message: FromDelivery) => this.#take(message));
    thread.on('error', (error) => this.#fail(error as Error));
    thread.on('exit', () => this.#fail(new Error('the thread of the sinks ended')));
  }

  /** Something was committed. Cheap: many calls are one message. */
  wake(): void {
    if (this.#woken || this.#ended) return;
    this.#woken = true;
    setImmediate(() => {
      this.#woken = false;
      this.#post({ kind: 'wake' });
    });
  }

  /** Files are opened anew (SIGHUP), for they may have been moved away. */
  reopen(): void {
    this.#post({ kind: 'reopen' });
  }

  /** As of a second ago at most. */
  status(): readonly SinkStatus[] {
    return this.#status;
  }

  /** Resolves when each sink has its place in the store: what is committed after that is delivered. */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  /**
   * Sends what waits, also what is held back. True when all was confirmed within `ms`; else `status` says what is left.
   */
  async drain(ms: number): Promise<boolean> {
    this.#post({ kind: 'drain' });
    return await within(this.#drained.promise, ms);
  }

  /** Drains for so long, then ends the thread. What was not confirmed comes again with the next start. */
  async stop(ms: number): Promise<boolean> {
    const drained = ms > 0 && (await this.drain(ms));
    this.#post({ kind: 'stop' });
    await within(this.#stopped.promise, STOP_MS);
    this.#ended = true;
    await this.#thread.terminate();
    return drained;
  }

  #post(message: ToDelivery): void {
    if (!this.#ended) this.#thread.postMessage(message);
  }

  #take(message: FromDelivery): void {
    if (message.kind === 'status') this.#status = message.sinks;
    else if (message.kind === 'ready') {
      this.#ready.done();
      if (message.removed.length > 0) this.#options.removed?.(message.removed);
    } else if (message.kind === 'drained') this.#drained.done();
    else {
      this.#ended = true;
      this.#stopped.done();
    }
  }

  #fail(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const each of [this.#ready, this.#stopped]) each.done();
    this.#options.failed(error);
  }
}

function worker(data: DeliveryData): DeliveryPort {
  return new Worker(THREAD, { workerData: data });
}

function waitable(): { readonly promise: Promise<void>; readonly done: () => void } {
  let done = (): void => {};
  const promise = new Promise<void>((resolve) => {
    done = resolve;
  });
  return { promise, done };
}

async function within(promise: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const done = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return done;
}

const STOP_MS = 2000;
