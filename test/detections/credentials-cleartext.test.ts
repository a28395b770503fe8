// Proves: secrets sent without TLS are said by kind, an empty passcode as critical; a user name alone is not a secret.
import { describe, expect, it } from 'vitest';
import { credentialsCleartext } from '../../src/detections/credentials-cleartext.ts';
import { judge } from '../../src/detections/judge.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { tlsSession } from '../support/records.ts';
import { association, START, subject } from '../support/subject.ts';

describe('fires', () => {
  it.each([
    ['username-passcode', 'a user name with its passcode'],
    ['kerberos', 'a Kerberos service ticket'],
    ['saml', 'a SAML assertion'],
    ['jwt', 'a JSON Web Token'],
  ])('as high for %s', (identityType, words) => {
    const given = association({ identityType, identityPasscodeEmpty: false });
    expect(credentialsCleartext.judge(subject(given), withoutPolicy)).toMatchObject({
      severity: 'high',
      time: START,
      key: ['10.20.5.10:104', identityType],
      summary:
        `Credentials observed without encryption: CT01 (10.20.1.11) sent ${words} to ARCHIVE (10.20.5.10:104), ` +
        'which accepted the association. Maps to 45 CFR 164.312(d).',
      evidence: { kind: identityType, emptyPasscode: false },
    });
  });

  it('as critical for an empty passcode', () => {
    const given = association({ identityType: 'username-passcode', identityPasscodeEmpty: true });
    const opinion = credentialsCleartext.judge(subject(given), withoutPolicy);
    expect(opinion?.severity).toBe('critical');
    expect(opinion?.summary).toContain('a user name with an empty passcode');
  });

  it('within TLS that does not encrypt, and says so', () => {
    const given = association({ identityType: 'jwt', tls: true });
    const session = tlsSession('t1', 'c1', { cipherSuite: 'TLS_RSA_WITH_NULL_SHA' });
    const opinion = credentialsCleartext.judge({ ...subject(given), tls: session }, withoutPolicy);
    expect(opinion?.summary).toContain('It runs inside TLS that does not encrypt (TLS_RSA_WITH_NULL_SHA). Maps to');
    expect(opinion?.evidence).toMatchObject({ tls: true });
  });

  it('when the association was rejected: the secret was on the wire all the same', () => {
    const given = association({ identityType: 'jwt', accepted: false, outcome: 'rejected' });
    expect(credentialsCleartext.judge(subject(given), withoutPolicy)?.summary).toContain(
      'which rejected the association',
    );
  });
});

describe('stays silent', () => {
  it.each([
    ['for a user name alone', association({ identityType: 'username' })],
    ['for a kind nobody knows', association({ identityType: 'unknown' })],
    ['for a kind named like a property of objects', association({ identityType: 'constructor' })],
    ['without user identity', association()],
  ])('%s', (_, given) => {
    expect(credentialsCleartext.judge(subject(given), withoutPolicy)).toBeNull();
  });
});

describe('with loss', () => {
  it('says that the answer was not seen', () => {
    const given = association({
      identityType: 'kerberos',
      accepted: null,
      outcome: 'cut',
      complete: false,
      incomplete: ['one-direction'],
    });
    const [finding] = judge(subject(given), withoutPolicy);
    expect(finding).toMatchObject({ detection: 'credentials-cleartext', partial: true });
    expect(finding?.summary).toContain('whose answer was not seen');
  });

  it('proves nothing where the request was not seen', () => {
    const joined = association({ midStream: true, accepted: null, callingAe: null, calledAe: null });
    expect(credentialsCleartext.judge(subject(joined), withoutPolicy)).toBeNull();
  });
});
