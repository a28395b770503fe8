// Proves: objects sent from inside to an outside address are said, by C-STORE and by C-GET; what stays inside is not.
import { describe, expect, it } from 'vitest';
import { storeToOutside } from '../../src/detections/store-to-outside.ts';
import { findingsOf, sent, times } from '../support/events.ts';
import { policyOf } from '../support/subject.ts';

const outside = '203.0.113.7';

describe('fires', () => {
  it('critical for a C-STORE to an outside server', () => {
    const findings = findingsOf(
      storeToOutside,
      times(3, (i) => sent({ serverAddress: outside, at: i }, `p${i % 2}`)),
    );
    expect(findings).toMatchObject([
      { severity: 'critical', key: '["203.0.113.7"]', evidence: { patients: 2, events: 3 } },
    ]);
    expect(findings[0].summary).toBe(
      '3 objects of 2 patients left the internal networks (assumed: private addresses, for no policy names them) in 2 s: from CT01 (10.20.1.11) to ARCHIVE (203.0.113.7).',
    );
  });

  it('for a C-GET by an outside client', () => {
    const findings = findingsOf(storeToOutside, [sent({ clientAddress: outside }, 'p', { requester: 'server' })]);
    expect(findings[0].summary).toContain('from ARCHIVE (10.20.5.10) to CT01 (203.0.113.7)');
  });
});

describe('stays silent', () => {
  it.each([
    ['inside', {}, {}],
    ['for what comes in', { clientAddress: outside }, {}],
    ['for what an inside client gets from outside', { serverAddress: outside }, { requester: 'server' as const }],
    ['for what passes between two outside', { clientAddress: '203.0.113.8', serverAddress: outside }, {}],
  ])('%s', (_, given, operation) => {
    expect(findingsOf(storeToOutside, [sent(given, 'p', operation)])).toEqual([]);
  });

  it('for addresses that the policy counts as the site', async () => {
    const policy = await policyOf('version: 1\nnetworks: { internal: [10.0.0.0/8, 203.0.113.0/24] }');
    expect(findingsOf(storeToOutside, [sent({ serverAddress: outside }, 'p')], policy)).toEqual([]);
  });
});

describe('with loss', () => {
  it('says so, and counts objects whose patient was not seen', () => {
    const [finding] = findingsOf(storeToOutside, [sent({ serverAddress: outside, partial: true }, null)]);
    expect(finding).toMatchObject({ partial: true, evidence: { patients: 0, events: 1 } });
  });
});
