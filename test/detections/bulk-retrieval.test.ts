// Proves: fifty patients or ten thousand objects retrieved by one receiver in an hour are said; what archives receive
// is not.
import { describe, expect, it } from 'vitest';
import { bulkRetrieval } from '../../src/detections/bulk-retrieval.ts';
import { findingsOf, sent, times } from '../support/events.ts';
import { policyOf } from '../support/subject.ts';

const moved = { moveOriginator: 'VIEWER', moveOriginatorMessageId: 1 };
const got = { requester: 'server' as const };

describe('fires', () => {
  it('for fifty patients through C-MOVE', () => {
    const findings = findingsOf(
      bulkRetrieval,
      times(50, (i) => sent({ at: i }, `p${i}`, moved)),
    );
    expect(findings).toMatchObject([
      { severity: 'high', key: '["10.20.5.10"]', evidence: { patients: 50, events: 50 } },
    ]);
    expect(findings[0].summary).toBe(
      'ARCHIVE (10.20.5.10) received 50 objects of 50 patients through C-MOVE in 49 s, from CT01 (10.20.1.11).',
    );
  });

  it('for fifty through C-GET, to the client', () => {
    expect(
      findingsOf(
        bulkRetrieval,
        times(50, (i) => sent({}, `p${i}`, got)),
      ),
    ).toMatchObject([{ key: '["10.20.1.11"]' }]);
  });

  it('for ten thousand objects of one patient', () => {
    const findings = findingsOf(
      bulkRetrieval,
      times(10_001, (i) => sent({ at: i / 10 }, 'p', moved)),
    );
    expect(findings).toMatchObject([{ evidence: { patients: 1, events: 10_001 } }]);
  });

  it('for objects pushed to one that the policy knows no receiver of', async () => {
    const policy = await policyOf(
      'version: 1\nae_titles: [{ title: ARCHIVE, addresses: 10.20.5.11 }, { title: CT01 }]',
    );
    expect(
      findingsOf(
        bulkRetrieval,
        times(50, (i) => sent({}, `p${i}`)),
        policy,
      ),
    ).toMatchObject([{ evidence: { ways: ['C-STORE'] } }]);
  });
});

describe('stays silent', () => {
  it.each([
    ['for 49 patients', times(49, (i) => sent({}, `p${i}`, moved))],
    ['for fifty in more than an hour', times(50, (i) => sent({ at: i * 75 }, `p${i}`, moved))],
    ['for what modalities send to their archive all day', times(2000, (i) => sent({}, `p${i}`))],
    ['for fifty receivers', times(50, (i) => sent({ serverAddress: `10.20.8.${i}` }, `p${i}`, moved))],
  ])('%s', (_, events) => {
    expect(findingsOf(bulkRetrieval, events)).toEqual([]);
  });

  it('for what is pushed to a receiver of the policy, and for a backup with thresholds of its own', async () => {
    const policy = await policyOf(`
version: 1
ae_titles:
  - { title: ARCHIVE, addresses: 10.20.5.10, roles: { scp: [store] }, thresholds: { bulk-retrieval: { patients: 9000, objects: 900000 } } }
  - { title: CT01 }
`);
    expect(
      findingsOf(
        bulkRetrieval,
        times(2000, (i) => sent({}, `p${i}`)),
        policy,
      ),
    ).toEqual([]);
    expect(
      findingsOf(
        bulkRetrieval,
        times(2000, (i) => sent({}, `p${i}`, moved)),
        policy,
      ),
    ).toEqual([]);
  });
});

describe('with loss', () => {
  it('counts objects whose patient was not seen as objects only', () => {
    expect(
      findingsOf(
        bulkRetrieval,
        times(60, () => sent({ partial: true }, null, moved)),
      ),
    ).toEqual([]);
    const [finding] = findingsOf(
      bulkRetrieval,
      times(60, (i) => sent({ partial: i === 59 }, `p${i}`, moved)),
    );
    expect(finding).toMatchObject({ partial: true });
  });
});
