import { write } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { SinkTrouble } from '../trouble.ts';
import type { Outgoing, Refusal, Transport } from './transport.ts';

/** A message a line on standard output, for whoever runs the program. */
export class StandardOutput implements Transport {
  readonly kind = 'stdout';
  readonly target = 'standard output';
  readonly confirms = 'who reads standard output took it from the program';
  readonly settleMessages = 500;
  readonly settleMs = 0;
  readonly #descriptor: number;

  constructor(descriptor = 1) {
    this.#descriptor = descriptor;
  }

  async open(): Promise<void> {}

  async send(messages: readonly Outgoing[]): Promise<void> {
    const bytes = Buffer.from(messages.map(({ text }) => `${text}\n`).join(''), 'utf8');
    for (let at = 0, waited = 0; at < bytes.length; ) {
      const written = await this.#some(bytes, at);
      at += written;
      waited = written > 0 ? 0 : waited + FULL_MS;
      if (waited > STALL_MS) throw new SinkTrouble('standard output: nobody reads it');
      if (written === 0) await pause(FULL_MS);
    }
  }

  async settle(): Promise<readonly Refusal[]> {
    return [];
  }

  close(): void {}

  /** Bytes written; 0 when a pipe is full. */
  #some(bytes: Buffer, at: number): Promise<number> {
    return new Promise((resolve, reject) => {
      write(this.#descriptor, bytes, at, bytes.length - at, null, (error, written) => {
        if (error === null) resolve(written);
        else if (error.code === 'EAGAIN') resolve(0);
        else reject(error);
      });
    });
  }
}

const FULL_MS = 10;
const STALL_MS = 30_000;
