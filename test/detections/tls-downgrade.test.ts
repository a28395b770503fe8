// Proves: clear text between two that used TLS, and a listener that serves both, are told; the way from clear text to
// TLS is not.
import { describe, expect, it } from 'vitest';
import { tlsDowngrade } from '../../src/detections/tls-downgrade.ts';
import { accepted, asked, findingsOf, rejected } from '../support/events.ts';
import { policyOf } from '../support/subject.ts';
import { agreed } from '../support/tls-events.ts';

describe('fires', () => {
  it('for clear text of two that used TLS before, on any port', () => {
    const [finding, ...others] = findingsOf(tlsDowngrade, [agreed(), accepted({ at: 60 }), accepted({ at: 120 })]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      severity: 'high',
      key: '["10.20.1.11","10.20.5.10:104","pair"]',
      callingAe: 'CT01',
      evidence: { reason: 'pair', events: 2 },
      summary:
        'CT01 (10.20.1.11) speaks DICOM in clear with 10.20.5.10:104, though the two have used TLS before: 2 associations. ' +
        'Somebody turned TLS off, or stands between them.',
    });
  });

  it('for a listener that serves both, whoever came first', () => {
    const other = { clientAddress: '10.20.1.12', serverPort: 2762 };
    for (const events of [
      [agreed(), accepted({ ...other, at: 5 })],
      [accepted(other), agreed({ at: 5 })],
    ]) {
      expect(findingsOf(tlsDowngrade, events).map(({ evidence }) => evidence['reason'])).toEqual(['listener']);
    }
  });

  it('where only the middle of the clear association was seen, and says so', () => {
    const [finding] = findingsOf(tlsDowngrade, [agreed(), asked({ at: 5, midStream: true, partial: true })]);
    expect(finding).toMatchObject({ partial: true, evidence: { reason: 'pair' } });
  });
});

describe('stays silent', () => {
  it.each([
    ['from clear text to TLS', [accepted({}), agreed({ at: 60 })]],
    ['for TLS alone', [agreed(), agreed({ at: 60 })]],
    ['for clear text alone', [accepted({}), accepted({ at: 60 })]],
    ['for what was rejected', [agreed(), rejected({ at: 60 })]],
    ['for an association that was read inside TLS', [agreed(), accepted({ at: 1, tls: true, serverPort: 2762 })]],
    ['for another client', [agreed(), accepted({ clientAddress: '10.20.1.12', at: 60 })]],
    ['for the way back', [agreed(), accepted({ clientAddress: '10.20.5.10', serverAddress: '10.20.1.11', at: 60 })]],
    ['after a month without TLS', [agreed(), accepted({ at: 31 * 86_400 })]],
  ])('%s', (_, events) => {
    expect(findingsOf(tlsDowngrade, events)).toEqual([]);
  });

  it('where the policy tolerates clear text between the two', async () => {
    const policy = await policyOf(
      'version: 1\nencryption:\n  cleartext_tolerated:\n    - { clients: [CT01], until: 2026-12-31, reason: worklist only }\n',
    );
    expect(findingsOf(tlsDowngrade, [agreed(), accepted({ at: 60 })], policy)).toEqual([]);
  });
});
