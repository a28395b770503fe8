// Proves what is read from real handshakes of OpenSSL and GnuTLS, however they are cut, holed or damaged.
import { describe, expect, it } from 'vitest';
import type { Fact, Side } from '../../../src/model/facts.ts';
import { type Limits, limits } from '../../../src/model/limits.ts';
import { TlsAnalyzer } from '../../../src/protocols/tls/analyzer.ts';
import { ja4 } from '../../../src/protocols/tls/ja4.ts';
import { concat, counting, hex, u16 } from '../../support/bytes.ts';
import { chunkSizes, inChunks, seeded } from '../../support/chunks.ts';
import { type Handshake, handshakes } from './handshakes.ts';

const ecCertificate = {
  kind: 'tls-certificate',
  side: 1,
  subject: 'C=XX, O=Example Hospital, CN=pacs.example',
  issuer: 'C=XX, O=Example Hospital, CN=pacs.example',
  notBefore: Date.UTC(2026, 10, 22, 12, 39, 25) * 1000,
  notAfter: Date.UTC(2036, 10, 19, 12, 39, 25) * 1000,
  fingerprint: '6593e1cb5d201a6f228c31fac3b7e26d111b15b04999bd95cfb0ab28efb6947e',
  keyType: 'EC',
  keyBits: 256,
  signature: 'ecdsa-with-SHA256',
  selfSigned: true,
};
const rsaCertificate = {
  ...ecCertificate,
  subject: 'CN=pacs.example',
  issuer: 'CN=pacs.example',
  fingerprint: '857dd6b4eff13a34cd95d24001c1b609bdeb3a6cb00efe514b1d7e32f3b210df',
  keyType: 'RSA',
  keyBits: 2048,
  signature: 'sha256WithRSAEncryption',
};
const asked = { kind: 'tls-client-certificate', side: 1, step: 'asked' };
const sent = { kind: 'tls-client-certificate', side: 0, step: 'sent' };
const hello = (version: number, serverName: string | null, ja4: string) => ({
  kind: 'client-hello',
  side: 0,
  version,
  serverName,
  ja4,
});
const answer = (version: number, cipherSuite: number) => ({ kind: 'server-hello', side: 1, version, cipherSuite });

const name = 'pacs.example';
const expected: Readonly<Record<keyof typeof handshakes, readonly unknown[]>> = {
  openssl13: [hello(0x0304, name, 't13d3111dm_e8f1e7e78f70_1f22a2ca17c4'), answer(0x0304, 0x1302)],
  openssl13NoName: [hello(0x0304, null, 't13i310900_e8f1e7e78f70_1f22a2ca17c4'), answer(0x0304, 0x1302)],
  openssl13Retry: [hello(0x0304, name, 't13d311000_e8f1e7e78f70_1f22a2ca17c4'), answer(0x0304, 0x1302)],
  openssl12: [hello(0x0304, name, 't13d311000_e8f1e7e78f70_1f22a2ca17c4'), answer(0x0303, 0xc02c), ecCertificate],
  openssl12ClientCertificate: [
    hello(0x0304, null, 't13i310900_e8f1e7e78f70_1f22a2ca17c4'),
    sent,
    answer(0x0303, 0xc02c),
    ecCertificate,
    asked,
  ],
  openssl12NoClientCertificate: [
    hello(0x0304, null, 't13i310900_e8f1e7e78f70_1f22a2ca17c4'),
    answer(0x0303, 0xc02c),
    ecCertificate,
    asked,
  ],
  openssl12Null: [hello(0x0303, null, 't12i020400_69d68bc28b42_dd2006f5fa1e'), answer(0x0303, 0x003b), rsaCertificate],
  openssl10: [hello(0x0301, name, 't10d230600_44099cda8a52_195413a0cc0f'), answer(0x0301, 0xc00a), ecCertificate],
  opensslRefused: [hello(0x0303, name, 't12d280700_d943125447b4_e7e480e5a997')],
  gnutls13: [hello(0x0304, name, 't13d2914h2_723694b0fccc_2cc26d266019'), answer(0x0304, 0x1302)],
  gnutls12: [
    hello(0x0303, null, 't12i250900_7415a186c913_577ffa9d9a5c'),
    answer(0x0303, 0xc030),
    rsaCertificate,
    asked,
  ],
  gnutls10: [
    hello(0x0301, name, 't10d080900_051fb07a0855_f8a36b20a605'),
    answer(0x0301, 0xc014),
    rsaCertificate,
    asked,
  ],
};

/** A client's hello is told by its fingerprint, which is made of all lists in it. */
const fingerprinted = (facts: readonly Fact[]) =>
  facts.map((fact) => {
    if (fact.kind !== 'client-hello') return fact;
    const { kind, side, version, serverName } = fact;
    return { kind, side, version, serverName, ja4: ja4(fact) };
  });

const scenes = Object.entries(handshakes) as [keyof typeof handshakes, Handshake][];

function watched(bounds: Partial<Limits> = {}): { analyzer: TlsAnalyzer; facts: Fact[] } {
  const facts: Fact[] = [];
  const analyzer = new TlsAnalyzer({
    emit: (fact) => facts.push({ ...fact }),
    hash: () => '',
    limits: { ...limits, ...bounds },
    reveal: false,
  });
  return { analyzer, facts };
}

function read(handshake: Partial<Handshake>, chunk = 1 << 20, bounds: Partial<Limits> = {}): Fact[] {
  const { analyzer, facts } = watched(bounds);
  const { client = new Uint8Array(0), server = new Uint8Array(0) } = handshake;
  inChunks(client, chunk, (bytes, start, end) => analyzer.data(0, bytes, start, end));
  inChunks(server, chunk, (bytes, start, end) => analyzer.data(1, bytes, start, end));
  analyzer.close(0);
  analyzer.close(1);
  return facts;
}

/** The handshake contents of a stream's first record in records of `size` bytes. */
function rerecorded(bytes: Uint8Array, size: number): Uint8Array {
  const length = (bytes[3] << 8) | bytes[4];
  const records: Uint8Array[] = [];
  for (let at = 0; at < length; at += size) {
    const piece = bytes.subarray(5 + at, 5 + Math.min(length, at + size));
    records.push(concat(bytes.subarray(0, 3), u16(piece.length), piece));
  }
  return concat(...records, bytes.subarray(5 + length));
}

describe('real handshakes', () => {
  it.each(scenes)('%s', (scene, handshake) => {
    expect(fingerprinted(read(handshake))).toEqual(expected[scene]);
  });

  it.each(scenes)('%s is the same in any chunks', (_, handshake) => {
    const whole = read(handshake);
    for (const size of chunkSizes) expect(read(handshake, size)).toEqual(whole);
  });

  it.each(scenes)('%s is the same in records of 1, 3 and 100 bytes', (_, { client, server }) => {
    for (const size of [1, 3, 100]) {
      const tiny = { client: rerecorded(client, size), server: rerecorded(server, size) };
      expect(read(tiny)).toEqual(read({ client, server }));
    }
  });

  it('needs only one direction', () => {
    const { client, server } = handshakes.openssl12ClientCertificate;
    expect(fingerprinted(read({ client }))).toEqual(expected.openssl12ClientCertificate.slice(0, 2));
    expect(fingerprinted(read({ server }))).toEqual(expected.openssl12ClientCertificate.slice(2));
  });

  it('says the suites in the order offered', () => {
    const [fact] = read(handshakes.openssl12Null);
    expect(fact).toMatchObject({ cipherSuites: [0x003b, 0x00ff] });
  });
});

it('of a direction that is encrypted nothing more is needed, and its bytes are counted all the same', () => {
  const { client, server } = handshakes.openssl13;
  const { analyzer } = watched();
  analyzer.data(0, client, 0, 20);
  expect(analyzer.unneeded(0)).toBe(0);
  analyzer.data(0, client, 20, client.length);
  analyzer.data(1, server, 0, server.length);
  const { skipped } = analyzer.accounts[0];
  for (const side of [0, 1] as const) expect(analyzer.unneeded(side)).toBe(Number.POSITIVE_INFINITY);
  analyzer.passed(0, 1000);
  expect(analyzer.accounts[0].skipped).toBe(skipped + 1000);
});

describe('holes', () => {
  it.each(scenes)('%s: one of 10 bytes at any place makes no fact that was not there', (_, handshake) => {
    const whole = read(handshake).map((fact) => JSON.stringify(fact));
    for (const side of [0, 1] as const) {
      const stream = side === 0 ? handshake.client : handshake.server;
      for (let at = 0; at + 10 <= stream.length; at += 7) {
        const { analyzer, facts } = watched();
        analyzer.data(side, stream, 0, at);
        analyzer.gap(side, 10);
        analyzer.data(side, stream, at + 10, stream.length);
        for (const fact of facts) expect(whole).toContain(JSON.stringify(fact));
      }
    }
  });

  it('one in bytes that are passed over costs nothing', () => {
    // The ServerKeyExchange record of this server follows its certificate and comes before its request.
    const { server } = handshakes.openssl12ClientCertificate;
    const at = recordOf(server, 12) + 40;
    const { analyzer, facts } = watched();
    analyzer.data(1, server, 0, at);
    analyzer.gap(1, 20);
    analyzer.data(1, server, at + 20, server.length);
    expect(facts.map((fact) => fact.kind)).toEqual(['server-hello', 'tls-certificate', 'tls-client-certificate']);
  });

  it('one in the hello ends that direction, not the other', () => {
    const { client, server } = handshakes.openssl12;
    const { analyzer, facts } = watched();
    analyzer.data(0, client, 0, 20);
    analyzer.gap(0, 5);
    analyzer.data(0, client, 25, client.length);
    analyzer.data(1, server, 0, server.length);
    expect(facts.map((fact) => fact.kind)).toEqual(['server-hello', 'tls-certificate']);
  });
});

describe('bad input', () => {
  it.each(scenes)('%s cut at any byte: what was read stays, nothing is made up', (_, handshake) => {
    for (const side of ['client', 'server'] as const) {
      const whole = read({ [side]: handshake[side] });
      for (let length = 0; length < handshake[side].length; length++) {
        const facts = read({ [side]: handshake[side].subarray(0, length) });
        expect(facts).toEqual(whole.slice(0, facts.length));
      }
    }
  });

  it.each(scenes)('%s with bits flipped never throws, and is bounded', (scene, handshake) => {
    const next = seeded(scene.length);
    for (let round = 0; round < 400; round++) {
      const damaged = { client: handshake.client.slice(), server: handshake.server.slice() };
      for (const stream of [damaged.client, damaged.server]) {
        for (let flips = 0; flips < 4; flips++) stream[Math.floor(next() * stream.length)] ^= 1 << (next() * 8);
      }
      expect(read(damaged).length).toBeLessThanOrEqual(8);
    }
  });

  it('says what is wrong and where, and stops reading that direction', () => {
    const { client } = handshakes.openssl13;
    const bad = client.slice();
    bad[5 + 4 + 34] = 0xff; // length of the session id: more than there is room for, then nonsense
    const facts = read({ client: concat(bad, bad) });
    expect(facts.map((fact) => fact.kind)).toEqual(['malformed']);
    expect(facts[0]).toMatchObject({ side: 0, field: expect.any(String), reason: expect.any(String) });
  });

  it('a record header that is none', () => {
    const { client } = handshakes.openssl13;
    const wrong = concat(client.subarray(0, 5 + ((client[3] << 8) | client[4])), hex('99 0303 0005'), counting(5));
    expect(read({ client: wrong }).map((fact) => fact.kind)).toEqual(['client-hello', 'malformed']);
    expect(read({ client: wrong })[1]).toMatchObject({ offset: wrong.length - 10, field: 'content type' });
  });

  it('a certificate that is none', () => {
    const bad = handshakes.openssl12.server.slice();
    const at = recordOf(bad, 11) + 5 + 4 + 6;
    bad.fill(0xff, at, at + 40);
    expect(read({ server: bad }).map((fact) => fact.kind)).toEqual(['server-hello', 'malformed']);
  });

  it('a hello or certificate past the bound is not held', () => {
    const { client, server } = handshakes.openssl12;
    const bounds = { handshakeBytesMax: 100 };
    expect(read({ client }, 7, bounds).map((fact) => fact.kind)).toEqual(['malformed']);
    expect(read({ server }, 7, bounds).map((fact) => fact.kind)).toEqual(['server-hello', 'malformed']);
  });

  it('an endless handshake repeats no fact', () => {
    const { server } = handshakes.openssl12ClientCertificate;
    const before = server.subarray(0, recordOf(server, 14));
    const facts = read({ server: concat(...Array.from({ length: 50 }, () => before)) });
    expect(facts.map((fact) => fact.kind)).toEqual(['server-hello', 'tls-certificate', 'tls-client-certificate']);
  });

  it('messages of a direction that never said hello are no facts', () => {
    const { server } = handshakes.openssl12;
    expect(read({ server: server.subarray(recordOf(server, 11)) })).toEqual([]);
  });

  it('what a server of TLS 1.3 says in clear after its hello is no fact', () => {
    const { server: server12 } = handshakes.openssl12;
    const { server: server13 } = handshakes.openssl13;
    const hello13 = server13.subarray(0, 5 + ((server13[3] << 8) | server13[4]));
    const facts = read({ server: concat(hello13, server12.subarray(recordOf(server12, 11))) });
    expect(facts.map((fact) => fact.kind)).toEqual(['server-hello']);
  });

  it('a server name is escaped', () => {
    const client = handshakes.openssl13.client.slice();
    const at = Buffer.from(client).indexOf('pacs.example');
    client.set(hex('1b 5b 5c'), at);
    expect(read({ client })[0]).toMatchObject({ serverName: '\\x1B[\\\\s.example' });
  });

  it('data after the hellos is not looked at', () => {
    const { analyzer, facts } = watched();
    const { client } = handshakes.openssl13;
    analyzer.data(0, client, 0, client.length);
    const count = facts.length;
    for (const side of [0, 0, 0] satisfies Side[]) analyzer.data(side, counting(70_000), 0, 70_000);
    expect(facts.length).toBe(count);
  });
});

/** Where the record begins whose first message is of `type`. */
function recordOf(bytes: Uint8Array, type: number): number {
  for (let at = 0; at < bytes.length; at += 5 + ((bytes[at + 3] << 8) | bytes[at + 4])) {
    if (bytes[at] === 22 && bytes[at + 5] === type) return at;
  }
  throw new Error(`no record begins with message ${type}`);
}

describe('a suite that does not encrypt', () => {
  const record = (type: number, body: Uint8Array) =>
    concat(hex(type.toString(16)), hex('0303'), u16(body.length), body);
  /** A ServerHello of TLS 1.3, or of TLS 1.2 where `version` is not given. */
  const hello = (suite: number, version = '') => {
    const extensions = version === '' ? hex('') : concat(hex('0006 002b 0002'), hex(version));
    const body = concat(hex('0303'), counting(32), hex('00'), u16(suite), hex('00'), extensions);
    return record(22, concat(hex('02 00'), u16(body.length), body));
  };
  const { client } = handshakes.openssl13;
  const clientHello = client.subarray(0, 5 + ((client[3] << 8) | client[4]));
  const text = (word: string) => new TextEncoder().encode(word);

  function carriedOf(steps: readonly (readonly [Side, Uint8Array])[], chunk: number): string[] {
    const said = ['', ''];
    const context = { emit: () => {}, hash: () => '', limits, reveal: false };
    const analyzer = new TlsAnalyzer(context, () => ({
      data: (side, bytes, start, end) => {
        said[side] += Buffer.from(bytes.subarray(start, end)).toString();
      },
      gap: () => {},
      astray: () => {},
      close: () => {},
    }));
    for (const [side, bytes] of steps)
      inChunks(bytes, chunk, (piece, start, end) => analyzer.data(side, piece, start, end));
    return said;
  }

  it.each([1, 7, 1 << 20])('is read through, of TLS 1.2, in chunks of %i', (chunk) => {
    const mac = counting(20);
    const change = concat(record(20, hex('01')), record(22, counting(36)));
    const steps = [
      [0, clientHello],
      [1, concat(hello(0x0002), record(22, hex('0e000000')))],
      [0, concat(record(22, hex('10000002 0000')), change, record(23, concat(text('asked'), mac)))],
      [1, concat(change, record(23, concat(text('answered'), mac)))],
    ] as const;
    expect(carriedOf(steps, chunk)).toEqual(['asked', 'answered']);
  });

  it.each([1, 7, 1 << 20])('is read through, of TLS 1.3, in chunks of %i', (chunk) => {
    const inner = (word: string, type: string) => record(23, concat(text(word), hex(type), counting(32)));
    const change = record(20, hex('01'));
    const steps = [
      [0, clientHello],
      [1, concat(hello(0xc0b4, '0304'), change, inner('certificate', '16'))],
      [0, concat(change, inner('finished', '16'), inner('asked', '17'))],
      [1, inner('answered', '17')],
    ] as const;
    expect(carriedOf(steps, chunk)).toEqual(['asked', 'answered']);
  });

  // Found by fuzzing: what waits for the end of both sides waited for ever, and kept its memory.
  it('is told of a side that had ended before', () => {
    const closes: string[] = [];
    const context = { emit: () => {}, hash: () => '', limits, reveal: false };
    const analyzer = new TlsAnalyzer(context, () => ({
      data: () => {},
      gap: () => {},
      astray: () => {},
      close: (side, how) => closes.push(`${side} ${how}`),
    }));
    const answer = concat(hello(0x0002), record(22, hex('0e000000')), record(20, hex('01')));
    analyzer.data(0, clientHello, 0, clientHello.length);
    analyzer.close(0, 'fin');
    analyzer.data(1, answer, 0, answer.length);
    analyzer.close(1, 'cut');
    expect(closes).toEqual(['0 fin', '1 cut']);
  });

  it('is not, where the suite encrypts', () => {
    const steps = [
      [0, clientHello],
      [1, concat(hello(0xc02f), record(22, hex('0e000000')), record(20, hex('01')), record(23, counting(40)))],
    ] as const;
    expect(carriedOf(steps, 100)).toEqual(['', '']);
  });
});
