import { setTimeout as pause } from 'node:timers/promises';
import { hostPort } from '../address.ts';
import type { AuditSink, SyslogSink } from '../settings.ts';
import { SinkTrouble } from '../trouble.ts';
import { Connection } from './connection.ts';
import { frame } from './framing.ts';
import type { Target } from './socket.ts';
import type { Outgoing, Patience, Refusal, Transport } from './transport.ts';

/**
 * Syslog over TCP (RFC 6587) and TLS (RFC 5425). A write that succeeded says nothing: what the kernel took is lost when
 * the collector dies. So a connection is closed in an orderly way every 500 messages or 5 s: the other side closes in
 * its turn when it has read all. But a collector that is killed closes too, as orderly, if it had read everything and
 * only not written it yet. So there is a witness, an idle connection that was opened before: the system closes those of
 * a dead process in the order in which they were opened. Only while the witness stands is what lies before the close
 * received.
 */
export class SyslogStream implements Transport {
  readonly kind: string;
  readonly target: string;
  readonly confirms: string;
  readonly settleMessages = 500;
  readonly settleMs = 5000;
  readonly #sink: SyslogSink | AuditSink;
  readonly #to: Target;
  readonly #patience: Patience;
  #connection: Connection | null = null;
  #witness: Connection | null = null;
  /** That the collector sends on a connection. */
  #tickets = 0;
  #lost: (error: unknown) => void = () => {};

  constructor(sink: SyslogSink | AuditSink, patience: Patience) {
    const { transport, address, tls, confirm } = sink;
    this.#sink = sink;
    this.#to = { text: address, ...(hostPort(address) ?? { host: address, port: 0 }), tls };
    this.#patience = patience;
    this.kind = `${sink.kind}-${transport}`;
    this.target = address;
    this.confirms =
      confirm === 'close' ? 'the collector read all of it and closed the connection' : 'the connection took it';
  }

  async open(lost: (error: unknown) => void): Promise<void> {
    this.#lost = lost;
    if (this.#sink.confirm === 'close') await this.#watch();
    await this.#connect();
  }

  async send(messages: readonly Outgoing[]): Promise<void> {
    const framed = messages.map(({ text }) => frame(text, this.#sink.framing));
    await this.#connection!.write(Buffer.concat(framed));
  }

  async settle(): Promise<readonly Refusal[]> {
    if (this.#sink.confirm === 'written') return [];
    // One that was idle for long may have been closed for that.
    if (this.#witness?.stands !== true) await this.#watch();
    this.#learn();
    await this.#connection!.finish(this.#tickets);
    await pause(WITNESS_MS);
    if (!this.#witness!.stands) throw new SinkTrouble(`${this.target}: the collector ended`);
    await this.#connect();
    return [];
  }

  close(): void {
    this.#learn();
    this.#connection?.destroy();
    this.#witness?.destroy();
    this.#connection = null;
    this.#witness = null;
  }

  // Syslog has no answers.
  async #connect(): Promise<void> {
    this.#connection = await Connection.open(this.#to, this.#patience, () => {}, this.#lost);
  }

  #learn(): void {
    this.#tickets = Math.max(this.#tickets, this.#witness?.tickets ?? 0, this.#connection?.tickets ?? 0);
  }

  async #watch(): Promise<void> {
    this.#witness?.destroy();
    this.#witness = await Connection.open(
      this.#to,
      this.#patience,
      () => {},
      () => {},
    );
  }
}

/** For what the system has told of the witness to be heard. */
const WITNESS_MS = 5;
