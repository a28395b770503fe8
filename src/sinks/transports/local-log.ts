import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { SyslogSink } from '../settings.ts';
import { plain, SinkTrouble } from '../trouble.ts';
import type { Outgoing, Refusal, Transport } from './transport.ts';

/**
 * The machine's own log, /dev/log. That is a datagram socket, which Node cannot open: util-linux's `logger` does, one
 * process for as long as the sink is open, which reads a message a line and puts its own header before it. Best effort.
 */
export class LocalLog implements Transport {
  readonly kind = 'syslog-unix';
  readonly target: string;
  readonly confirms = 'nothing: the local log is best effort';
  readonly settleMessages = 500;
  readonly settleMs = 0;
  readonly #sink: SyslogSink;
  #logger: ChildProcess | null = null;
  #failure: Error | null = null;

  constructor(sink: SyslogSink) {
    this.#sink = sink;
    this.target = sink.address;
  }

  async open(lost: (error: unknown) => void): Promise<void> {
    const { address, appName, messageBytesMax } = this.#sink;
    // Else it says nothing of a socket that is not there, and throws away what it reads.
    const words = [
      '--socket-errors=on',
      '--socket',
      address,
      '--tag',
      appName,
      '--size',
      `${messageBytesMax}`,
      '--prio-prefix',
    ];
    const logger = spawn('logger', words, { stdio: ['pipe', 'ignore', 'pipe'] });
    this.#logger = logger;
    this.#failure = null;
    let said = '';
    logger.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said = text.slice(0, 200);
    });
    logger.stdin!.on('error', () => {});
    // Not at its exit: what it said may come after that.
    logger.on('close', () => {
      if (this.#logger !== logger) return;
      this.#failure = new SinkTrouble(`${address}: logger ended${said === '' ? '' : `: ${plain(said)}`}`);
      lost(this.#failure);
    });
    const error = await new Promise<Error | null>((resolve) => {
      logger.once('spawn', () => resolve(null));
      logger.once('error', resolve);
    });
    if (error !== null)
      throw new SinkTrouble('the local log needs the program logger (package bsdutils), which is not here');
  }

  async send(messages: readonly Outgoing[]): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    const logger = this.#logger!;
    const stdin = logger.stdin!;
    if (stdin.write(messages.map(({ text }) => `${text}\n`).join(''))) return;
    const signal = AbortSignal.timeout(STALL_MS);
    try {
      await once(stdin, 'drain', { signal });
    } catch (error) {
      // A pipe that broke: why, its end tells.
      if (this.#failure === null && !signal.aborted) await once(logger, 'close', { signal });
      throw this.#failure ?? error;
    }
  }

  async settle(): Promise<readonly Refusal[]> {
    if (this.#failure !== null) throw this.#failure;
    return [];
  }

  close(): void {
    const logger = this.#logger;
    this.#logger = null;
    // What it has read it still sends.
    logger?.stdin?.end();
    logger?.unref();
  }
}

const STALL_MS = 10_000;
