import { hash } from 'node:crypto';
import { isGrease } from './names.ts';
import { versions } from './tables/versions.ts';

/** What of a client hello goes into its fingerprint, in the order sent, GREASE and all. */
export interface Ja4Input {
  /** The highest version offered. */
  readonly version: number;
  readonly cipherSuites: readonly number[];
  readonly extensions: readonly number[];
  readonly signatureAlgorithms: readonly number[];
  /** The first protocol name of ALPN by its two characters (`protocolCode`). */
  readonly protocol: string;
}

/**
 * JA4, the TLS client fingerprint of FoxIO, such as `t13d1516h2_8daaf6152771_e5627efa2ab1`: transport, version,
 * whether a server name is given, number of suites, number of extensions, ALPN; a hash of the sorted suites; a
 * hash of the sorted extensions (server name and ALPN left out) and the signature algorithms as sent.
 */
export function ja4(hello: Ja4Input): string {
  const suites = hello.cipherSuites.filter(isReal);
  const extensions = hello.extensions.filter(isReal);
  const algorithms = hello.signatureAlgorithms.filter(isReal).map(digits);
  const named = extensions.includes(serverNameExtension) ? 'd' : 'i';
  const counts = twoDigits(suites.length) + twoDigits(extensions.length);
  const sorted = extensions
    .filter((type) => type !== serverNameExtension && type !== alpnExtension)
    .map(digits)
    .sort();
  const second = [sorted.join(','), ...(algorithms.length > 0 ? [algorithms.join(',')] : [])].join('_');
  return [
    `t${versionCode(hello.version)}${named}${counts}${hello.protocol}`,
    digest(suites.map(digits).sort().join(',')),
    extensions.length === 0 ? emptyDigest : digest(second),
  ].join('_');
}

/** Of a hello without ALPN, or with an empty name in it. */
export const noProtocol = '00';

const serverNameExtension = 0x0000;
const alpnExtension = 0x0010;
const emptyDigest = '000000000000';

function isReal(value: number): boolean {
  return !isGrease(value);
}

function versionCode(version: number): string {
  return versions.find(([code]) => code === version)?.[2] ?? '00';
}

function twoDigits(count: number): string {
  return String(Math.min(count, 99)).padStart(2, '0');
}

/**
 * The first protocol name of ALPN, `start` to `end`, as it stands in a fingerprint: its first and last character; of
 * its hexadecimal form where one of them is neither letter nor digit.
 */
export function protocolCode(bytes: Uint8Array, start: number, end: number): string {
  if (start === end) return noProtocol;
  const first = bytes[start];
  const last = bytes[end - 1];
  if (isAlphanumeric(first) && isAlphanumeric(last)) return String.fromCharCode(first, last);
  return first.toString(16).padStart(2, '0')[0] + (last & 0x0f).toString(16);
}

function isAlphanumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

function digits(value: number): string {
  return value.toString(16).padStart(4, '0');
}

function digest(text: string): string {
  if (text === '') return emptyDigest;
  const known = digests.get(text);
  if (known !== undefined) return known;
  if (digests.size >= digestsMax) digests.clear();
  const made = hash('sha256', text).slice(0, 12);
  digests.set(text, made);
  return made;
}

/** Clients are many, their programs few: the same lists come again and again. */
const digests = new Map<string, string>();
const digestsMax = 1024;
