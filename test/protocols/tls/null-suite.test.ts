// Proves: suites that do not encrypt are known with the length of their MAC, those of TLS 1.3 apart; no other is one.
import { describe, expect, it } from 'vitest';
import { nullSuite } from '../../../src/protocols/tls/null-suite.ts';
import { cipherSuites } from '../../../src/protocols/tls/tables/cipher-suites.ts';

describe('suites that do not encrypt', () => {
  it.each([
    [0x0001, 16],
    [0x0002, 20],
    [0x003b, 32],
    [0xc006, 20],
    [0xc010, 20],
    [0xc03b, 48],
  ])('%i has %i bytes of MAC', (suite, macBytes) => {
    expect(nullSuite(suite)).toEqual({ macBytes, innerType: false });
    expect(nullSuite(suite, true)).toEqual({ macBytes: 10, innerType: false });
  });

  it.each([
    [0xc0b4, 32],
    [0xc0b5, 48],
  ])('%i of TLS 1.3 has %i bytes of MAC, which nothing cuts', (suite, macBytes) => {
    expect(nullSuite(suite)).toEqual({ macBytes, innerType: true });
    expect(nullSuite(suite, true)).toEqual({ macBytes, innerType: true });
  });

  it('are all that say so and whose MAC is known', () => {
    for (const [code, name, , encryption] of cipherSuites) {
      const known = encryption === 'NULL' && !/GOST|NULL_NULL/.test(name);
      expect(nullSuite(code) !== null, name).toBe(known);
    }
    expect(nullSuite(0x9999)).toBeNull();
  });
});
