import type { ClientHello, Fact, ServerHello, TlsCertificate } from '../model/facts.ts';
import type { ConnectionRecord, TlsSessionRecord } from '../model/records.ts';
import { type Graded, gradeTls } from '../protocols/tls/grade.ts';
import { ja4 } from '../protocols/tls/ja4.ts';
import { cipherSuiteName, versionName } from '../protocols/tls/names.ts';
import { participantsOf } from './dicom-ports.ts';
import type { Event } from './events.ts';
import { childId } from './ids.ts';
import type { Stamp } from './stamp.ts';

const TLS_1_3 = 0x0304;

/** A TLS handshake being filled. */
export class TlsSession {
  readonly first: Stamp;
  private clientHello: ClientHello | null = null;
  /** Of its client; made when a record needs it. */
  private ja4: string | null = null;
  private serverHello: ServerHello | null = null;
  private certificate: TlsCertificate | null = null;
  private asked = false;
  private sent = false;
  /** Its hellos were not seen; what it carries was read all the same. */
  private unencrypted = false;
  /** What can be told of it and was not yet. */
  private readonly untold: { readonly kind: 'tls-agreed' | 'tls-certified'; readonly at: Stamp }[] = [];

  constructor(stamp: Stamp) {
    this.first = stamp;
  }

  fact(fact: Fact, at: Stamp): void {
    if (fact.kind === 'client-hello') {
      this.clientHello = fact;
      this.ja4 = null;
    } else if (fact.kind === 'server-hello') {
      if (this.serverHello === null) this.untold.push({ kind: 'tls-agreed', at });
      this.serverHello = fact;
    } else if (fact.kind === 'tls-certificate') {
      if (this.certificate === null) this.untold.push({ kind: 'tls-certified', at });
      this.certificate ??= fact;
    } else if (fact.kind === 'tls-client-certificate') {
      if (fact.step === 'asked') this.asked = true;
      else this.sent = true;
    } else if (fact.kind === 'tls-unencrypted') {
      this.unencrypted = true;
      this.untold.push({ kind: 'tls-agreed', at });
    }
  }

  /** Whether there is something that was not told. */
  get tells(): boolean {
    return this.untold.length > 0;
  }

  /** What happened in it and was not told yet: each once. */
  tell(connection: ConnectionRecord, why: string): Event[] {
    const session = this.record(connection, why);
    const of = participantsOf(connection);
    return this.untold.splice(0).map(({ kind, at }) => ({ kind, at, of, session }));
  }

  /** `why` says what made this DICOM over TLS. */
  record(connection: ConnectionRecord, why: string): TlsSessionRecord {
    const version = this.serverHello?.version ?? null;
    const suite = this.serverHello?.cipherSuite ?? null;
    const grade = this.unencrypted ? unencryptedGrade : gradeTls(version, suite);
    // From TLS 1.3 on, certificates travel encrypted: not observable, so not guessed.
    const observable = version !== null && version < TLS_1_3;
    return {
      id: childId('t', connection.id, 1),
      connectionId: connection.id,
      clientAddress: connection.clientAddress,
      clientPort: connection.clientPort,
      serverAddress: connection.serverAddress,
      serverPort: connection.serverPort,
      why,
      version: version === null ? null : versionName(version),
      cipherSuite: suite === null ? null : cipherSuiteName(suite),
      serverName: this.clientHello?.serverName ?? null,
      ja4: this.fingerprint(),
      certificateSubject: this.certificate?.subject ?? null,
      certificateIssuer: this.certificate?.issuer ?? null,
      certificateNotBefore: this.certificate?.notBefore ?? null,
      certificateNotAfter: this.certificate?.notAfter ?? null,
      certificateFingerprint: this.certificate?.fingerprint ?? null,
      certificateKey: this.certificate?.keyType ?? null,
      certificateKeyBits: this.certificate?.keyBits ?? null,
      certificateSignature: this.certificate?.signature ?? null,
      certificateSelfSigned: this.certificate?.selfSigned ?? null,
      clientCertificateAsked: observable ? this.asked : null,
      clientCertificateSent: observable ? this.sent : null,
      grade: grade?.grade ?? null,
      gradeWhy: grade?.why ?? null,
      start: connection.start,
      end: connection.end,
      clientBytes: connection.clientBytes,
      serverBytes: connection.serverBytes,
      firstCapture: this.first.capture,
      firstFrame: this.first.frame,
    };
  }

  private fingerprint(): string | null {
    if (this.clientHello !== null) this.ja4 ??= ja4(this.clientHello);
    return this.ja4;
  }
}

const unencryptedGrade: Graded = {
  grade: 'critical',
  why: 'its records are not encrypted (the handshake was not seen)',
};
