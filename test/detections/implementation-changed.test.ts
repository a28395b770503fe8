// Proves: a device that has settled on an implementation and comes with another is said once; parts of one device are
// not.
import { describe, expect, it } from 'vitest';
import { implementationChanged } from '../../src/detections/implementation-changed.ts';
import type { Event } from '../../src/ledger/events.ts';
import { findingsOf, requested, times } from '../support/events.ts';

const dcmtk = { implementationUid: '1.2.276.0.7230010.3.0.3.6.7', implementationVersion: 'OFFIS_DCMTK_367' };
const vendor = { implementationUid: '1.2.3.4', implementationVersion: 'VENDOR_1' };
const settledOn = (what: typeof vendor, syntaxes?: string[]): Event[] =>
  times(3, (at) => requested({ ...what, at }, syntaxes));

describe('fires', () => {
  it('low, in the words of the table of toolkits', () => {
    const findings = findingsOf(implementationChanged, [...settledOn(vendor), requested({ ...dcmtk, at: 9 })]);
    expect(findings).toMatchObject([{ severity: 'low', key: '["CT01","10.20.1.11"]' }]);
    expect(findings[0].summary).toContain('now identifies itself as DCMTK (OFFIS_DCMTK_367); before');
    expect(findings[0].summary).toContain('as VENDOR_1.');
  });

  it('for another version of the same', () => {
    const newer = { ...vendor, implementationVersion: 'VENDOR_2' };
    expect(findingsOf(implementationChanged, [...settledOn(vendor), requested({ ...newer, at: 9 })])).toHaveLength(1);
  });

  it('not again once both are known', () => {
    const events = [
      ...settledOn(vendor),
      ...times(4, (i) => requested({ ...(i % 2 === 0 ? dcmtk : vendor), at: 9 + i })),
    ];
    expect(findingsOf(implementationChanged, events)).toMatchObject([{ evidence: { events: 1 } }]);
  });
});

describe('stays silent', () => {
  const store = ['1.2.840.10008.5.1.4.1.1.2'];
  it.each([
    ['for one that stays', [...settledOn(vendor), requested({ ...vendor, at: 9 })]],
    ['before it has settled', [...settledOn(vendor).slice(1), requested({ ...dcmtk, at: 9 })]],
    ['for another service of the device', [...settledOn(vendor), requested({ ...dcmtk, at: 9 }, store)]],
    ['for another address', [...settledOn(vendor), requested({ ...dcmtk, clientAddress: '10.20.1.12', at: 9 })]],
  ])('%s', (_, events) => {
    expect(findingsOf(implementationChanged, events)).toEqual([]);
  });
});

describe('with loss', () => {
  it('proves nothing where the request did not say, or was not seen', () => {
    expect(findingsOf(implementationChanged, [...settledOn(vendor), requested({ at: 9 })])).toEqual([]);
  });
});
