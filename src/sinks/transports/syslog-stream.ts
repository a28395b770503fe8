import { hostPort } from '../address.ts';
import type { AuditSink, SyslogSink } from '../settings.ts';
import { Connection } from './connection.ts';
import { frame } from './framing.ts';
import type { Target } from './socket.ts';
import type { Outgoing, Patience, Refusal, Transport } from './transport.ts';

/**
 * Syslog over TCP (RFC 6587) and TLS (RFC 5425). A write that succeeded says nothing: what the kernel took is lost when the
 * collector dies. So a connection is closed in an orderly way every 500 messages or 5 s, and what lies before the
 * close counts as received once the other side has closed too, which it does when it has read all, and then takes a new
 * connection: one that was killed closes as well, but nobody listens any more.
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
    // Syslog has no answers.
    this.#connection = await Connection.open(this.#to, this.#patience, () => {}, lost);
  }

  async send(messages: readonly Outgoing[]): Promise<void> {
    const framed = messages.map(({ text }) => frame(text, this.#sink.framing));
    await this.#connection!.write(Buffer.concat(framed));
  }

  async settle(): Promise<readonly Refusal[]> {
    if (this.#sink.confirm === 'written') return [];
    await this.#connection!.finish();
    await this.open(this.#lost);
    return [];
  }

  close(): void {
    this.#connection?.destroy();
    this.#connection = null;
  }
}
