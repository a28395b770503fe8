// Proves the names of versions and suites, known and unknown, and which values are GREASE.
import { expect, it } from 'vitest';
import { cipherSuiteName, isGrease, isTls13, versionName } from '../../../src/protocols/tls/names.ts';

it.each([
  [0x0002, 'SSL 2.0'],
  [0x0300, 'SSL 3.0'],
  [0x0301, 'TLS 1.0'],
  [0x0302, 'TLS 1.1'],
  [0x0303, 'TLS 1.2'],
  [0x0304, 'TLS 1.3'],
  [0x7f1c, 'TLS 1.3 draft 28'],
  [0x0305, '0x0305'],
])('version %i is %s', (version, name) => {
  expect(versionName(version)).toBe(name);
});

it('an unknown suite is shown by its number', () => {
  expect(cipherSuiteName(0x002f)).toBe('TLS_RSA_WITH_AES_128_CBC_SHA');
  expect(cipherSuiteName(0x0abc)).toBe('0x0ABC');
});

it('TLS 1.3 and its drafts', () => {
  expect([0x0304, 0x7f17, 0x0303, 0x0305].map(isTls13)).toEqual([true, true, false, false]);
});

it('GREASE is sixteen values', () => {
  const all = Array.from({ length: 0x10000 }, (_, value) => value).filter(isGrease);
  expect(all).toEqual(Array.from({ length: 16 }, (_, i) => i * 0x1010 + 0x0a0a));
});
