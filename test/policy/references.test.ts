// Proves that every name a policy uses is found with its place, and groups that are not defined are told.
import { describe, expect, it } from 'vitest';
import type { PolicyContent } from '../../src/policy/content.ts';
import { aeEntries, allowances, titlesNamed, titlesOf, unknownGroups } from '../../src/policy/references.ts';

const content: PolicyContent = {
  version: 1,
  groups: { viewers: ['VIEW1'] },
  ae_titles: [
    { title: 'CT01', peers: ['ARCHIVE', { group: 'viewers' }, { group: 'missing' }] },
    { title: ['ARCHIVE', 'OLD'], calls_as: 'ARCHIVE_SCU' },
  ],
  encryption: { cleartext_tolerated: [{ clients: ['CT02', { group: 'absent' }], until: '2027-01-01', reason: 'x' }] },
  exceptions: [{ detection: 'phi-cleartext', servers: [{ ae_title: 'NOBODY' }], until: '2027-01-01', reason: 'x' }],
};

describe('unknown groups', () => {
  it('are told where they are named', () => {
    expect(unknownGroups(content, [])).toEqual([
      { path: ['ae_titles', 0, 'peers', 2], sentence: "there is no group 'missing'" },
      { path: ['encryption', 'cleartext_tolerated', 0, 'clients', 1], sentence: "there is no group 'absent'" },
    ]);
  });

  it('are none where there are none, also of names every object has', () => {
    expect(unknownGroups({ version: 1 }, [])).toEqual([]);
    const tricky: PolicyContent = { version: 1, ae_titles: [{ title: 'A', peers: [{ group: 'constructor' }] }] };
    expect(unknownGroups(tricky, [])).toHaveLength(1);
  });
});

it('titles named are those of groups, peers and tolerances, not of exceptions', () => {
  expect([...titlesNamed(content, [])].map(({ title, path }) => `${title} ${path.join('.')}`)).toEqual([
    'VIEW1 groups.viewers.0',
    'ARCHIVE ae_titles.0.peers.0',
    'CT02 encryption.cleartext_tolerated.0.clients.0',
  ]);
});

it('entries of both lists have their places', () => {
  const table = [{ content: { title: 'TABLE' }, line: 40 }] as unknown as Parameters<typeof aeEntries>[1];
  expect([...aeEntries(content, table)].map(({ path }) => path)).toEqual([
    ['ae_titles', 0],
    ['ae_titles', 1],
    ['ae_table', 40],
  ]);
});

it('an entry has the titles it answers to and calls by', () => {
  expect(titlesOf({ title: ['ARCHIVE', 'OLD'], calls_as: 'ARCHIVE_SCU' })).toEqual(['ARCHIVE', 'OLD', 'ARCHIVE_SCU']);
  expect(titlesOf({ title: 'CT01' })).toEqual(['CT01']);
});

it('tolerances and exceptions are told apart', () => {
  expect(allowances(content).map(({ kind, path }) => [kind, path.at(-1)])).toEqual([
    ['tolerance', 0],
    ['exception', 0],
  ]);
});
