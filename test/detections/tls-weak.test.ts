// Proves: TLS outside the profiles is told with its reason, broken as medium, weak as low, once for server and suite in
// an hour.
import { describe, expect, it } from 'vitest';
import { tlsWeak } from '../../src/detections/tls-weak.ts';
import { gradeTls } from '../../src/protocols/tls/grade.ts';
import { cipherSuiteName, versionName } from '../../src/protocols/tls/names.ts';
import { findingsOf } from '../support/events.ts';
import { agreed } from '../support/tls-events.ts';

/** As the ledger grades them. */
function graded(version: number, suite: number, given = {}) {
  const grade = gradeTls(version, suite);
  return agreed(given, {
    version: versionName(version),
    cipherSuite: cipherSuiteName(suite),
    grade: grade?.grade ?? null,
    gradeWhy: grade?.why ?? null,
  });
}

describe('fires', () => {
  it.each([
    ['TLS 1.1', 0x0302, 0xc014, 'medium', 'TLS 1.1 is obsolete (RFC 8996)'],
    ['TLS 1.0', 0x0301, 0xc014, 'medium', 'TLS 1.0 is obsolete (RFC 8996)'],
    ['RC4', 0x0303, 0xc011, 'medium', 'uses RC4, which is broken'],
    ['3DES', 0x0303, 0x000a, 'medium', 'uses triple DES, whose blocks are too short'],
    ['export', 0x0303, 0x0003, 'medium', 'has export-grade keys'],
    ['anonymous', 0x0303, 0x00a6, 'medium', 'is anonymous: nobody is authenticated'],
    ['static RSA', 0x0303, 0x009c, 'low', 'static RSA: no forward secrecy'],
    ['CBC', 0x0303, 0xc027, 'low', 'uses CBC mode'],
  ] as const)('for %s', (_, version, suite, severity, why) => {
    const [finding] = findingsOf(tlsWeak, [graded(version, suite)]);
    expect(finding).toMatchObject({ severity, summary: expect.stringContaining(why) });
  });

  it('once for server and suite, with how many sessions and whose', () => {
    const findings = findingsOf(tlsWeak, [
      graded(0x0303, 0x000a),
      graded(0x0303, 0x000a, { clientAddress: '10.20.1.12', at: 9 }),
      graded(0x0303, 0x009c),
    ]);
    expect(findings.map(({ severity }) => severity)).toEqual(['medium', 'low']);
    expect(findings[0].key).toBe('["10.20.5.10:2762","TLS_RSA_WITH_3DES_EDE_CBC_SHA","fail"]');
    expect(findings[0].summary).toBe(
      'DICOM over broken TLS to 10.20.5.10:2762: TLS_RSA_WITH_3DES_EDE_CBC_SHA uses triple DES, whose blocks are too short, ' +
        'in 2 sessions from 10.20.1.11 and 10.20.1.12.',
    );
  });

  it('where bytes were lost, and says so', () => {
    expect(findingsOf(tlsWeak, [graded(0x0303, 0x000a, { partial: true })])[0].partial).toBe(true);
  });
});

describe('stays silent', () => {
  it.each([
    ['for the profiles: ECDHE and AES-GCM', 0x0303, 0xc02f],
    ['for TLS 1.3', 0x0304, 0x1301],
    ['for what does not encrypt, which is another detection', 0x0303, 0x0002],
  ])('%s', (_, version, suite) => {
    expect(findingsOf(tlsWeak, [graded(version, suite)])).toEqual([]);
  });

  it('where the answer of the server was not seen', () => {
    expect(findingsOf(tlsWeak, [agreed({}, { version: null, cipherSuite: null, grade: null })])).toEqual([]);
  });
});
