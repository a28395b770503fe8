// Proves: addresses and networks of both families are read strictly and compared by their bits.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AddressSet,
  contains,
  covers,
  isNetwork,
  parseAddress,
  parseNetwork,
  requireNetwork,
} from '../../src/policy/addresses.ts';

describe('parseAddress', () => {
  it.each([
    ['10.0.0.1', [10, 0, 0, 1]],
    ['::1', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['::ffff:10.0.0.1', [10, 0, 0, 1]],
    ['::ffff:a00:1', [10, 0, 0, 1]],
    ['fe80::1%eth0', [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
  ])('reads %s', (text, bytes) => {
    expect(parseAddress(text)).toEqual(bytes);
  });

  it.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.1.2',
    '0x0a000001',
    '167772161',
    ':::',
    'archive',
    ' 10.0.0.1',
    '1::2::3',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeNull();
  });
});

describe('parseNetwork', () => {
  it.each([
    ['10.0.0.0/8', '10.255.255.255', '11.0.0.0'],
    ['10.0.0.77/8', '10.0.0.1', '9.255.255.255'],
    ['172.16.0.0/12', '172.31.255.255', '172.32.0.0'],
    ['10.0.0.4/30', '10.0.0.7', '10.0.0.8'],
    ['10.0.0.4', '10.0.0.4', '10.0.0.5'],
    ['fd00::/8', 'fdff::1', 'fe00::1'],
    ['2001:db8::/33', '2001:db8:7fff::', '2001:db8:8000::'],
  ])('%s has %s and not %s', (text, inside, outside) => {
    const network = requireNetwork(text);
    expect(contains(network, parseAddress(inside) ?? [])).toBe(true);
    expect(contains(network, parseAddress(outside) ?? [])).toBe(false);
  });

  it('/0 has everything of its family only', () => {
    expect(contains(requireNetwork('0.0.0.0/0'), parseAddress('203.0.113.1') ?? [])).toBe(true);
    expect(contains(requireNetwork('0.0.0.0/0'), parseAddress('::1') ?? [])).toBe(false);
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', 'fd00::/129', '10.0.0.0/255.0.0.0', '/8'])(
    'refuses %s',
    (text) => {
      expect(parseNetwork(text)).toBeNull();
    },
  );
});

describe('covers', () => {
  it.each([
    ['10.0.0.0/8', '10.1.0.0/16', true],
    ['10.0.0.0/8', '10.0.0.0/8', true],
    ['10.0.0.0/8', '10.0.0.0/7', false],
    ['10.0.0.0/8', '11.0.0.0/16', false],
  ])('%s over %s: %s', (outer, inner, expected) => {
    expect(covers(requireNetwork(outer), requireNetwork(inner))).toBe(expected);
  });
});

describe('AddressSet', () => {
  it.each([1, 8, 9, 500])('answers alike with %i single addresses and a network', (count) => {
    const texts = Array.from({ length: count }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
    const set = new AddressSet([...texts, '192.168.0.0/24']);
    const includes = (text: string) => set.includes(parseAddress(text) ?? []);
    expect(texts.every(includes)).toBe(true);
    expect(includes('192.168.0.200')).toBe(true);
    expect(includes('10.9.9.9')).toBe(false);
    expect(includes('192.168.1.0')).toBe(false);
  });
});

describe('whether a text is an address or a network', () => {
  const part = fc.oneof(fc.nat(300).map(String), fc.constantFrom('', '01', '00', '-1', '1a', '256', '255'));
  const dotted = fc.array(part, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.'));
  const texts = fc.oneof(
    dotted,
    fc.tuple(dotted, fc.nat(40)).map(([text, n]) => `${text}/${n}`),
    fc.ipV6(),
    fc.string(),
  );

  it('is told alike by the short way and by reading it', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(isNetwork(text)).toBe(parseNetwork(text) !== null);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });
});
