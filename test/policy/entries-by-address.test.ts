// Proves: entries are found by an address that they are given, single or within a network, and not when they may be
// anywhere.
import { describe, expect, it } from 'vitest';
import { aeDirectory } from '../../src/policy/ae-directory.ts';
import { EntriesByAddress } from '../../src/policy/entries-by-address.ts';

const { entries } = aeDirectory(
  [
    { title: 'A', addresses: ['10.0.0.1', 'fd00::1'] },
    { title: 'B', addresses: '10.0.0.0/24' },
    { title: 'C', addresses: ['10.0.0.1', '10.0.0.1/32', '10.0.0.0/8'] },
    { title: 'ANYWHERE' },
  ],
  {},
);

describe('entries by address', () => {
  const index = new EntriesByAddress(entries);

  it.each([
    ['10.0.0.1', ['A', 'B', 'C']],
    ['::ffff:10.0.0.1', ['A', 'B', 'C']],
    ['fd00:0:0::1', ['A']],
    ['10.0.0.7', ['B', 'C']],
    ['10.9.9.9', ['C']],
    ['192.0.2.1', []],
    ['no address', []],
  ])('of %s are %j', (address, titles) => {
    const found = index.at(address).map((entry) => entry.titles[0]);
    expect(found.toSorted()).toEqual(titles);
  });
});
