// Proves: an archive that fetches in bulk gets thresholds of its own; of anything else a person is told.
import { describe, expect, it } from 'vitest';
import { learned } from '../../../src/policy/learn/learned.ts';
import type { Notable } from '../../../src/policy/learn/observed.ts';
import { policyText } from '../../../src/policy/learn/text.ts';
import { policyOf } from '../../support/subject.ts';
import { DAY_START, HOUR, observedOf, service, talk } from '../../support/talks.ts';

const archive = { calledAe: 'ARCHIVE', serverAddress: '10.20.5.10' };
const backup = { callingAe: 'BACKUP', clientAddress: '10.20.5.20' };
const fetching = [
  talk({ ...archive, ...backup, services: [service('query'), service('retrieve')] }),
  talk({
    callingAe: 'ARCHIVE',
    clientAddress: '10.20.5.10',
    calledAe: 'BACKUP',
    serverAddress: '10.20.5.20',
    services: [service('store')],
  }),
];
const asked = talk({
  callingAe: 'WS01',
  clientAddress: '10.20.2.1',
  calledAe: 'BACKUP',
  serverAddress: '10.20.5.20',
  services: [service('query')],
});

const retrieved: Notable = {
  detection: 'bulk-retrieval',
  callingAe: 'ARCHIVE',
  calledAe: 'BACKUP',
  clientAddress: '10.20.5.10',
  serverAddress: '10.20.5.20',
  serverPort: 104,
  findings: 2,
  receiver: '10.20.5.20',
  patients: 163,
  unrestricted: null,
  events: 480,
  first: DAY_START,
  last: DAY_START + HOUR,
};
const queried: Notable = {
  ...retrieved,
  ...archive,
  ...backup,
  detection: 'bulk-query',
  receiver: null,
  patients: 1234,
  unrestricted: 90,
  events: 2000,
};

const thresholdsOf = (notable: readonly Notable[], talks = [...fetching, asked]) => {
  const policy = learned(observedOf(talks, { notable }));
  return { own: policy.entries.find(({ title }) => title === 'BACKUP')?.thresholds, doubts: policy.doubts };
};

describe('an archive', () => {
  it('gets twice its busiest hour, in two digits, of what is above the default', () => {
    const { own, doubts } = thresholdsOf([retrieved, { ...retrieved, patients: 60, events: 12_000 }, queried]);
    expect(own).toEqual([
      {
        detection: 'bulk-query',
        note: 'twice the busiest hour: 1234 patients, 2000 records, 2026-03-01 08:00 to 09:00',
        values: [{ name: 'patients', value: 2500 }],
      },
      {
        detection: 'bulk-retrieval',
        note: 'twice the busiest hour: 163 patients, 12000 objects, 2026-03-01 08:00 to 09:00',
        values: [
          { name: 'objects', value: 24_000 },
          { name: 'patients', value: 330 },
        ],
      },
    ]);
    expect(doubts).toEqual([]);
  });

  it('has them in its entry, as the policy reads them', async () => {
    const text = policyText(learned(observedOf([...fetching, asked], { notable: [retrieved] })));
    const policy = await policyOf(text);
    expect(policy.thresholdsOf('BACKUP', '10.20.5.20')['bulk-retrieval'].patients).toBe(330);
    expect(policy.thresholdsOf('WS01', '10.20.2.1')['bulk-retrieval'].patients).toBe(50);
  });
});

describe('a person is told', () => {
  it.each([
    ['when it answers nobody', [retrieved], fetching],
    [
      'when it was another address than the title is allowed at',
      [{ ...retrieved, serverAddress: '10.20.5.66', receiver: '10.20.5.66' }],
      [...fetching, asked],
    ],
    ['when no title was seen', [{ ...retrieved, calledAe: null }], [...fetching, asked]],
    [
      'of a workstation',
      [{ ...retrieved, callingAe: 'WS01', clientAddress: '10.20.2.1', receiver: '10.20.2.1' }],
      [...fetching, asked],
    ],
  ])('%s', (_, notable, talks) => {
    const { own, doubts } = thresholdsOf(notable, talks);
    expect(own).toEqual([]);
    expect(doubts).toHaveLength(1);
    expect(doubts[0]).toContain('finding');
  });
});
