import type { HeldBack } from '../detections/held-back.ts';
import { OperatorError, type OperatorErrorCode } from '../model/errors.ts';
import type { CaptureRecord } from '../model/records.ts';
import { BatchDecoder } from './batch-decoder.ts';
import type { Recorder } from './recorder.ts';
import type { NewRun } from './runs.ts';
import type { StoreOptions } from './store.ts';
import type { Ending } from './writer.ts';

/** What the thread is begun with. The store is open, and locked, by the thread that begins it. */
export interface ThreadData {
  readonly path: string;
  readonly options: StoreOptions;
  readonly run: NewRun;
}

/**
 * In the order in which they are sent, `batches` being what a `BatchEncoder` wrote, with what was held back of each; it
 * is read where it was written.
 */
export type ToThread =
  | {
      readonly kind: 'batches';
      readonly bytes: Uint8Array<SharedArrayBuffer>;
      readonly heldBack: readonly (readonly HeldBack[])[];
    }
  | { readonly kind: 'capture'; readonly record: Omit<CaptureRecord, 'runId'> }
  | { readonly kind: 'tally'; readonly alertsMax: number }
  | { readonly kind: 'finish'; readonly ending: Ending }
  | { readonly kind: 'close' };

/**
 * The memory of batches, which both threads see, comes back to be used again. `tally`, `finish` and `close` are
 * answered in their order.
 */
export type FromThread =
  | { readonly kind: 'open' }
  | { readonly kind: 'used'; readonly memory: SharedArrayBuffer; readonly bytes: number }
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** An error as it goes from thread to thread: `code` of an operator's, null of a bug. */
export interface Failure {
  readonly code: OperatorErrorCode | null;
  readonly sentence: string;
  readonly remedy: string;
  readonly stack: string;
}

/** The end of the thread that has the store: does what it is told; after a failure only what ends it. */
export class RecorderThread {
  readonly #recorder: Recorder;
  readonly #send: (message: FromThread) => void;
  readonly #decoder = new BatchDecoder();
  #failed = false;

  constructor(recorder: Recorder, send: (message: FromThread) => void) {
    this.#recorder = recorder;
    this.#send = send;
  }

  async take(message: ToThread): Promise<void> {
    try {
      const ends = message.kind === 'finish' || message.kind === 'close';
      if (!this.#failed || ends) await this.#do(message);
    } catch (error) {
      this.#failed = true;
      this.#send({ kind: 'failed', failure: failureOf(error) });
    } finally {
      if (message.kind === 'batches') this.#giveBack(message.bytes);
    }
  }

  async #do(message: ToThread): Promise<void> {
    switch (message.kind) {
      case 'batches':
        this.#write(message.bytes, message.heldBack);
        return;
      case 'capture':
        this.#recorder.capture(message.record);
        return;
      case 'tally':
        // Records that came as bytes are no objects that could be sent.
        this.#send({
          kind: 'answer',
          value: JSON.parse(JSON.stringify(await this.#recorder.tally(message.alertsMax))),
        });
        return;
      case 'finish':
        await this.#recorder.finish(message.ending);
        this.#send({ kind: 'answer', value: null });
        return;
      case 'close':
        await this.#recorder.close();
        this.#send({ kind: 'answer', value: null });
    }
  }

  #write(bytes: Uint8Array, heldBack: readonly (readonly HeldBack[])[]): void {
    let at = 0;
    for (const batch of this.#decoder.decode(bytes)) this.#recorder.write(batch, heldBack[at++]);
  }

  #giveBack({ buffer, byteLength }: Uint8Array<SharedArrayBuffer>): void {
    this.#send({ kind: 'used', memory: buffer, bytes: byteLength });
  }
}

export function failureOf(error: unknown): Failure {
  const { message, stack } = error as Error;
  if (!(error instanceof OperatorError)) return { code: null, sentence: message, remedy: '', stack: stack ?? message };
  const cause = error.cause as Error | undefined;
  return { code: error.code, sentence: message, remedy: error.remedy, stack: cause?.stack ?? '' };
}

export function errorOf({ code, sentence, remedy, stack }: Failure): Error {
  const cause = new Error(sentence);
  cause.stack = stack;
  return code === null ? cause : new OperatorError(code, sentence, remedy, cause);
}
