// Proves: TLS that does not encrypt is critical, once for client and server in an hour; what encrypts badly is not it.
import { describe, expect, it } from 'vitest';
import { tlsNullCipher } from '../../src/detections/tls-null-cipher.ts';
import { findingsOf } from '../support/events.ts';
import { agreed } from '../support/tls-events.ts';

const nothing = { grade: 'critical', cipherSuite: 'TLS_RSA_WITH_NULL_SHA', gradeWhy: 'does not encrypt' } as const;

describe('fires', () => {
  it('once for client and server, with the suite', () => {
    const [finding, ...others] = findingsOf(tlsNullCipher, [agreed({}, nothing), agreed({ at: 60 }, nothing)]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      severity: 'critical',
      key: '["10.20.1.11","10.20.5.10:2762"]',
      summary:
        'TLS without encryption between 10.20.1.11 and 10.20.5.10:2762: TLS 1.2 with TLS_RSA_WITH_NULL_SHA, in 2 sessions. ' +
        'Whoever is on the path can read it, as this sensor does. Maps to 45 CFR 164.312(e)(1).',
      evidence: { suites: ['TLS_RSA_WITH_NULL_SHA'], events: 2 },
      partial: false,
    });
  });

  it('for each client and server', () => {
    const other = agreed({ clientAddress: '10.20.1.12' }, nothing);
    expect(findingsOf(tlsNullCipher, [agreed({}, nothing), other])).toHaveLength(2);
  });

  it('where bytes were lost, and says so', () => {
    const [finding] = findingsOf(tlsNullCipher, [agreed({ partial: true }, nothing)]);
    expect(finding).toMatchObject({ partial: true, summary: expect.stringContaining('Seen only in part') });
  });
});

describe('stays silent', () => {
  it.each(['pass', 'weak', 'fail', null] as const)('for grade %s', (grade) => {
    expect(findingsOf(tlsNullCipher, [agreed({}, { grade })])).toEqual([]);
  });
});
