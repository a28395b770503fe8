// Proves that hellos are recognised from any prefix that can tell, and that nothing else is taken for one.
import { describe, expect, it } from 'vitest';
import { recogniseTls } from '../../../src/protocols/tls/recognise.ts';
import { ascii, concat, hex, u16 } from '../../support/bytes.ts';
import { seeded } from '../../support/chunks.ts';
import { handshakes } from './handshakes.ts';

const hellos = Object.entries(handshakes).flatMap(([scene, { client, server }]) => [
  [`${scene} client`, client] as const,
  ...(scene === 'opensslRefused' ? [] : [[`${scene} server`, server] as const]),
]);
const asked = (bytes: Uint8Array) => recogniseTls(bytes, 0, bytes.length);

describe('recogniseTls', () => {
  it.each(hellos)('%s: more, then yes, at every prefix', (_, bytes) => {
    for (let length = 0; length < 64; length++) {
      expect(recogniseTls(bytes, 0, length)).toBe(length < 11 ? 'more' : 'yes');
    }
  });

  it('reads from `start`', () => {
    const { client } = handshakes.openssl13;
    expect(recogniseTls(concat(ascii('xyz'), client), 3, client.length + 3)).toBe('yes');
  });

  it('a hello whose header is spread over records', () => {
    const { client } = handshakes.openssl13;
    const length = (client[3] << 8) | client[4];
    for (const size of [1, 2, 3, 5]) {
      const records: Uint8Array[] = [];
      for (let at = 0; at < length; at += size) {
        const piece = client.subarray(5 + at, 5 + Math.min(length, at + size));
        records.push(client.subarray(0, 3), u16(piece.length), piece);
      }
      const spread = concat(...records);
      expect(asked(spread)).toBe('yes');
      for (let end = 0; end < 60; end++) expect(recogniseTls(spread, 0, end)).not.toBe('no');
    }
  });

  it.each([
    ['an A-ASSOCIATE-RQ', hex('01 00 000000cd 0001 0000 4449434f4d')],
    ['an alert', handshakes.opensslRefused.server],
    ['application data', hex('17 0303 0020 0000000000000000000000')],
    ['HTTP', ascii('GET / HTTP/1.1\r\n\r\n')],
    ['SSH', ascii('SSH-2.0-OpenSSH_9.2\r\n')],
    ['a hello of SSL 2', hex('80 2e 01 0301 0015 0000 0010 01 00 80')],
    ['version 3.5', hex('16 0305 0100 01 0000fc 0303')],
    ['an empty record', hex('16 0301 0000 01 0000fc 0303')],
    ['a record of more than 16384 bytes', hex('16 0301 4001 01 003ffd 0303')],
    ['another handshake type', hex('16 0301 0100 0b 0000fc 0303')],
    ['a client hello shorter than its record', hex('16 0301 0100 01 0000f0 0303')],
    ['a client hello of 30 bytes', hex('16 0301 0022 01 00001e 0303')],
    ['a hello of 16 MB', hex('16 0301 4000 01 ffffff 0303')],
    ['a hello of another version', hex('16 0301 0100 01 0000fc 0203')],
  ])('%s is none', (_, bytes) => {
    expect(asked(bytes)).toBe('no');
  });

  it('random bytes are none', () => {
    const next = seeded(7);
    for (let round = 0; round < 20_000; round++) {
      const bytes = Uint8Array.from({ length: 16 }, (_, i) => (i === 0 ? 0x16 : Math.floor(next() * 256)));
      expect(asked(bytes)).toBe('no');
    }
  });
});
