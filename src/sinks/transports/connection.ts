import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { SinkTrouble } from '../trouble.ts';
import { type OpenSocket, openSocket, type Target } from './socket.ts';
import type { Patience } from './transport.ts';

/** A connection that is written to, and of which it is known when it is lost. */
export class Connection {
  readonly #socket: Socket;
  readonly #tcp: Socket;
  readonly #text: string;
  readonly #patience: Patience;
  #failure: Error | null = null;
  #finishing = false;
  #ended = false;
  /** Bytes that came, as of a turn of the event loop ago. */
  #heard = 0;
  #tickets = 0;
  /** Looked at again after each event. */
  #waiting: (() => void) | null = null;
  #lost: (error: unknown) => void = () => {};

  private constructor({ socket, tcp }: OpenSocket, text: string, patience: Patience) {
    this.#socket = socket;
    this.#tcp = tcp;
    this.#text = text;
    this.#patience = patience;
    socket.on('session', () => this.#tickets++);
    socket.on('error', (error) => this.#fail(error));
    socket.on('drain', () => this.#waiting?.());
    socket.on('finish', () => this.#waiting?.());
    socket.on('end', () => this.#end());
    socket.on('close', () => {
      if (!this.#ended) this.#fail(this.#trouble('the connection was lost'));
    });
  }

  /**
   * Resolves when the connection stands. `taken` gets what the other side sends; `lost` is called, once, when the
   * connection is lost while nothing waits for it.
   */
  static async open(
    target: Target,
    patience: Patience,
    taken: (bytes: Buffer) => void,
    lost: (error: unknown) => void,
  ): Promise<Connection> {
    const open = await openSocket(target, patience.connectMs);
    const connection = new Connection(open, target.text, patience);
    connection.#lost = lost;
    open.socket.on('data', taken);
    return connection;
  }

  /** False once it is known to be lost, or closed. */
  get stands(): boolean {
    return this.#failure === null;
  }

  /** Session tickets that came; those of TLS 1.3 come some time after the handshake (RFC 8446 section 4.6.1). */
  get tickets(): number {
    return this.#tickets;
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

  /**
   * Ends this side, and resolves when the other has ended its own: an orderly close. Rejects on a reset, or when it
   * does not come. libuv takes a reset for an end where bytes came just before it, such as the tickets of TLS 1.3; then
   * nobody knows, and it rejects. Node does so too where the last bytes of TLS, which say that it closes, met the
   * reset: so what has come is heard before. So as many `tickets` as the server is known to send are waited for, lest
   * they come together with its end.
   */
  async finish(tickets = 0): Promise<void> {
    await this.#written();
    for (const end = Date.now() + TICKETS_MS; this.#tickets < tickets && this.stands && Date.now() < end; )
      await pause(1);
    await pause(HEARING_MS);
    this.#refuse();
    this.#finishing = true;
    const hear = (): void => {
      this.#heard = this.#tcp.bytesRead;
    };
    hear();
    const hearing = setInterval(hear, 1);
    this.#socket.end();
    const closed = () => this.#ended && this.#socket.writableFinished;
    try {
      await this.#until(closed, this.#patience.answerMs, 'the other side did not close the connection in its turn');
    } finally {
      clearInterval(hearing);
    }
    this.destroy();
  }

  /** Resolves when the system has all that was written. */
  async #written(): Promise<void> {
    const end = Date.now() + this.#patience.stallMs;
    while (this.#failure === null && this.#socket.writableLength + this.#tcp.writableLength > 0) {
      if (Date.now() > end) this.#fail(this.#trouble('the other side takes connections but reads nothing'));
      else await pause(HEARING_MS);
    }
    this.#refuse();
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
    else if (this.#tcp.bytesRead - this.#heard > CLOSE_NOTIFY_BYTES)
      this.#fail(this.#trouble('the connection may have been reset'));
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

/** For what the system has heard of a reset to come here. */
const HEARING_MS = 5;
/** For tickets that come after the handshake. */
const TICKETS_MS = 1000;
/** TLS says with a few bytes that it closes. */
const CLOSE_NOTIFY_BYTES = 64;
/** So that a slow reader shows progress. */
const PIECE_BYTES = 1 << 16;
