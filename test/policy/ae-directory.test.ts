// Proves that AE titles are found by the title they call or answer by, with roles that imply others and peers by group.
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/policy/addresses.ts';
import { aeDirectory, asList } from '../../src/policy/ae-directory.ts';

const directory = aeDirectory(
  [
    {
      title: 'ARCHIVE',
      addresses: '10.0.0.20',
      ports: [104, 11112],
      calls_as: 'ARCHIVE_SCU',
      peers: ['CT01', { group: 'viewers' }],
    },
    { title: ['CT01', 'CT01_OLD'], roles: { scu: ['store'] } },
    { title: 'VIEW1', roles: { scu: ['retrieve'] }, peers: ['ARCHIVE'] },
    { title: 'ARCHIVE', addresses: '10.9.0.0/16', roles: { scp: ['retrieve'] } },
  ],
  { viewers: ['VIEW1', 'ARCHIVE'] },
);

const titles = (entries: readonly { titles: readonly string[] }[]) => entries.map((entry) => entry.titles.join('/'));

describe('a title', () => {
  it('is found in every entry that has it, in their order', () => {
    expect(titles(directory.callers('ARCHIVE'))).toEqual(['ARCHIVE', 'ARCHIVE']);
    expect(titles(directory.callers('CT01_OLD'))).toEqual(['CT01/CT01_OLD']);
    expect(directory.entries).toHaveLength(4);
  });

  it('that its device only calls as does not answer', () => {
    expect(titles(directory.callers('ARCHIVE_SCU'))).toEqual(['ARCHIVE']);
    expect(directory.answerers('ARCHIVE_SCU')).toEqual([]);
    expect(directory.aliases('ARCHIVE')).toEqual(['ARCHIVE', 'ARCHIVE_SCU']);
    expect(directory.aliases('CT01')).toEqual(['CT01']);
  });

  it('nobody has is found nowhere; case counts', () => {
    expect(directory.callers('archive')).toEqual([]);
    expect(directory.answerers('NOBODY')).toEqual([]);
  });
});

describe('an entry', () => {
  it('has its addresses and ports, or none for anywhere', () => {
    const [first] = directory.answerers('ARCHIVE');
    const at = (address: string) => first.addresses?.includes(parseAddress(address) ?? []);
    expect([at('10.0.0.20'), at('10.0.0.21')]).toEqual([true, false]);
    expect(first.ports).toEqual([104, 11112]);
    expect(directory.answerers('VIEW1')[0]).toMatchObject({ addresses: null, ports: null });
  });

  it('may echo, and what its roles imply: who retrieves receives, who answers retrieval sends', () => {
    const roles = (title: string, index = 0) => {
      const given = directory.callers(title)[index].roles;
      return given && [[...given.scu].sort(), [...given.scp].sort()];
    };
    expect(roles('CT01')).toEqual([['echo', 'store'], ['echo']]);
    expect(roles('VIEW1')).toEqual([
      ['echo', 'retrieve'],
      ['echo', 'store'],
    ]);
    expect(roles('ARCHIVE', 1)).toEqual([
      ['echo', 'store'],
      ['echo', 'retrieve'],
    ]);
    expect(roles('ARCHIVE')).toBeNull();
  });

  it('may meet its peers by all their titles, and all of a group', () => {
    expect([...(directory.answerers('VIEW1')[0].peers ?? [])]).toEqual(['ARCHIVE', 'ARCHIVE_SCU']);
    expect([...(directory.answerers('ARCHIVE')[0].peers ?? [])].sort()).toEqual([
      'ARCHIVE',
      'ARCHIVE_SCU',
      'CT01',
      'VIEW1',
    ]);
    expect(directory.answerers('CT01')[0].peers).toBeNull();
  });
});

it('one value, several or none are a list', () => {
  expect([asList(undefined), asList(7), asList(['a', 'b'])]).toEqual([[], [7], ['a', 'b']]);
});
