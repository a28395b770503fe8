// Proves: crumbs, other bytes in the same place and resets that end nothing are said of the two ends; a lone small
// segment is not.
import { describe, expect, it } from 'vitest';
import { evasionSuspected } from '../../src/detections/evasion-suspected.ts';
import { findingsOf, over, requested } from '../support/events.ts';
import { policyOf } from '../support/subject.ts';

describe('fires', () => {
  it.each([
    ['a request in eight crumbs', requested({}, undefined, 8), 'a request cut into tiny segments'],
    ['other bytes in their place', over({}, [], { ambiguous: true }), 'segments that came again with other bytes'],
    [
      'a reset that ended nothing',
      over({}, [], { strangeReset: true }),
      'a reset that ended nothing, and data after it',
    ],
  ])('medium for %s', (_, event, means) => {
    const findings = findingsOf(evasionSuspected, [event]);
    expect(findings).toMatchObject([{ severity: 'medium', key: '["10.20.1.11","10.20.5.10:104"]' }]);
    expect(findings[0].summary).toContain(`CT01 (10.20.1.11) and ARCHIVE (10.20.5.10:104): ${means} (1 time).`);
  });

  it('at what the policy sets', async () => {
    const policy = await policyOf('version: 1\nthresholds: { evasion-suspected: { segments: 3 } }');
    expect(findingsOf(evasionSuspected, [requested({}, undefined, 3)], policy)).toHaveLength(1);
  });
});

it.each([
  ['seven crumbs', requested({}, undefined, 7)],
  ['a lone header', requested({}, undefined, 1)],
  ['an association as any', over({})],
])('stays silent for %s', (_, event) => {
  expect(findingsOf(evasionSuspected, [event])).toEqual([]);
});

it('with loss says that it saw a part', () => {
  expect(findingsOf(evasionSuspected, [over({ partial: true }, [], { ambiguous: true })])).toMatchObject([
    { partial: true },
  ]);
});
