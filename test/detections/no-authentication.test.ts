// Proves: an association accepted without the user identity that the policy asks for, or without the asked answer, is
// said.
import { describe, expect, it } from 'vitest';
import { noAuthentication } from '../../src/detections/no-authentication.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { association, policyOf, subject } from '../support/subject.ts';

const policy = await policyOf(`
version: 1
ae_titles:
  - { title: ARCHIVE, addresses: 10.20.5.10, identity: [username-passcode, saml] }
  - { title: RIS, addresses: 10.20.5.20 }
`);

describe('fires', () => {
  it.each([
    ['none-offered', {}, 'of which the policy asks for one (saml and username-passcode)'],
    ['other-kind', { identityType: 'username' }, 'of kind username, where the policy asks for'],
    [
      'not-acknowledged',
      { identityType: 'saml', identityResponseRequested: true, identityAcknowledged: false },
      'without the acknowledgement',
    ],
  ])('with reason %s', (reason, given, words) => {
    const opinion = noAuthentication.judge(subject(association(given)), policy);
    expect(opinion).toMatchObject({ severity: 'medium', key: ['10.20.5.10:104'], evidence: { reason } });
    expect(opinion?.summary).toContain(words);
  });

  it('without a policy when a requested acknowledgement did not come', () => {
    const given = { identityType: 'username', identityResponseRequested: true, identityAcknowledged: false };
    expect(noAuthentication.judge(subject(association(given)), withoutPolicy)).not.toBeNull();
  });
});

describe('stays silent', () => {
  it.each([
    [
      'for a kind that is asked for',
      { identityType: 'saml', identityResponseRequested: false, identityAcknowledged: false },
    ],
    ['when it was acknowledged', { identityType: 'saml', identityResponseRequested: true, identityAcknowledged: true }],
    ['when the server refused', { accepted: false, outcome: 'rejected' as const }],
    ['for a server that asks for none', { calledAe: 'RIS', serverAddress: '10.20.5.20' }],
  ])('%s', (_, given) => {
    expect(noAuthentication.judge(subject(association(given)), policy)).toBeNull();
  });
});

describe('with loss', () => {
  it('proves nothing where the request or the answer was not seen', () => {
    for (const given of [{ midStream: true }, { accepted: null }]) {
      expect(noAuthentication.judge(subject(association(given)), policy)).toBeNull();
    }
  });
});
