// Proves: what is outside, scanned, guessed, rejected, nameless or came once is in doubt, and ordinary traffic is not.
import { describe, expect, it } from 'vitest';
import { doubtsOf, privateNetwork } from '../../../src/policy/learn/doubts.ts';
import type { Observed, Talk } from '../../../src/policy/learn/observed.ts';
import { DAY_START, HOUR, observedOf, talk } from '../../support/talks.ts';

const doubt = (one: Talk, others: readonly Talk[] = [], given: Partial<Observed> = {}): string | null =>
  doubtsOf(observedOf([one, ...others], given)).of(one);

const week = { first: DAY_START, last: DAY_START + 7 * 24 * HOUR };
const once = { associations: 1, accepted: 1, clear: 1, last: DAY_START };

describe('in doubt is', () => {
  it.each<[string, Partial<Talk>, string]>([
    ['what was rejected', { accepted: 0, rejected: 5 }, 'rejected'],
    ['what was rejected or not answered', { accepted: 0, rejected: 1 }, 'rejected 1 time, else not answered'],
    ['what was never answered', { accepted: 0 }, 'never answered'],
    ['an empty title', { callingAe: '' }, 'an empty AE title'],
    ['a client outside', { clientAddress: '203.0.113.7' }, '203.0.113.7 is outside the private networks'],
    ['a server outside', { serverAddress: '2001:db8::1' }, '2001:db8::1 is outside the private networks'],
  ])('%s', (_, given, words) => {
    expect(doubt(talk(given))).toBe(words);
  });

  it('a client that raised suspicions', () => {
    const suspicions = [
      { clientAddress: '10.20.1.11', detection: 'scanner-fingerprint', findings: 1 },
      { clientAddress: '10.20.1.11', detection: 'ae-guessing', findings: 3 },
      { clientAddress: '10.20.1.12', detection: 'dicom-sweep', findings: 1 },
    ];
    expect(doubt(talk(), [], { suspicions })).toBe('its address raised ae-guessing ×3, scanner-fingerprint');
    expect(doubt(talk({ clientAddress: '10.20.1.13' }), [], { suspicions })).toBeNull();
  });

  it('what is sent to one that did, unless it is a server of several', () => {
    const suspicions = [{ clientAddress: '10.20.5.10', detection: 'dicom-sweep', findings: 1 }];
    expect(doubt(talk(), [], { suspicions })).toBe('its address raised dicom-sweep');
    const others = ['10.20.1.12', '10.20.1.13'].map((clientAddress) => talk({ clientAddress }));
    expect(doubt(talk(), others, { suspicions })).toBeNull();
  });

  it('the title that a guesser found', () => {
    const tries = ['A', 'B', 'C', 'D', 'E'].map((calledAe) => talk({ calledAe, accepted: 0, rejected: 1 }));
    expect(doubt(talk(), tries)).toBe('its address was rejected under 5 pairs of AE titles');
    expect(doubt(talk(), tries.slice(1))).toBeNull();
  });

  it('one that came once within more than a day', () => {
    expect(doubt(talk(once), [], week)).toBe('it came once in 2026-03-01 08:00 to 2026-03-08 08:00');
    expect(doubt(talk(once))).toBeNull();
    expect(doubt(talk(once), [talk({ calledAe: 'RIS' })], week)).toBeNull();
  });

  it('a title that came once from another address than always', () => {
    const always = talk({ accepted: 10, associations: 10 });
    const words = 'it came once from here, and mostly from 10.20.1.11';
    expect(doubt(talk({ ...once, clientAddress: '10.20.1.66' }), [always])).toBe(words);
    expect(doubt(talk({ ...once, clientAddress: 'fd00::11' }), [always])).toBeNull();
    expect(doubt(talk({ clientAddress: '10.20.1.66' }), [always])).toBeNull();
    expect(doubt(talk({ ...once, clientAddress: '10.20.1.66' }), [talk({ accepted: 9 })])).toBeNull();
  });
});

describe('a private network', () => {
  it.each([
    ['10.1.2.3', '10.0.0.0/8'],
    ['fd00::1', 'fc00::/7'],
    ['127.0.0.1', '127.0.0.0/8'],
    ['8.8.8.8', null],
    ['no address', null],
  ])('of %s is %s', (address, network) => {
    expect(privateNetwork(address)).toBe(network);
  });
});
