import { cipherSuites } from './tables/cipher-suites.ts';
import { versions } from './tables/versions.ts';

/** The name of a protocol version, such as `TLS 1.2`; an unknown one as `0x0305`. */
export function versionName(version: number): string {
  const known = versionNames.get(version);
  if (known !== undefined) return known;
  return isDraft(version) ? `TLS 1.3 draft ${version & 0xff}` : hexadecimal(version);
}

/** The registered name of a cipher suite, such as `TLS_AES_128_GCM_SHA256`; an unknown one as `0x1399`. */
export function cipherSuiteName(cipherSuite: number): string {
  return cipherSuiteNames.get(cipherSuite) ?? hexadecimal(cipherSuite);
}

/** Whether a version is TLS 1.3 or a draft of it: after the hellos everything is encrypted. */
export function isTls13(version: number): boolean {
  return version === 0x0304 || isDraft(version);
}

/** Values that clients make up so that servers stay tolerant, RFC 8701: two equal bytes ending in A. */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >>> 8 === (value & 0xff);
}

function isDraft(version: number): boolean {
  return version >>> 8 === 0x7f;
}

function hexadecimal(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(4, '0')}`;
}

const versionNames = new Map(versions.map(([code, name]) => [code, name]));
const cipherSuiteNames = new Map(cipherSuites.map(([code, name]) => [code, name]));
