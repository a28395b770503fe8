import { Malformed } from '../../bytes/malformed.ts';
import { Reader } from '../../bytes/reader.ts';
import type { Side } from '../../model/facts.ts';
import { Account } from '../account.ts';
import type { Analyzer, AnalyzerContext } from '../analyzer.ts';
import { readCertificate } from './certificate.ts';
import { firstCertificate, handshakeType, readClientHello, readServerHello } from './handshake.ts';
import { Messages, type MessageTaker } from './messages.ts';
import { isTls13 } from './names.ts';

/**
 * TLS up to where it is encrypted: the hellos of all versions, and up to TLS 1.2 the server's first certificate
 * and whether the client was asked for one and sent one. Alerts are not read. What comes after is passed over
 * without being looked at.
 */
export class TlsAnalyzer implements Analyzer {
  readonly accounts: readonly [Account, Account] = [new Account(), new Account()];
  /** Null once all that can be read of that direction was: most of a connection's life. */
  private readonly sides: [Speaker | null, Speaker | null];
  private readonly failed: [boolean, boolean] = [false, false];

  constructor(context: AnalyzerContext) {
    this.sides = [new Speaker(0, context, this.accounts[0]), new Speaker(1, context, this.accounts[1])];
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    const speaker = this.sides[side];
    if (speaker === null) {
      if (this.failed[side]) this.accounts[side].malformed += end - start;
      else this.accounts[side].skipped += end - start;
      return;
    }
    const { messages } = speaker;
    messages.data(bytes, start, end);
    if (!messages.done) return;
    this.sides[side] = null;
    this.failed[side] = messages.failed;
  }

  gap(side: Side, length: number): void {
    const speaker = this.sides[side];
    if (speaker === null) return;
    speaker.messages.gap(length);
    if (speaker.messages.done) this.sides[side] = null;
  }

  close(side: Side): void {
    this.sides[side] = null;
  }
}

/** One direction. Its first message says whether it is the client's or the server's. */
class Speaker implements MessageTaker {
  readonly messages: Messages;
  private readonly side: Side;
  private readonly context: AnalyzerContext;
  private role: 'unknown' | 'client' | 'server' = 'unknown';
  /** A HelloRetryRequest was sent: the ServerHello is still to come, perhaps after a ChangeCipherSpec. */
  private retrying = false;
  private certificateSeen = false;
  private requestSeen = false;

  constructor(side: Side, context: AnalyzerContext, account: Account) {
    this.messages = new Messages(this, account);
    this.side = side;
    this.context = context;
  }

  wants(type: number, length: number): number {
    // Of more, a first certificate is read all the same, and a hello turns out to be cut short.
    return bodiesRead.has(type) ? Math.min(length, this.context.limits.handshakeBytesMax) : 0;
  }

  message(type: number, body: Uint8Array, offset: number): void {
    try {
      handlers[type]?.(this, new Reader(body));
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      // The header's four bytes come first; borders of records within the message are not counted.
      this.malformed(offset + 4 + error.offset, error.field, error.reason);
      this.messages.done = true;
    }
    if (this.role === 'unknown' && type !== handshakeType.helloRequest) this.messages.done = true;
  }

  ended(why: 'change-cipher-spec' | 'application-data'): void {
    if (why === 'application-data' || !this.retrying) this.messages.done = true;
  }

  malformed(offset: number, field: string, reason: string): void {
    this.context.emit({ kind: 'malformed', side: this.side, offset, field, reason });
  }

  clientHello(reader: Reader): void {
    // The second hello, after a retry, says nothing new.
    if (this.role !== 'unknown') return;
    const hello = readClientHello(reader);
    this.role = 'client';
    this.context.emit({ kind: 'client-hello', side: this.side, ...hello });
  }

  serverHello(reader: Reader): void {
    if (this.role === 'client' || (this.role === 'server' && !this.retrying)) return;
    const { retry, version, cipherSuite } = readServerHello(reader);
    this.role = 'server';
    if (retry && this.retrying) throw new Malformed('server random', 2, 'a second retry');
    this.retrying = retry;
    if (retry) return;
    this.context.emit({ kind: 'server-hello', side: this.side, version, cipherSuite });
    if (isTls13(version)) this.messages.done = true;
  }

  certificate(reader: Reader): void {
    if (this.certificateSeen || this.role === 'unknown') return;
    this.certificateSeen = true;
    const der = firstCertificate(reader);
    if (this.role === 'client') {
      if (der !== null) this.context.emit({ kind: 'tls-client-certificate', side: this.side, step: 'sent' });
      return;
    }
    if (der === null) return;
    const facts = readCertificate(der);
    if (facts === null) throw new Malformed('certificate', 6, 'is no X.509 certificate');
    this.context.emit({ kind: 'tls-certificate', side: this.side, ...facts });
  }

  certificateRequest(): void {
    if (this.requestSeen || this.role !== 'server') return;
    this.requestSeen = true;
    this.context.emit({ kind: 'tls-client-certificate', side: this.side, step: 'asked' });
  }

  stop(): void {
    this.messages.done = true;
  }
}

const bodiesRead: ReadonlySet<number> = new Set([
  handshakeType.clientHello,
  handshakeType.serverHello,
  handshakeType.certificate,
]);

/** What is done at each message; the others are passed over. */
const handlers: Readonly<Record<number, (speaker: Speaker, reader: Reader) => void>> = {
  [handshakeType.clientHello]: (speaker, reader) => speaker.clientHello(reader),
  [handshakeType.serverHello]: (speaker, reader) => speaker.serverHello(reader),
  [handshakeType.certificate]: (speaker, reader) => speaker.certificate(reader),
  [handshakeType.certificateRequest]: (speaker) => speaker.certificateRequest(),
  [handshakeType.serverHelloDone]: (speaker) => speaker.stop(),
  [handshakeType.clientKeyExchange]: (speaker) => speaker.stop(),
};
