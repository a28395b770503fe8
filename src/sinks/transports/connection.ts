import type { Socket } from 'node:net';
import { SinkTrouble } from '../trouble.ts';
import { openSocket, type Target } from './socket.ts';
import type { Patience } from './transport.ts';

/** A connection that is written to, and of which it is known when it is lost. */
export class Connection {
  readonly #socket: Socket;
  readonly #text: string;
  readonly #patience: Patience;
  #failure: Error | null = null;
  #finishing = false;
  #ended = false;
  /** Looked at again after each event. */
  #waiting: (() => void) | null = null;
  #lost: (error: unknown) => void = () => {};

  private constructor(socket: Socket, text: string, patience: Patience) {
    this.#socket = socket;
    this.#text = text;
    this.#patience = patience;
    socket.on('error', (error) => this.#fail(error));
    socket.on('drain', () => this.#waiting?.());
    socket.on('finish', () => this.#waiting?.());
    socket.on('end', () => this.#end());
    socket.on('close', () => {
      if (!this.#ended) this.#fail(this.#trouble('the connection was lost'));
    });
  }

  /**
   * Resolves when the connection stands. `taken` gets what the other side sends; `lost` is called, once, when the connection is lost
   * while nothing waits for it.
   */
  static async open(
    target: Target,
    patience: Patience,
    taken: (bytes: Buffer) => void,
    lost: (error: unknown) => void,
  ): Promise<Connection> {
    const socket = await openSocket(target, patience.connectMs);
    const connection = new Connection(socket, target.text, patience);
    connection.#lost = lost;
    socket.on('data', taken);
    return connection;
  }

  /** Resolves when there is room for more. What was written may be lost all the same. */
  async write(bytes: Uint8Array): Promise<void> {
    const room = () => !this.#socket.writableNeedDrain;
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      this.#refuse();
      this.#socket.write(bytes.subarray(at, at + PIECE_BYTES));
      await this.#until(room, this.#patience.stallMs, 'the other side takes connections but reads nothing');
    }
  }

  /** Ends this side, and resolves when the other has ended its own: an orderly close. Rejects on a reset, or when it does not come. */
  async finish(): Promise<void> {
    this.#refuse();
    this.#finishing = true;
    this.#socket.end();
    const closed = () => this.#ended && this.#socket.writableFinished;
    await this.#until(closed, this.#patience.answerMs, 'the other side did not close the connection in its turn');
    this.destroy();
  }

  destroy(): void {
    this.#failure ??= this.#trouble('the connection is closed');
    this.#lost = () => {};
    this.#socket.destroy();
    this.#waiting?.();
  }

  /** Resolves when `done`; rejects when the connection is lost, or after so long. */
  async #until(done: () => boolean, ms: number, sentence: string): Promise<void> {
    if (this.#failure === null && done()) return;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#waiting = () => {
          if (this.#failure !== null) reject(this.#failure);
          else if (done()) resolve();
        };
        timer = setTimeout(() => this.#fail(this.#trouble(sentence)), ms);
        this.#waiting();
      });
    } catch (error) {
      this.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
      this.#waiting = null;
    }
  }

  #end(): void {
    this.#ended = true;
    if (!this.#finishing) this.#fail(this.#trouble('the other side closed the connection'));
    else this.#waiting?.();
  }

  #fail(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    if (this.#waiting !== null) this.#waiting();
    else this.#lost(error);
  }

  #refuse(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  #trouble(sentence: string): SinkTrouble {
    return new SinkTrouble(`${this.#text}: ${sentence}`);
  }
}

/** So that a slow reader shows progress. */
const PIECE_BYTES = 1 << 16;
