// Proves what is read of a certificate, and that bytes which are none give null, never an exception.
import { describe, expect, it } from 'vitest';
import { readCertificate } from '../../../src/protocols/tls/certificate.ts';
import { ascii } from '../../support/bytes.ts';
import { seeded } from '../../support/chunks.ts';
import { handshakes } from './handshakes.ts';

/** The certificate that server sent, as in `openssl x509 -in ec.pem -outform DER`. */
const der = certificateOf(handshakes.openssl12.server);

describe('readCertificate', () => {
  it('names, times and fingerprint', () => {
    expect(readCertificate(der)).toEqual({
      subject: 'C=XX, O=Example Hospital, CN=pacs.example',
      issuer: 'C=XX, O=Example Hospital, CN=pacs.example',
      notBefore: Date.UTC(2026, 10, 22, 12, 39, 25) * 1000,
      notAfter: Date.UTC(2036, 10, 19, 12, 39, 25) * 1000,
      fingerprint: '6593e1cb5d201a6f228c31fac3b7e26d111b15b04999bd95cfb0ab28efb6947e',
      keyType: 'EC',
      keyBits: 256,
      signature: 'ecdsa-with-SHA256',
      selfSigned: true,
    });
  });

  it('escapes names', () => {
    const changed = der.slice();
    const at = Buffer.from(changed).lastIndexOf('pacs.example');
    changed.set([0x1b, 0x0a], at);
    expect(readCertificate(changed)?.subject).toMatch(/^[\x20-\x7e]*$/);
    expect(readCertificate(changed)?.subject).not.toContain('pacs');
  });

  it('cut at any byte is none', () => {
    for (let length = 0; length < der.length; length++) expect(readCertificate(der.subarray(0, length))).toBeNull();
  });

  it('other things are none', () => {
    const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;
    expect(readCertificate(ascii(pem))).toBeNull();
    expect(readCertificate(new Uint8Array(0))).toBeNull();
    expect(readCertificate(new Uint8Array(65_536).fill(0x30))).toBeNull();
  });

  it('with bits flipped is read or none, with text that is safe', () => {
    const next = seeded(3);
    for (let round = 0; round < 3000; round++) {
      const damaged = der.slice();
      for (let flips = 0; flips < 3; flips++) damaged[Math.floor(next() * der.length)] ^= 1 << (next() * 8);
      const facts = readCertificate(damaged);
      if (facts === null) continue;
      expect(`${facts.subject}${facts.issuer}`).toMatch(/^[\x20-\x7e]*$/);
      expect(Number.isInteger(facts.notBefore) && Number.isInteger(facts.notAfter)).toBe(true);
    }
  });
});

function certificateOf(server: Uint8Array): Uint8Array {
  let at = 0;
  while (server[at + 5] !== 11) at += 5 + ((server[at + 3] << 8) | server[at + 4]);
  const length = (server[at + 12] << 16) | (server[at + 13] << 8) | server[at + 14];
  return server.slice(at + 15, at + 15 + length);
}
