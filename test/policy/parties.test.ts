// Proves between whom a tolerance or an exception holds: by title, group and address, and never by less than it must.
import { describe, expect, it } from 'vitest';
import { aeDirectory } from '../../src/policy/ae-directory.ts';
import type { PartyContent } from '../../src/policy/content.ts';
import { compileParties, type Must, partiesMatch } from '../../src/policy/parties.ts';
import type { Ends } from '../../src/policy/policy.ts';

const directory = aeDirectory(
  [
    { title: 'CT01', addresses: '10.0.0.11' },
    { title: 'ARCHIVE', addresses: '10.0.0.20', calls_as: 'ARCHIVE_SCU' },
    { title: 'ROAMING' },
  ],
  { scanners: ['CT01'] },
);

const ends: Ends = { clientAddress: '10.0.0.11', serverAddress: '10.0.0.20', callingAe: 'CT01', calledAe: 'ARCHIVE' };
const nothing: Must = { clientByAddress: false, serverByAddress: false, titleAtItsAddress: false };

function matches(clients: PartyContent[] | undefined, given: Partial<Ends> = {}, must: Partial<Must> = {}): boolean {
  const parties = compileParties({ clients }, directory);
  return partiesMatch(parties, { ...ends, ...given }, { ...nothing, ...must }, directory);
}

describe('a party', () => {
  it.each<[matched: boolean, party: PartyContent, given: Partial<Ends>]>([
    [true, 'CT01', {}],
    [false, 'CT02', {}],
    [true, { ae_title: 'CT01' }, {}],
    [true, { group: 'scanners' }, {}],
    [false, { group: 'scanners' }, { callingAe: 'ARCHIVE' }],
    [true, { address: '10.0.0.0/24' }, {}],
    [false, { address: '10.0.0.12' }, {}],
    [true, { ae_title: 'CT01', address: '10.0.0.11' }, {}],
    [false, { ae_title: 'CT01', address: '10.0.0.12' }, {}],
    [true, 'ARCHIVE', { callingAe: 'ARCHIVE_SCU' }],
    [false, { address: '0.0.0.0/0' }, { clientAddress: 'no address' }],
  ])('%s: %j for %j', (matched, party, given) => {
    expect(matches([party], given)).toBe(matched);
  });

  it('left out is anybody, and any of several will do', () => {
    expect(matches(undefined, { callingAe: 'ANY' })).toBe(true);
    expect(matches(['CT02', 'CT01'])).toBe(true);
  });
});

describe('what a match must rest on', () => {
  it('an address: a title alone is not enough, nor anybody', () => {
    expect(matches(['CT01'], {}, { clientByAddress: true })).toBe(false);
    expect(matches(undefined, {}, { clientByAddress: true })).toBe(false);
    expect(matches([{ address: '10.0.0.11' }], {}, { clientByAddress: true })).toBe(true);
  });

  it('a title at its address: not from another, unless the policy gives it none', () => {
    const must = { titleAtItsAddress: true };
    expect(matches(['CT01'], {}, must)).toBe(true);
    expect(matches(['CT01'], { clientAddress: '10.0.0.99' }, must)).toBe(false);
    expect(matches(['ROAMING'], { callingAe: 'ROAMING', clientAddress: '10.0.0.99' }, must)).toBe(true);
  });
});

describe('a title that was not seen', () => {
  it('is told by an address that belongs to it', () => {
    expect(matches(['CT01'], { callingAe: null })).toBe(true);
    expect(matches(['CT01'], { callingAe: null, clientAddress: '10.0.0.99' })).toBe(false);
    expect(matches(['ROAMING'], { callingAe: null })).toBe(false);
  });
});

it('both ends must match', () => {
  const parties = compileParties({ clients: ['CT01'], servers: ['ARCHIVE'] }, directory);
  expect(partiesMatch(parties, ends, nothing, directory)).toBe(true);
  expect(partiesMatch(parties, { ...ends, calledAe: 'OTHER' }, nothing, directory)).toBe(false);
});
