// Proves: an association that was accepted and left without a message is said; one that lasts, or was not seen whole,
// is not.
import { describe, expect, it } from 'vitest';
import { associationIdle } from '../../src/detections/association-idle.ts';
import type { AssociationRecord } from '../../src/model/records.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { association, policyOf, subject } from '../support/subject.ts';

const judged = (given: Partial<AssociationRecord>) =>
  associationIdle.judge(subject(association({ operations: 0, ...given })), withoutPolicy);

describe('fires', () => {
  it.each([
    ['released', 'released the association'],
    ['aborted', 'the association was aborted'],
    ['cut', 'closed the connection'],
  ] as const)('when it was %s', (outcome, words) => {
    const opinion = judged({ outcome });
    expect(opinion).toMatchObject({ severity: 'low', key: ['10.20.1.11', '10.20.5.10:104'] });
    expect(opinion?.summary).toContain(`${words} without one DIMSE message`);
  });

  it('and says when no context was accepted', () => {
    const refused = {
      id: 1,
      abstractSyntax: '1.2',
      transferSyntaxes: [],
      scuRole: null,
      scpRole: null,
      result: 3,
      acceptedTransferSyntax: null,
    };
    expect(judged({ contexts: [refused] })?.summary).toContain('none of the presentation contexts');
  });
});

describe('is info', () => {
  const meets = (addresses: string) =>
    policyOf(`version: 1\nae_titles: [{ title: CT01, addresses: ${addresses}, peers: [ARCHIVE] }, { title: ARCHIVE }]`);
  const under = (policy: Policy) =>
    associationIdle.judge(subject(association({ operations: 0, callingAe: 'CT01', calledAe: 'ARCHIVE' })), policy);

  it('where the policy has the two meet', async () => {
    expect(under(await meets('10.20.1.11'))).toMatchObject({ severity: 'info', evidence: { expected: true } });
  });

  it('not for the same title at another address', async () => {
    expect(under(await meets('10.20.1.12'))?.severity).toBe('low');
  });
});

describe('stays silent', () => {
  it.each([
    ['for one echo', { operations: 1 }],
    ['while it lasts', { ended: false, outcome: 'accepted' as const }],
    ['when it was rejected', { accepted: false, outcome: 'rejected' as const }],
    ['when it was never answered', { accepted: null, outcome: 'cut' as const }],
  ])('%s', (_, given) => {
    expect(judged(given)).toBeNull();
  });
});

describe('with loss', () => {
  it.each([
    ['bytes are missing', { complete: false, incomplete: ['missed-bytes' as const] }],
    ['the end was not seen', { complete: false, incomplete: ['cut' as const], outcome: 'cut' as const }],
    ['it was joined in the middle', { midStream: true }],
  ])('proves nothing where %s', (_, given) => {
    expect(judged(given)).toBeNull();
  });
});
