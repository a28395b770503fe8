// Proves: a called AE title that the policy does not have at that server is said, with the reason; near misses are not.
import { describe, expect, it } from 'vitest';
import { calledAeUnknown } from '../../src/detections/called-ae-unknown.ts';
import { judge } from '../../src/detections/judge.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { association, policyOf, START, subject } from '../support/subject.ts';

const policy = await policyOf(`
version: 1
ae_titles:
  - { title: CT01 }
  - { title: ARCHIVE, addresses: [10.20.5.10, 10.20.6.0/24], ports: [104, 11112], calls_as: ARCHIVE_OUT }
  - { title: ANYWHERE }
`);

describe('fires', () => {
  it.each([
    ['unknown-title', { calledAe: 'ANY-SCP' }, 'no AE title of the policy'],
    ['unknown-title', { calledAe: 'archive' }, 'no AE title of the policy'],
    ['unknown-title', { calledAe: 'ARCHIVE_OUT' }, 'no AE title of the policy'],
    ['other-address', { serverAddress: '10.20.5.11' }, 'at another address'],
    ['other-port', { serverPort: 4242 }, 'on another port'],
  ])('with reason %s for %o', (reason, given, words) => {
    const opinion = calledAeUnknown.judge(subject(association(given)), policy);
    expect(opinion).toMatchObject({ severity: 'medium', time: START, evidence: { reason } });
    expect(opinion?.summary).toContain(words);
    expect(opinion?.summary).toContain(`(${reason})`);
  });

  it('with the called title and the listener as its key, and whether it was accepted', () => {
    const opinion = calledAeUnknown.judge(subject(association({ calledAe: 'X', accepted: false })), policy);
    expect(opinion?.key).toEqual(['X', '10.20.5.10:104']);
    expect(opinion?.summary).toBe(
      'CT01 (10.20.1.11) called X at 10.20.5.10:104: no AE title of the policy (unknown-title); the association was rejected.',
    );
  });
});

describe('stays silent', () => {
  it.each([
    ['for a title at its address', association()],
    [
      'for a title within its network, on its other port',
      association({ serverAddress: '10.20.6.9', serverPort: 11_112 }),
    ],
    ['for a title without addresses', association({ calledAe: 'ANYWHERE', serverAddress: '10.9.9.9', serverPort: 1 })],
  ])('%s', (_, given) => {
    expect(calledAeUnknown.judge(subject(given), policy)).toBeNull();
  });

  it('without a list of AE titles', async () => {
    const unknown = subject(association({ calledAe: 'X' }));
    expect(calledAeUnknown.judge(unknown, withoutPolicy)).toBeNull();
    expect(calledAeUnknown.judge(unknown, await policyOf('version: 1'))).toBeNull();
  });
});

describe('with loss', () => {
  it('proves nothing where the request was not seen', () => {
    const joined = association({ midStream: true, calledAe: null, callingAe: null, accepted: null });
    expect(calledAeUnknown.judge(subject(joined), policy)).toBeNull();
  });

  it('says that the answer was not seen', () => {
    const given = association({ calledAe: 'X', accepted: null, complete: false, incomplete: ['one-direction'] });
    const finding = judge(subject(given), policy).find(({ detection }) => detection === 'called-ae-unknown');
    expect(finding).toMatchObject({ partial: true });
    expect(finding?.summary).toContain('the association was not answered');
  });
});
