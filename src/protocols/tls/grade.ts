import { cipherSuiteName, isTls13, versionName } from './names.ts';
import { cipherSuites } from './tables/cipher-suites.ts';

/** `pass` is PS3.15 B.12 or B.13; the others are ways to fall short of them, ascending. */
export type TlsGrade = 'pass' | 'weak' | 'fail' | 'critical';

export interface Graded {
  readonly grade: TlsGrade;
  /** The reason in words. */
  readonly why: string;
}

/**
 * Grades a negotiated version and cipher suite. Either may be unknown (null): then only a verdict that does not
 * depend on it is given, else null.
 */
export function gradeTls(version: number | null, cipherSuite: number | null): Graded | null {
  const suite = cipherSuite === null ? null : describe(cipherSuite);
  if (suite?.encryption === 'NULL') return { grade: 'critical', why: `${suite.name} does not encrypt` };
  const broken = brokenVersion(version) ?? brokenSuite(suite);
  if (broken !== null) return { grade: 'fail', why: broken };
  if (version === null || suite === null) return null;
  const weak = weakSuite(version, suite);
  if (weak !== null) return { grade: 'weak', why: weak };
  return { grade: 'pass', why: `${versionName(version)} with ${suite.name} conforms to PS3.15 B.12 or B.13` };
}

interface Suite {
  readonly name: string;
  readonly keyExchange: string;
  readonly encryption: string;
}

/** Encryption that is broken or too short, by how its name begins. */
const brokenEncryption: readonly (readonly [prefix: string, reason: string])[] = [
  ['RC4', 'RC4, which is broken'],
  ['RC2', 'RC2, which is broken'],
  ['3DES', 'triple DES, whose blocks are too short'],
  ['DES', 'DES, which is broken'],
  ['IDEA', 'IDEA, whose blocks are too short'],
  ['FORTEZZA', 'FORTEZZA, which is abandoned'],
];

/** Key exchange without forward secrecy or outside the profiles, by how its name begins. */
const weakKeyExchange: readonly (readonly [prefix: string, reason: string])[] = [
  ['RSA', 'static RSA: no forward secrecy'],
  ['DHE_', 'finite-field Diffie-Hellman'],
  ['DH_', 'static finite-field Diffie-Hellman: no forward secrecy'],
  ['ECDH_', 'static elliptic-curve Diffie-Hellman: no forward secrecy'],
];

const profileEncryption = /^(AES|CAMELLIA)_(128|256)_(GCM|CCM|CCM_8)$|^CHACHA20_POLY1305$/;
const profileKeyExchange = new Set(['ECDHE_RSA', 'ECDHE_ECDSA']);

function brokenVersion(version: number | null): string | null {
  return version !== null && version < 0x0303 ? `${versionName(version)} is obsolete (RFC 8996)` : null;
}

function brokenSuite(suite: Suite | null): string | null {
  if (suite === null) return null;
  if (suite.keyExchange.includes('EXPORT')) return `${suite.name} has export-grade keys`;
  if (suite.keyExchange.endsWith('_anon')) return `${suite.name} is anonymous: nobody is authenticated`;
  const found = brokenEncryption.find(([prefix]) => suite.encryption.startsWith(prefix));
  return found === undefined ? null : `${suite.name} uses ${found[1]}`;
}

function weakSuite(version: number, suite: Suite): string | null {
  const found = weakKeyExchange.find(([prefix]) => suite.keyExchange.startsWith(prefix));
  if (found !== undefined) return `${suite.name} uses ${found[1]}`;
  if (suite.encryption.endsWith('CBC')) return `${suite.name} uses CBC mode`;
  const keyExchangeFits = isTls13(version) ? suite.keyExchange === 'TLS13' : profileKeyExchange.has(suite.keyExchange);
  if (keyExchangeFits && profileEncryption.test(suite.encryption)) return null;
  return `${suite.name} is not of PS3.15 B.12 or B.13`;
}

function describe(code: number): Suite {
  return suites.get(code) ?? { name: cipherSuiteName(code), keyExchange: 'unknown', encryption: 'unknown' };
}

const suites: ReadonlyMap<number, Suite> = new Map(
  cipherSuites.map(([code, name, keyExchange, encryption]) => [code, { name, keyExchange, encryption }]),
);
