import { hostPort } from '../address.ts';
import type { SyslogSink } from '../settings.ts';
import { plain, SinkTrouble } from '../trouble.ts';
import { Connection } from './connection.ts';
import { type RelpFrame, RelpReader, relpFrame } from './relp-frames.ts';
import type { Target } from './socket.ts';
import type { Outgoing, Patience, Refusal, Transport } from './transport.ts';

/** RELP, a client: each message is acknowledged by the collector, after it has taken it into its own queue. */
export class Relp implements Transport {
  readonly kind: string;
  readonly target: string;
  readonly confirms = 'the collector acknowledged each message';
  readonly settleMessages = 500;
  readonly settleMs = 0;
  readonly #to: Target;
  readonly #patience: Patience;
  #connection: Connection | null = null;
  #transaction = 0;
  /** Transactions that are not answered yet. */
  readonly #open = new Set<number>();
  #failure: unknown = null;
  #wake: (() => void) | null = null;
  #lost: (error: unknown) => void = () => {};

  constructor({ address, tls }: SyslogSink, patience: Patience) {
    this.kind = tls === null ? 'syslog-relp' : 'syslog-relp-tls';
    this.target = address;
    this.#to = { text: address, ...(hostPort(address) ?? { host: address, port: 0 }), tls };
    this.#patience = patience;
  }

  async open(lost: (error: unknown) => void): Promise<void> {
    this.#lost = lost;
    this.#transaction = 0;
    this.#open.clear();
    this.#failure = null;
    const reader = new RelpReader((frame) => this.#answer(frame));
    const taken = (bytes: Buffer): void => {
      try {
        reader.take(bytes);
      } catch {
        this.#fail(new SinkTrouble(`${this.target}: what answers there does not speak RELP`));
      }
    };
    this.#connection = await Connection.open(this.#to, this.#patience, taken, (error) => this.#fail(error));
    await this.#command('open', OFFER);
    await this.#until(0);
  }

  async send(messages: readonly Outgoing[]): Promise<void> {
    for (const { text } of messages) {
      await this.#until(WINDOW - 1);
      await this.#command('syslog', text);
    }
  }

  async settle(): Promise<readonly Refusal[]> {
    await this.#until(0);
    return [];
  }

  close(): void {
    this.#lost = () => {};
    this.#fail(new SinkTrouble(`${this.target}: the connection is closed`));
    this.#connection?.destroy();
    this.#connection = null;
  }

  async #command(command: string, data: string): Promise<void> {
    this.#transaction = this.#transaction === TRANSACTION_MAX ? 1 : this.#transaction + 1;
    this.#open.add(this.#transaction);
    await this.#connection!.write(relpFrame(this.#transaction, command, data));
  }

  #answer({ transaction, command, data }: RelpFrame): void {
    const answered = command === 'rsp' && this.#open.delete(transaction);
    const closes = command === 'serverclose';
    if (!answered && !closes) throw new Error('not RELP');
    const words = data.toString('utf8');
    if (closes) this.#fail(new SinkTrouble(`${this.target}: the collector closes the session`));
    else if (/^200( |$)/.test(words)) this.#wake?.();
    // It did not take this one, but may later: its queue is full, or its disk.
    else this.#fail(new SinkTrouble(`${this.target}: the collector answered "${plain(words).slice(0, 100)}"`));
  }

  #fail(error: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    if (this.#wake === null) this.#lost(error);
    else this.#wake();
  }

  /** Resolves when at most so many transactions are open. */
  async #until(most: number): Promise<void> {
    while (this.#failure === null && this.#open.size > most) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        const late = new SinkTrouble(`${this.target}: the collector acknowledges nothing`);
        timer = setTimeout(() => this.#fail(late), this.#patience.answerMs);
      });
      clearTimeout(timer);
      this.#wake = null;
    }
    if (this.#failure !== null) throw this.#failure;
  }
}

const OFFER = 'relp_version=0\nrelp_software=dicomtap\ncommands=syslog';
/** Messages that may wait to be acknowledged. */
const WINDOW = 128;
const TRANSACTION_MAX = 999_999_999;
