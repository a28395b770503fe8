// Proves the grade and the reason for every kind of version and cipher suite.
import { describe, expect, it } from 'vitest';
import { gradeTls } from '../../../src/protocols/tls/grade.ts';
import { cipherSuiteName } from '../../../src/protocols/tls/names.ts';
import { cipherSuites } from '../../../src/protocols/tls/tables/cipher-suites.ts';

const tls10 = 0x0301;
const tls11 = 0x0302;
const tls12 = 0x0303;
const tls13 = 0x0304;

describe('gradeTls', () => {
  it.each([
    [tls13, 0x1301, 'pass', 'TLS 1.3 with TLS_AES_128_GCM_SHA256 conforms'],
    [tls13, 0x1302, 'pass', 'B.12'],
    [tls13, 0x1303, 'pass', 'B.12'],
    [tls12, 0xc02f, 'pass', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
    [tls12, 0xc02c, 'pass', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
    [tls12, 0xcca8, 'pass', 'CHACHA20'],
    [tls12, 0xc08b, 'pass', 'CAMELLIA_256_GCM'],
    [tls12, 0x009c, 'weak', 'static RSA'],
    [tls12, 0x009e, 'weak', 'finite-field Diffie-Hellman'],
    [tls12, 0xc013, 'weak', 'CBC mode'],
    [tls12, 0xc031, 'weak', 'static elliptic-curve'],
    [tls12, 0x00a8, 'weak', 'is not of PS3.15'],
    [tls12, 0xc060, 'weak', 'is not of PS3.15'],
    [tls13, 0x00c6, 'weak', 'is not of PS3.15'],
    [tls12, 0x1301, 'weak', 'is not of PS3.15'],
    [tls12, 0x9999, 'weak', '0x9999 is not of PS3.15'],
    [tls11, 0xc02f, 'fail', 'TLS 1.1 is obsolete'],
    [tls10, 0xc014, 'fail', 'TLS 1.0 is obsolete'],
    [0x0300, 0x002f, 'fail', 'SSL 3.0 is obsolete'],
    [tls12, 0x0005, 'fail', 'RC4'],
    [tls12, 0xc012, 'fail', 'triple DES'],
    [tls12, 0x0009, 'fail', 'uses DES'],
    [tls12, 0x0003, 'fail', 'export-grade'],
    [tls12, 0x0062, 'fail', 'export-grade'],
    [tls12, 0x00a6, 'fail', 'anonymous'],
    [tls12, 0xc018, 'fail', 'anonymous'],
    [tls12, 0x0001, 'critical', 'does not encrypt'],
    [tls12, 0x0002, 'critical', 'does not encrypt'],
    [tls12, 0x003b, 'critical', 'TLS_RSA_WITH_NULL_SHA256 does not encrypt'],
    [tls10, 0xc010, 'critical', 'does not encrypt'],
    [tls12, 0xc006, 'critical', 'does not encrypt'],
    [tls13, 0xc0b4, 'critical', 'TLS_SHA256_SHA256 does not encrypt'],
    [tls13, 0xc0b5, 'critical', 'does not encrypt'],
  ] as const)('%i with %i: %s', (version, suite, grade, why) => {
    const graded = gradeTls(version, suite);
    expect(graded?.grade).toBe(grade);
    expect(graded?.why).toContain(why);
  });

  it('with half of it unknown gives only what does not depend on the other half', () => {
    expect(gradeTls(null, null)).toBeNull();
    expect(gradeTls(tls12, null)).toBeNull();
    expect(gradeTls(null, 0x1301)).toBeNull();
    expect(gradeTls(null, 0x009c)).toBeNull();
    expect(gradeTls(tls10, null)?.grade).toBe('fail');
    expect(gradeTls(null, 0x0005)?.grade).toBe('fail');
    expect(gradeTls(null, 0x003b)?.grade).toBe('critical');
  });

  it('is critical for every suite whose name says NULL, and for no other but the two of RFC 9150', () => {
    const critical = cipherSuites.filter(([code]) => gradeTls(tls12, code)?.grade === 'critical');
    const named = cipherSuites.filter(([code, name]) => name.includes('_NULL') || code === 0xc0b4 || code === 0xc0b5);
    expect(critical.map(([, name]) => name)).toEqual(named.map(([, name]) => name));
  });

  it('lets no suite pass whose name has one of these in it', () => {
    const passing = cipherSuites.filter(([code]) => [tls12, tls13].some((v) => gradeTls(v, code)?.grade === 'pass'));
    const suspect = /NULL|EXPORT|anon|RC4|RC2|DES|MD5|_CBC_|_DHE_|_DH_|TLS_RSA|PSK|SRP|KRB5|GOST|ARIA|SEED|SM4|AEGIS/;
    expect(passing.length).toBeGreaterThan(15);
    expect(passing.filter(([, name]) => suspect.test(name))).toEqual([]);
  });
});

describe('the table of cipher suites', () => {
  it('is in order of code, without repetition, each name agreeing with its parts', () => {
    for (let i = 1; i < cipherSuites.length; i++) expect(cipherSuites[i][0]).toBeGreaterThan(cipherSuites[i - 1][0]);
    for (const [, name, keyExchange, encryption] of cipherSuites) {
      if (name.includes('_WITH_')) expect(name).toMatch(new RegExp(`^(TLS|SSL)_${keyExchange}_WITH_${encryption}`));
    }
  });

  it('holds those that RFCs spell out', () => {
    expect(cipherSuiteName(0x1301)).toBe('TLS_AES_128_GCM_SHA256');
    expect(cipherSuiteName(0xc02b)).toBe('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
    expect(cipherSuiteName(0xc0b5)).toBe('TLS_SHA384_SHA384');
    expect(cipherSuiteName(0x00ff)).toBe('TLS_EMPTY_RENEGOTIATION_INFO_SCSV');
  });
});
