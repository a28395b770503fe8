// Proves that fingerprints equal published ones.
import { describe, expect, it } from 'vitest';
import { type Ja4Input, ja4, protocolCode } from '../../../src/protocols/tls/ja4.ts';
import { concat, hex } from '../../support/bytes.ts';

const codes = (text: string) => text.split(',').map((code) => Number.parseInt(code, 16));
const suites = codes('1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035');
const algorithms = codes('0403,0804,0401,0503,0805,0501,0806,0601');

/**
 * The example of FoxIO's description of JA4 (technical_details/JA4.md). Its often quoted `…_b186095e22b6` is of an
 * older draft that hashed the server name and ALPN too, and no signature algorithms.
 */
const chrome: Ja4Input = {
  version: 0x0304,
  cipherSuites: suites,
  extensions: codes('001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015'),
  signatureAlgorithms: algorithms,
  protocol: 'h2',
};

describe('ja4', () => {
  it('the published example', () => {
    expect(ja4(chrome)).toBe('t13d1516h2_8daaf6152771_e5627efa2ab1');
  });

  it('Chrome 143 as browserleaks.com says it', () => {
    const extensions = codes('002d,0033,0010,fe0d,0017,44cd,0000,000b,000a,002b,ff01,0023,0012,0005,000d,001b');
    expect(ja4({ ...chrome, extensions })).toBe('t13d1516h2_8daaf6152771_d8a2da3f94cd');
  });

  it('GREASE counts nowhere', () => {
    const greased: Ja4Input = {
      ...chrome,
      cipherSuites: [0x0a0a, ...suites, 0xfafa],
      extensions: [0x1a1a, ...chrome.extensions, 0x2a2a],
      signatureAlgorithms: [0x3a3a, ...algorithms],
    };
    expect(ja4(greased)).toBe(ja4(chrome));
    expect(ja4({ ...chrome, cipherSuites: [...suites, 0x0a1a] })).not.toBe(ja4(chrome));
  });

  it.each([
    [0x0300, 's3'],
    [0x0301, '10'],
    [0x0302, '11'],
    [0x0303, '12'],
    [0x0304, '13'],
    [0x0305, '00'],
  ])('version %i is %s', (version, code) => {
    expect(ja4({ ...chrome, version }).slice(1, 3)).toBe(code);
  });

  // The table of JA4.md, and names of one character.
  it.each([
    ['68 74 74 70 2f 31 2e 31', 'h1'],
    ['68', 'hh'],
    ['ab', 'ab'],
    ['ab cd', 'ad'],
    ['30 ab', '3b'],
    ['30 31 ab cd', '3d'],
    ['30 ab cd 31', '01'],
    ['20 61', '21'],
  ])('ALPN %s is %s', (bytes, code) => {
    const name = concat(hex('ff'), hex(bytes), hex('ff'));
    expect(protocolCode(name, 1, name.length - 1)).toBe(code);
    expect(ja4({ ...chrome, protocol: code }).slice(8, 10)).toBe(code);
  });

  it('nothing offered, and more than two digits hold', () => {
    const bare = {
      version: 0x0303,
      cipherSuites: [],
      extensions: [],
      signatureAlgorithms: [],
      protocol: protocolCode(hex(''), 0, 0),
    };
    expect(ja4(bare)).toBe('t12i000000_000000000000_000000000000');
    const many = Array.from({ length: 150 }, (_, i) => 0x1300 + i);
    expect(ja4({ ...bare, cipherSuites: many, extensions: many }).slice(0, 10)).toBe('t12i999900');
  });

  it('no signature algorithms: no underscore before them', () => {
    // printf '0017' | sha256sum
    expect(ja4({ ...chrome, extensions: [0x17], signatureAlgorithms: [] }).split('_')[2]).toBe('1ca028f07214');
  });
});
