import { createHash, X509Certificate } from 'node:crypto';
import { escapeBytes } from '../../bytes/text.ts';

/**
 * What is kept of a certificate. Times in microseconds UTC; the fingerprint is SHA-256 of it, in lower-case
 * hexadecimal.
 */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly fingerprint: string;
  /** Such as `RSA`, `EC`, `Ed25519`; null of a key that cannot be read. */
  readonly keyType: string | null;
  /** Length of an RSA or DSA modulus, or of a curve's field. */
  readonly keyBits: number | null;
  /** What it is signed with, such as `sha256WithRSAEncryption`; an unknown one as its object identifier. */
  readonly signature: string | null;
  /** Issuer and subject are the same, and its own key signed it. */
  readonly selfSigned: boolean;
}

/** Reads an X.509 certificate in DER (RFC 5280 section 4.1); null when it is none. Names are escaped and bounded. */
export function readCertificate(der: Uint8Array): CertificateFacts | null {
  const certificate = parse(der);
  if (certificate === null) return null;
  const notBefore = Date.parse(certificate.validFrom) * 1000;
  const notAfter = Date.parse(certificate.validTo) * 1000;
  if (!Number.isFinite(notBefore) || !Number.isFinite(notAfter)) return null;
  const { keyType, keyBits, selfSigned } = certificate;
  return {
    subject: distinguishedName(certificate.subject),
    issuer: distinguishedName(certificate.issuer),
    notBefore,
    notAfter,
    fingerprint: createHash('sha256').update(der).digest('hex'),
    keyType,
    keyBits,
    signature: signatureAlgorithm(der),
    selfSigned,
  };
}

interface Parsed {
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly keyType: string | null;
  readonly keyBits: number | null;
  readonly selfSigned: boolean;
}

const sequenceTag = 0x30;

/** Every property is read here, for OpenSSL may refuse hostile bytes at any of them. */
function parse(der: Uint8Array): Parsed | null {
  // Without this, text in PEM form would be taken as well.
  if (der[0] !== sequenceTag) return null;
  try {
    const certificate = new X509Certificate(der);
    const { subject, issuer, validFrom, validTo } = certificate;
    return { subject: subject ?? '', issuer: issuer ?? '', validFrom, validTo, ...keyOf(certificate) };
  } catch {
    return null;
  }
}

/** What OpenSSL makes of the key; a certificate whose key it cannot read is one all the same. */
function keyOf(certificate: X509Certificate): Pick<Parsed, 'keyType' | 'keyBits' | 'selfSigned'> {
  try {
    const key = certificate.publicKey;
    const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
    const type = key.asymmetricKeyType ?? null;
    return {
      keyType: type === null ? null : (keyTypes[type] ?? type),
      keyBits: modulusLength ?? (namedCurve === undefined ? null : (curveBits[namedCurve] ?? null)),
      selfSigned: certificate.subject === certificate.issuer && certificate.verify(key),
    };
  } catch {
    return { keyType: null, keyBits: null, selfSigned: false };
  }
}

const keyTypes: Readonly<Record<string, string>> = {
  rsa: 'RSA',
  'rsa-pss': 'RSA',
  dsa: 'DSA',
  ec: 'EC',
  ed25519: 'Ed25519',
  ed448: 'Ed448',
};
const curveBits: Readonly<Record<string, number>> = {
  prime192v1: 192,
  secp224r1: 224,
  prime256v1: 256,
  secp384r1: 384,
  secp521r1: 521,
};

/**
 * Certificate, RFC 5280 section 4.1: a sequence of what is signed (a sequence), the algorithm (a sequence that begins
 * with its object identifier) and the signature. `der` is one that OpenSSL took.
 */
function signatureAlgorithm(der: Uint8Array): string | null {
  const outer = element(der, 0);
  const signed = outer === null ? null : element(der, outer.start);
  const algorithm = signed === null ? null : element(der, signed.end);
  const oid = algorithm === null ? null : element(der, algorithm.start);
  if (oid === null || der[algorithm?.start ?? 0] !== oidTag || oid.end - oid.start > oidBytesMax) return null;
  const digits = Buffer.from(der.subarray(oid.start, oid.end)).toString('hex');
  return signatures[digits] ?? `0x${digits}`;
}

const oidTag = 0x06;
const oidBytesMax = 32;

/** By object identifier, as encoded. */
const signatures: Readonly<Record<string, string>> = {
  '2a864886f70d010104': 'md5WithRSAEncryption',
  '2a864886f70d010105': 'sha1WithRSAEncryption',
  '2a864886f70d01010a': 'rsassaPss',
  '2a864886f70d01010b': 'sha256WithRSAEncryption',
  '2a864886f70d01010c': 'sha384WithRSAEncryption',
  '2a864886f70d01010d': 'sha512WithRSAEncryption',
  '2a8648ce380403': 'dsa-with-sha1',
  '2a8648ce3d0401': 'ecdsa-with-SHA1',
  '2a8648ce3d040302': 'ecdsa-with-SHA256',
  '2a8648ce3d040303': 'ecdsa-with-SHA384',
  '2a8648ce3d040304': 'ecdsa-with-SHA512',
  '2b6570': 'Ed25519',
  '2b6571': 'Ed448',
};

/** Where the content of a DER element begins and ends (X.690 section 8.1); null when it is past the end. */
function element(der: Uint8Array, at: number): { readonly start: number; readonly end: number } | null {
  if (at + 2 > der.length) return null;
  let length = der[at + 1];
  let start = at + 2;
  if (length > 0x80) {
    const count = length & 0x7f;
    if (count > 4 || start + count > der.length) return null;
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + der[start++];
  }
  return start + length > der.length ? null : { start, end: start + length };
}

/** Node writes one attribute a line, in the order of the certificate. */
function distinguishedName(lines: string): string {
  return escapeBytes(new TextEncoder().encode(lines.replaceAll('\n', ', ')), 0, undefined, 512);
}
