import { KnownTexts } from '../../bytes/known-texts.ts';
import { Malformed } from '../../bytes/malformed.ts';
import type { Reader } from '../../bytes/reader.ts';
import { escapeBytes } from '../../bytes/text.ts';
import { type Ja4Input, noProtocol, protocolCode } from './ja4.ts';
import { isGrease } from './names.ts';

/** Handshake types, RFC 8446 section 4 and RFC 5246 section 7.4. */
export const handshakeType = {
  helloRequest: 0,
  clientHello: 1,
  serverHello: 2,
  certificate: 11,
  certificateRequest: 13,
  serverHelloDone: 14,
  clientKeyExchange: 16,
} as const;

export interface ClientHelloFields extends Ja4Input {
  readonly serverName: string | null;
}

/**
 * ClientHello, RFC 8446 section 4.1.2 (the same in all versions), after the message's header:
 *    0   2  version; the real one is in the supported_versions extension where there is one
 *    2  32  random
 *   34   …  session id, length of 1 byte; cipher suites, of 2; compression methods, of 1; extensions, of 2 or absent
 *
 * Throws `Malformed`.
 */
export function readClientHello(reader: Reader): ClientHelloFields {
  const legacyVersion = reader.u16be('client version');
  reader.skip(32, 'client random');
  reader.skip(reader.u8('session id length'), 'session id');
  const cipherSuites = numbers(reader.sub(reader.u16be('cipher suites length'), 'cipher suites'), 'cipher suites');
  reader.skip(reader.u8('compression methods length'), 'compression methods');
  const seen: Extensions = { types: [], version: null, serverName: null, protocol: null, algorithms: [] };
  const list = extensionsOf(reader);
  while (list !== null && list.left > 0) {
    const type = list.u16be('extension type');
    const length = list.u16be('extension length');
    seen.types.push(type);
    const take = clientExtensions[type];
    if (take === undefined) list.skip(length, 'extension');
    else take(list.sub(length, 'extension'), seen);
  }
  return {
    version: seen.version ?? legacyVersion,
    cipherSuites,
    extensions: seen.types,
    signatureAlgorithms: seen.algorithms,
    protocol: seen.protocol ?? noProtocol,
    serverName: seen.serverName,
  };
}

export interface ServerHelloFields {
  readonly version: number;
  readonly cipherSuite: number;
  /** A HelloRetryRequest: the client says hello again, and another ServerHello follows. */
  readonly retry: boolean;
  /** What is carried is compressed (RFC 3749). */
  readonly compressed: boolean;
  /** MACs are cut to ten bytes (RFC 6066 section 7). */
  readonly truncatedMac: boolean;
}

/**
 * ServerHello, RFC 8446 section 4.1.3: as the client's, with one suite and one compression method. Throws `Malformed`.
 */
export function readServerHello(reader: Reader): ServerHelloFields {
  const legacyVersion = reader.u16be('server version');
  const retry = isRetry(reader.sub(32, 'server random'));
  reader.skip(reader.u8('session id length'), 'session id');
  const cipherSuite = reader.u16be('cipher suite');
  const compressed = reader.u8('compression method') !== 0;
  let selected: number | null = null;
  let truncatedMac = false;
  const list = extensionsOf(reader);
  while (list !== null && list.left > 0) {
    const type = list.u16be('extension type');
    const body = list.sub(list.u16be('extension length'), 'extension');
    if (type === extensionType.supportedVersions) selected = body.u16be('supported_versions');
    else if (type === extensionType.truncatedMac) truncatedMac = true;
  }
  return { version: selected ?? legacyVersion, cipherSuite, retry, compressed, truncatedMac };
}

/**
 * The first certificate of a Certificate message up to TLS 1.2, RFC 5246 section 7.4.2: length of the list in 3
 * bytes, then each certificate after its length in 3 bytes. Null when the list is empty. Throws `Malformed`.
 */
export function firstCertificate(reader: Reader): Uint8Array | null {
  const listLength = reader.u24be('certificate list length');
  if (listLength === 0) return null;
  const length = reader.u24be('certificate length');
  if (length + 3 > listLength) throw new Malformed('certificate length', reader.offset - 3, 'more than its list');
  return reader.view(length, 'certificate');
}

/** Extension types, RFC 8446 section 4.2, RFC 6066, RFC 7301. */
const extensionType = {
  serverName: 0,
  truncatedMac: 4,
  signatureAlgorithms: 13,
  protocols: 16,
  supportedVersions: 43,
} as const;

interface Extensions {
  types: number[];
  /** The highest of supported_versions. */
  version: number | null;
  serverName: string | null;
  protocol: string | null;
  algorithms: readonly number[];
}

const clientExtensions: Readonly<Record<number, (body: Reader, seen: Extensions) => void>> = {
  [extensionType.serverName]: (body, seen) => {
    seen.serverName ??= readServerName(body);
  },
  [extensionType.signatureAlgorithms]: (body, seen) => {
    const list = body.sub(body.u16be('signature_algorithms length'), 'signature_algorithms');
    seen.algorithms = numbers(list, 'signature_algorithms');
  },
  [extensionType.protocols]: (body, seen) => {
    const list = body.sub(body.u16be('ALPN length'), 'ALPN');
    if (list.left === 0 || seen.protocol !== null) return;
    const name = list.sub(list.u8('ALPN name length'), 'ALPN name');
    seen.protocol = protocolCode(name.bytes, name.at, name.end);
  },
  [extensionType.supportedVersions]: (body, seen) => {
    const list = body.sub(body.u8('supported_versions length'), 'supported_versions');
    seen.version = null;
    while (list.left > 0) {
      const version = list.u16be('supported_versions');
      if (!isGrease(version)) seen.version = Math.max(seen.version ?? 0, version);
    }
  },
};

/** RFC 6066 section 3: a list of names, each with a type (0 is a host name) and a length. Empty in odd clients. */
function readServerName(body: Reader): string | null {
  if (body.left === 0) return null;
  const list = body.sub(body.u16be('server_name length'), 'server_name');
  while (list.left > 0) {
    const type = list.u8('server_name type');
    const name = list.sub(list.u16be('host name length'), 'host name');
    if (type === 0) return serverNames.of(name.bytes, name.at, name.end);
  }
  return null;
}

/** The longest name DNS allows. */
const serverNameBytesMax = 255;

/** Servers are few beside the connections to them. */
const serverNames = new KnownTexts((bytes, start, end) => escapeBytes(bytes, start, end, serverNameBytesMax));

/** The list of extensions that ends a hello; null without. */
function extensionsOf(reader: Reader): Reader | null {
  if (reader.left === 0) return null;
  const list = reader.sub(reader.u16be('extensions length'), 'extensions');
  if (reader.left > 0) throw new Malformed('extensions length', reader.offset, `${reader.left} bytes after them`);
  return list;
}

function numbers(list: Reader, field: string): number[] {
  const values: number[] = new Array(list.left >>> 1);
  for (let i = 0; list.left > 0; i++) values[i] = list.u16be(field);
  return values;
}

/** SHA-256 of `HelloRetryRequest`, RFC 8446 section 4.1.3. */
const retryRandom = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');

function isRetry({ bytes, at }: Reader): boolean {
  for (let i = 0; i < 32; i++) if (bytes[at + i] !== retryRandom[i]) return false;
  return true;
}
