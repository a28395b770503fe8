// Proves what is read of built hellos and certificate lists, field by field, and what is said of broken ones.
import { describe, expect, it } from 'vitest';
import { Malformed } from '../../../src/bytes/malformed.ts';
import { Reader } from '../../../src/bytes/reader.ts';
import { firstCertificate, readClientHello, readServerHello } from '../../../src/protocols/tls/handshake.ts';
import { ascii, concat, counting, hex, u8, u16 } from '../../support/bytes.ts';

const random = counting(32);
const retryRandom = hex('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c');
const extension = (type: number, body: Uint8Array) => concat(u16(type), u16(body.length), body);
const list = (...extensions: readonly Uint8Array[]) => {
  const all = concat(...extensions);
  return concat(u16(all.length), all);
};
const versions = (...codes: readonly number[]) => extension(43, concat(u8(2 * codes.length), ...codes.map(u16)));
const hostName = (name: Uint8Array, type = 0) => concat(u8(type), u16(name.length), name);
const serverName = (...names: readonly Uint8Array[]) => extension(0, list(...names));

function clientHello(tail: Uint8Array = new Uint8Array(0), version = 0x0303): Uint8Array {
  return concat(u16(version), random, u8(2), counting(2), u16(4), hex('1301 c02f'), hex('01 00'), tail);
}

function serverHello(tail: Uint8Array = new Uint8Array(0), random32 = random): Uint8Array {
  return concat(u16(0x0303), random32, u8(0), hex('c02f 00'), tail);
}

const client = (bytes: Uint8Array) => readClientHello(new Reader(bytes));
const server = (bytes: Uint8Array) => readServerHello(new Reader(bytes));

/** What `read` throws. */
function broken(read: () => unknown): Malformed {
  try {
    read();
  } catch (error) {
    if (error instanceof Malformed) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('readClientHello', () => {
  it('without extensions', () => {
    expect(client(clientHello())).toMatchObject({ version: 0x0303, cipherSuites: [0x1301, 0xc02f], serverName: null });
    expect(client(clientHello(hex('0000'))).version).toBe(0x0303);
  });

  it.each([
    [[0x0304, 0x0303], 0x0304],
    [[0x0301, 0x0303], 0x0303],
    [[0xfafa, 0x0304], 0x0304],
    [[0x7f1c, 0x0303], 0x7f1c],
    [[0x0a0a], 0x0302],
    [[], 0x0302],
  ])('supported_versions %j: the highest that is real', (offered, version) => {
    expect(client(clientHello(list(versions(...offered)), 0x0302)).version).toBe(version);
  });

  it.each([
    ['one name', serverName(hostName(ascii('pacs.example'))), 'pacs.example'],
    ['another type first', serverName(hostName(ascii('x'), 7), hostName(ascii('pacs'))), 'pacs'],
    ['no name', serverName(), null],
    ['an empty extension', extension(0, new Uint8Array(0)), null],
    ['bytes that are not text', serverName(hostName(hex('00 0a 5c ff'))), '\\x00\\x0A\\\\\\xFF'],
    ['more than DNS allows', serverName(hostName(ascii('a'.repeat(300)))), `${'a'.repeat(255)}\\...`],
  ])('server name: %s', (_, body, name) => {
    expect(client(clientHello(list(body))).serverName).toBe(name);
  });

  it('keeps the first of two server names', () => {
    const twice = list(serverName(hostName(ascii('one'))), serverName(hostName(ascii('two'))));
    expect(client(clientHello(twice)).serverName).toBe('one');
  });

  it.each([
    ['an odd list of suites', concat(u16(0x0303), random, u8(0), u16(3), counting(3)), 'cipher suites', 39],
    ['a session id past the end', concat(u16(0x0303), random, u8(32), counting(4)), 'session id', 35],
    ['extensions past the end', clientHello(hex('0009 0000')), 'extensions', 47],
    ['bytes after the extensions', clientHello(hex('0000 00')), 'extensions length', 47],
    ['an extension past the list', clientHello(hex('0004 0017 0001')), 'extension', 51],
    ['a version list past its extension', clientHello(list(extension(43, hex('04 0304')))), 'supported_versions', 52],
    ['a name past its list', clientHello(list(extension(0, hex('0003 00 0005 61')))), 'host name', 56],
    ['half of it', clientHello().subarray(0, 20), 'client random', 2],
  ])('%s', (_, bytes, field, offset) => {
    expect(broken(() => client(bytes))).toMatchObject({ field, offset });
  });
});

describe('readServerHello', () => {
  it('version from supported_versions where present', () => {
    expect(server(serverHello())).toEqual({
      version: 0x0303,
      cipherSuite: 0xc02f,
      retry: false,
      compressed: false,
      truncatedMac: false,
    });
    expect(server(serverHello(list(extension(4, hex(''))))).truncatedMac).toBe(true);
    expect(server(serverHello(list(extension(43, hex('0304'))))).version).toBe(0x0304);
    expect(server(serverHello(list(extension(43, hex('7f1c'))))).version).toBe(0x7f1c);
  });

  it('a retry by its random, which must be equal to the last byte', () => {
    expect(server(serverHello(hex(''), retryRandom)).retry).toBe(true);
    const near = retryRandom.slice();
    near[31] ^= 1;
    expect(server(serverHello(hex(''), near)).retry).toBe(false);
  });

  it.each([
    ['nothing', new Uint8Array(0), 'server version'],
    ['no suite', concat(u16(0x0303), random, u8(0)), 'cipher suite'],
    ['an empty version', serverHello(list(extension(43, new Uint8Array(0)))), 'supported_versions'],
  ])('%s', (_, bytes, field) => {
    expect(broken(() => server(bytes)).field).toBe(field);
  });
});

describe('firstCertificate', () => {
  const first = (bytes: Uint8Array) => firstCertificate(new Reader(bytes));

  it('the first of a list, also when the rest was not kept', () => {
    expect(first(hex('000009 000002 aabb 000001 cc'))).toEqual(hex('aabb'));
    expect(first(hex('0000ff 000002 aabb 0000'))).toEqual(hex('aabb'));
  });

  it('none in an empty list', () => {
    expect(first(hex('000000'))).toBeNull();
  });

  it('one longer than its list, or than what is there', () => {
    expect(broken(() => first(hex('000004 000002 aabb')))).toMatchObject({ field: 'certificate length', offset: 3 });
    expect(broken(() => first(hex('0000ff 000003 aabb')))).toMatchObject({ field: 'certificate', offset: 6 });
    expect(broken(() => first(hex('0000')))).toMatchObject({ field: 'certificate list length', offset: 0 });
  });
});
