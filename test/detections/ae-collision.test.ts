// Proves: one calling AE title from two addresses of a family within a day is said, unless the policy lists both for
// it.
import { describe, expect, it } from 'vitest';
import { aeCollision } from '../../src/detections/ae-collision.ts';
import { findingsOf, requested } from '../support/events.ts';
import { policyOf } from '../support/subject.ts';

const policy = await policyOf(`
version: 1
ae_titles:
  - { title: CT01, addresses: 10.20.1.11 }
  - { title: MR01, addresses: [10.20.1.12, 10.20.1.13] }
  - { title: WS01, addresses: 10.20.8.0/24 }
`);
const other = { clientAddress: '10.20.1.66', at: 60 };

describe('fires', () => {
  it('high for a title of the policy from an address that is not its own', () => {
    const findings = findingsOf(aeCollision, [requested({}), requested(other)], policy);
    expect(findings).toMatchObject([{ severity: 'high', key: '["CT01"]', associationId: null }]);
    expect(findings[0].summary).toBe(
      'AE title CT01 called from 2 addresses within 24 hours: 10.20.1.11 and 10.20.1.66; the policy does not list them together.',
    );
  });

  it('info without a policy, and for a title that the policy does not know', () => {
    expect(findingsOf(aeCollision, [requested({}), requested(other)])).toMatchObject([{ severity: 'info' }]);
    const stranger = [requested({ callingAe: 'X' }), requested({ ...other, callingAe: 'X' })];
    expect(findingsOf(aeCollision, stranger, policy)).toMatchObject([{ severity: 'info' }]);
  });

  it('once a day of UTC, however often they call', () => {
    const hours = [0, 1, 2, 20, 21];
    const events = hours.flatMap((hour) => [
      requested({ at: hour * 3600 }),
      requested({ ...other, at: hour * 3600 + 9 }),
    ]);
    const findings = findingsOf(aeCollision, events, policy);
    expect(findings).toHaveLength(2);
  });
});

describe('stays silent', () => {
  it.each([
    ['for one address', [requested({}), requested({ at: 9 })]],
    [
      'for addresses listed together',
      [
        requested({ callingAe: 'MR01', clientAddress: '10.20.1.12' }),
        requested({ callingAe: 'MR01', clientAddress: '10.20.1.13' }),
      ],
    ],
    [
      'within a network of the title',
      [
        requested({ callingAe: 'WS01', clientAddress: '10.20.8.1' }),
        requested({ callingAe: 'WS01', clientAddress: '10.20.8.2' }),
      ],
    ],
    ['when more than a day lies between', [requested({}), requested({ ...other, at: 86_401 })]],
    ['for the IPv4 and the IPv6 address of one host', [requested({}), requested({ clientAddress: 'fd00::11' })]],
    ['for a title that was not seen', [requested({ callingAe: null }), requested({ ...other, callingAe: null })]],
  ])('%s', (_, events) => {
    expect(findingsOf(aeCollision, events, policy)).toEqual([]);
  });
});

describe('with loss', () => {
  it('says that it was seen in part', () => {
    const [finding] = findingsOf(aeCollision, [requested({}), requested({ ...other, partial: true })], policy);
    expect(finding).toMatchObject({ partial: true });
    expect(finding.summary).toContain('Seen only in part');
  });
});
