import { Malformed } from '../../bytes/malformed.ts';
import { Reader } from '../../bytes/reader.ts';
import type { Side } from '../../model/facts.ts';
import { Account } from '../account.ts';
import type { Analyzer, AnalyzerContext } from '../analyzer.ts';
import { type Carried, type CarriedBy, Carrying } from './carried.ts';
import { readCertificate } from './certificate.ts';
import {
  firstCertificate,
  handshakeType,
  readClientHello,
  readServerHello,
  type ServerHelloFields,
} from './handshake.ts';
import { Messages, type MessageTaker } from './messages.ts';
import { isTls13 } from './names.ts';
import { type NullSuite, nullSuite } from './null-suite.ts';
import { PlainRecords } from './plain-records.ts';

/**
 * TLS up to where it is encrypted: the hellos of all versions, and up to TLS 1.2 the server's first certificate
 * and whether the client was asked for one and sent one. Alerts are not read. What comes after is passed over
 * without being looked at; but where the suite does not encrypt, application data is read too.
 */
export class TlsAnalyzer implements Analyzer {
  readonly accounts: readonly [Account, Account] = [new Account(), new Account()];
  private readonly speakers: readonly [Speaker, Speaker];
  private readonly context: AnalyzerContext;
  private readonly carriedBy: CarriedBy | null;
  private carried: Carried | null = null;

  /** `carriedBy` reads application data that is not encrypted; it is passed over if not given. */
  constructor(context: AnalyzerContext, carriedBy: CarriedBy | null = null) {
    const agreed = new Agreed();
    this.context = context;
    this.carriedBy = carriedBy;
    this.speakers = [
      new Speaker(0, context, this.accounts[0], agreed),
      new Speaker(1, context, this.accounts[1], agreed),
    ];
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    const { messages } = this.speakers[side];
    if (messages === null) {
      this.rest(side, bytes, start, end);
      return;
    }
    const at = messages.data(bytes, start, end);
    if (!messages.done) return;
    this.handOver(side, messages, false);
    this.rest(side, bytes, at, end);
  }

  gap(side: Side, length: number): void {
    const speaker = this.speakers[side];
    const { messages } = speaker;
    if (messages !== null) {
      messages.gap(length);
      if (!messages.done) return;
      this.handOver(side, messages, true);
    }
    speaker.plain?.gap(length);
  }

  /** What is only counted: all of a direction that is encrypted. */
  unneeded(side: Side): number {
    const { messages, plain } = this.speakers[side];
    return messages === null && plain === null ? Number.POSITIVE_INFINITY : 0;
  }

  passed(side: Side, length: number): void {
    if (this.speakers[side].failed) this.accounts[side].malformed += length;
    else this.accounts[side].skipped += length;
  }

  close(side: Side, how: 'fin' | 'cut' = 'cut'): void {
    const speaker = this.speakers[side];
    speaker.messages?.stop();
    speaker.messages = null;
    speaker.plain?.close();
    this.carried?.close(side, how);
    speaker.closed = how;
  }

  /** What comes once the handshake of that direction was read. */
  private rest(side: Side, bytes: Uint8Array, start: number, end: number): void {
    const { plain } = this.speakers[side];
    if (plain !== null) plain.data(bytes, start, end);
    else this.passed(side, end - start);
  }

  /** The handshake of that direction was read, as far as it can be; `holed`: bytes are missing where it ended. */
  private handOver(side: Side, messages: Messages, holed: boolean): void {
    const speaker = this.speakers[side];
    const { agreed, changed } = speaker;
    speaker.messages = null;
    speaker.failed = messages.failed;
    const { suite, version } = agreed;
    if (suite === null || messages.failed || this.carriedBy === null) return;
    this.carried ??= this.newCarried(this.carriedBy);
    const start = { suite, version, offset: messages.position, left: holed ? 0 : messages.left, changed };
    speaker.plain = new PlainRecords(
      new Carrying(side, this.carried, this.context),
      this.accounts[side],
      start,
      this.context.budget,
    );
  }

  /**
   * It is told at once of a direction that was over before it was known what it carries: it waits for no more of it.
   */
  private newCarried(carriedBy: CarriedBy): Carried {
    const carried = carriedBy(this.context, this.accounts, false);
    for (const { side, closed } of this.speakers) if (closed !== null) carried.close(side, closed);
    return carried;
  }
}

/** What the two agreed on, by the server's word. */
class Agreed {
  /** Where it does not encrypt. */
  suite: NullSuite | null = null;
  /** Of records: TLS 1.3 goes as 1.2. */
  version = 0;

  by({ version, cipherSuite, compressed, truncatedMac }: ServerHelloFields): void {
    this.suite = compressed ? null : nullSuite(cipherSuite, truncatedMac);
    this.version = isTls13(version) ? 0x0303 : version;
  }
}

/** One direction. Its first message says whether it is the client's or the server's. */
class Speaker implements MessageTaker {
  readonly side: Side;
  /** Null once all that can be read of it was: most of a connection's life. */
  messages: Messages | null;
  /** Its messages broke their format. */
  failed = false;
  /** What does not encrypt. */
  plain: PlainRecords | null = null;
  /** How it ended, if it did. */
  closed: 'fin' | 'cut' | null = null;
  private readonly context: AnalyzerContext;
  private role: 'unknown' | 'client' | 'server' = 'unknown';
  /** A HelloRetryRequest was sent: the ServerHello is still to come, perhaps after a ChangeCipherSpec. */
  private retrying = false;
  private certificateSeen = false;
  private requestSeen = false;
  readonly agreed: Agreed;
  /** ChangeCipherSpec came. */
  changed = false;

  constructor(side: Side, context: AnalyzerContext, account: Account, agreed: Agreed) {
    this.agreed = agreed;
    this.messages = new Messages(this, account, context.budget);
    this.side = side;
    this.context = context;
  }

  wants(type: number, length: number): number {
    // Of more, a first certificate is read all the same, and a hello turns out to be cut short.
    return bodiesRead.has(type) ? Math.min(length, this.context.limits.handshakeBytesMax) : 0;
  }

  message(type: number, bytes: Uint8Array, start: number, end: number, offset: number): void {
    try {
      handlers[type]?.(this, new Reader(bytes, start, end));
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      // The header's four bytes come first; borders of records within the message are not counted.
      this.malformed(offset + 4 + error.offset, error.field, error.reason);
      this.stopReading();
    }
    if (this.role === 'unknown' && type !== handshakeType.helloRequest) this.stopReading();
  }

  ended(why: 'change-cipher-spec' | 'application-data'): void {
    if (why === 'change-cipher-spec') this.changed = true;
    if (why === 'application-data' || !this.retrying) this.stopReading();
  }

  malformed(offset: number, field: string, reason: string): void {
    this.context.emit({ kind: 'malformed', side: this.side, offset, field, reason });
  }

  clientHello(reader: Reader): void {
    // The second hello, after a retry, says nothing new.
    if (this.role !== 'unknown') return;
    const { version, cipherSuites, extensions, signatureAlgorithms, protocol, serverName } = readClientHello(reader);
    this.role = 'client';
    const { side } = this;
    const kind = 'client-hello';
    this.context.emit({ kind, side, version, cipherSuites, extensions, signatureAlgorithms, protocol, serverName });
  }

  serverHello(reader: Reader): void {
    if (this.role === 'client' || (this.role === 'server' && !this.retrying)) return;
    const hello = readServerHello(reader);
    const { retry, version, cipherSuite } = hello;
    this.role = 'server';
    if (retry && this.retrying) throw new Malformed('server random', 2, 'a second retry');
    this.retrying = retry;
    this.agreed.by(hello);
    if (retry) return;
    this.context.emit({ kind: 'server-hello', side: this.side, version, cipherSuite });
    if (isTls13(version)) this.stopReading();
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

  /** The handshake says no more that is read. What is carried behind it may be, from a change of ciphers on. */
  stop(): void {
    if (this.agreed.suite === null) this.stopReading();
  }

  private stopReading(): void {
    if (this.messages !== null) this.messages.done = true;
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
