import type { ClientHello, Fact, ServerHello, TlsCertificate } from '../model/facts.ts';
import type { ConnectionRecord, TlsSessionRecord } from '../model/records.ts';
import { gradeTls } from '../protocols/tls/grade.ts';
import { cipherSuiteName, versionName } from '../protocols/tls/names.ts';
import { childId } from './ids.ts';
import type { Stamp } from './stamp.ts';

const TLS_1_3 = 0x0304;

/** A TLS handshake being filled. */
export class TlsSession {
  readonly first: Stamp;
  private clientHello: ClientHello | null = null;
  private serverHello: ServerHello | null = null;
  private certificate: TlsCertificate | null = null;
  private asked = false;
  private sent = false;

  constructor(stamp: Stamp) {
    this.first = stamp;
  }

  fact(fact: Fact): void {
    if (fact.kind === 'client-hello') this.clientHello = fact;
    else if (fact.kind === 'server-hello') this.serverHello = fact;
    else if (fact.kind === 'tls-certificate') this.certificate ??= fact;
    else if (fact.kind === 'tls-client-certificate') {
      if (fact.step === 'asked') this.asked = true;
      else this.sent = true;
    }
  }

  /** `why` says what made this DICOM over TLS. */
  record(connection: ConnectionRecord, why: string): TlsSessionRecord {
    const version = this.serverHello?.version ?? null;
    const suite = this.serverHello?.cipherSuite ?? null;
    const grade = gradeTls(version, suite);
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
      ja4: this.clientHello?.ja4 ?? null,
      certificateSubject: this.certificate?.subject ?? null,
      certificateIssuer: this.certificate?.issuer ?? null,
      certificateNotBefore: this.certificate?.notBefore ?? null,
      certificateNotAfter: this.certificate?.notAfter ?? null,
      certificateFingerprint: this.certificate?.fingerprint ?? null,
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
}
