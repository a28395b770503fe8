import { createHash, X509Certificate } from 'node:crypto';
import { escapeBytes } from '../../bytes/text.ts';

/** What is kept of a certificate. Times in microseconds UTC; the fingerprint is SHA-256 of it, in lower-case hexadecimal. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly fingerprint: string;
}

/** Reads an X.509 certificate in DER (RFC 5280 section 4.1); null when it is none. Names are escaped and bounded. */
export function readCertificate(der: Uint8Array): CertificateFacts | null {
  const certificate = parse(der);
  if (certificate === null) return null;
  const notBefore = Date.parse(certificate.validFrom) * 1000;
  const notAfter = Date.parse(certificate.validTo) * 1000;
  if (!Number.isFinite(notBefore) || !Number.isFinite(notAfter)) return null;
  return {
    subject: distinguishedName(certificate.subject),
    issuer: distinguishedName(certificate.issuer),
    notBefore,
    notAfter,
    fingerprint: createHash('sha256').update(der).digest('hex'),
  };
}

interface Parsed {
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: string;
  readonly validTo: string;
}

const sequenceTag = 0x30;

/** Every property is read here, for OpenSSL may refuse hostile bytes at any of them. */
function parse(der: Uint8Array): Parsed | null {
  // Without this, text in PEM form would be taken as well.
  if (der[0] !== sequenceTag) return null;
  try {
    const { subject, issuer, validFrom, validTo } = new X509Certificate(der);
    return { subject: subject ?? '', issuer: issuer ?? '', validFrom, validTo };
  } catch {
    return null;
  }
}

/** Node writes one attribute a line, in the order of the certificate. */
function distinguishedName(lines: string): string {
  return escapeBytes(new TextEncoder().encode(lines.replaceAll('\n', ', ')), 0, undefined, 512);
}
