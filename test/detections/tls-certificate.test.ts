// Proves: certificates are judged by packet time, key, signature and policy; each near miss is silent, and what is not
// visible is not judged.
import { describe, expect, it } from 'vitest';
import { tlsCertificate } from '../../src/detections/tls-certificate.ts';
import type { TlsSessionRecord } from '../../src/model/records.ts';
import { findingsOf } from '../support/events.ts';
import { policyOf, START } from '../support/subject.ts';
import { certified } from '../support/tls-events.ts';

const DAY = 86_400e6;
const valid = { certificateNotBefore: START - 400 * DAY, certificateNotAfter: START + 300 * DAY };

function found(session: Partial<TlsSessionRecord>, ...policy: Parameters<typeof findingsOf>[2][]) {
  return findingsOf(tlsCertificate, [certified({}, { ...valid, ...session })], ...policy);
}

describe('fires', () => {
  it.each([
    ['expired', { certificateNotAfter: START - 1e6 }, 'it expired on 2026-03-01'],
    ['expires-soon', { certificateNotAfter: START + 29.5 * DAY }, 'it expires on 2026-03-30, in 29 days'],
    ['not-yet-valid', { certificateNotBefore: START + 1e6 }, 'it is not valid before 2026-03-01'],
    ['short-key', { certificateKeyBits: 2047 }, 'its RSA key has 2047 bits'],
    ['weak-signature', { certificateSignature: 'sha1WithRSAEncryption' }, 'it is signed with sha1WithRSAEncryption'],
    ['weak-signature', { certificateSignature: 'ecdsa-with-SHA1' }, 'it is signed with ecdsa-with-SHA1'],
  ] as const)('for one that is %s', (fault, session, words) => {
    const [finding] = found(session);
    expect(finding).toMatchObject({
      severity: 'medium',
      key: '["10.20.5.10:2762","ab"]',
      summary: `Certificate of the DICOM endpoint 10.20.5.10:2762 (CN=archive.example): ${words}; shown to 10.20.1.11.`,
      evidence: { faults: [fault] },
    });
  });

  it('for a self-signed one where the policy forbids it', async () => {
    const policy = await policyOf('version: 1\nencryption: { self_signed: forbidden }\n');
    expect(found({ certificateSelfSigned: true }, policy)[0].evidence).toMatchObject({ faults: ['self-signed'] });
    expect(found({ certificateSelfSigned: false }, policy)).toEqual([]);
  });

  it('by the thresholds of the policy', async () => {
    const policy = await policyOf('version: 1\nthresholds: { tls-certificate: { expiry_days: 7, rsa_bits: 3072 } }\n');
    expect(found({ certificateNotAfter: START + 8 * DAY, certificateKeyBits: 3072 }, policy)).toEqual([]);
    expect(found({ certificateNotAfter: START + 6 * DAY }, policy)[0].evidence).toMatchObject({
      faults: ['expires-soon', 'short-key'],
    });
  });

  it('once a day for server and certificate, whoever it is shown to', () => {
    const expired = { ...valid, certificateNotAfter: START - 1e6 };
    const findings = findingsOf(tlsCertificate, [
      certified({}, expired),
      certified({ clientAddress: '10.20.1.12', at: 3600, partial: true }, expired),
      certified({ serverAddress: '10.20.5.11' }, expired),
    ]);
    expect(findings.map(({ evidence }) => evidence['events'])).toEqual([2, 1]);
    expect(findings[0].partial).toBe(true);
  });
});

describe('stays silent', () => {
  it.each([
    ['for one that is valid', {}],
    ['for one that expires in 30 days', { certificateNotAfter: START + 30 * DAY }],
    ['for a self-signed one that no policy forbids', { certificateSelfSigned: true }],
    ['for a short key of a curve', { certificateKey: 'EC', certificateKeyBits: 256 }],
    [
      'where key and signature cannot be read',
      { certificateKey: null, certificateKeyBits: null, certificateSignature: null },
    ],
    ['for SHA-512', { certificateSignature: 'sha512WithRSAEncryption' }],
  ] as const)('%s', (_, session) => {
    expect(found(session)).toEqual([]);
  });
});
