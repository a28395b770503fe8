import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { hostPort } from '../address.ts';
import type { AuditSink, SyslogSink } from '../settings.ts';
import type { Outgoing, Refusal, Transport } from './transport.ts';

/** Syslog over UDP (RFC 5426), one message a datagram: nobody knows whether it arrives. */
export class Udp implements Transport {
  readonly kind: string;
  readonly target: string;
  readonly confirms = 'nothing: UDP is best effort, messages may be lost unseen';
  readonly settleMessages = 500;
  readonly settleMs = 0;
  #socket: Socket | null = null;
  /** The last thing the system said of a datagram: of one that was sent before. */
  #failure: unknown = null;

  constructor({ kind, address }: SyslogSink | AuditSink) {
    this.kind = `${kind}-udp`;
    this.target = address;
  }

  async open(): Promise<void> {
    const { host, port } = hostPort(this.target)!;
    const { address, family } = await lookup(host);
    this.#failure = null;
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    this.#socket = socket;
    // Of a connected socket the system tells when nobody listens there.
    socket.on('error', (error) => {
      this.#failure = error;
    });
    socket.connect(port, address);
    await once(socket, 'connect');
  }

  async send(messages: readonly Outgoing[]): Promise<void> {
    for (let i = 0; i < messages.length; i++) {
      await this.#one(Buffer.from(messages[i].text, 'utf8'));
      // A burst would only fill the buffer of the collector.
      if (i % BURST === BURST - 1) await pause(BURST_MS);
    }
  }

  async settle(): Promise<readonly Refusal[]> {
    if (this.#failure !== null) throw this.#failure;
    return [];
  }

  close(): void {
    this.#socket?.close();
    this.#socket = null;
  }

  #one(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket!.send(bytes, (error) => (error === null || error === undefined ? resolve() : reject(error)));
    });
  }
}

const BURST = 50;
const BURST_MS = 5;
