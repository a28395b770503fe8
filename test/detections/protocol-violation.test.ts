// Proves: broken rules are low by kind and ends, and high from ten an hour; on lossy connections they prove nothing.
import { describe, expect, it } from 'vitest';
import { brokenRules } from '../../src/detections/protocol-violation.ts';
import { findingsOf, malformed, times } from '../support/events.ts';
import { policyOf } from '../support/subject.ts';

describe('fires', () => {
  it('low, with field and reason', () => {
    const findings = findingsOf(brokenRules, [malformed({})]);
    expect(findings).toMatchObject([{ severity: 'low', key: '["10.20.1.11","10.20.5.10:104","pdu-type"]' }]);
    expect(findings[0].summary).toBe(
      'Between CT01 (10.20.1.11) and ARCHIVE (10.20.5.10:104) 1 message within a second broke the rules of DICOM ' +
        '(pdu-type), sent by CT01 (10.20.1.11): the type of a PDU: is not known.',
    );
  });

  it('high at the tenth of a kind within an hour', () => {
    expect(
      findingsOf(
        brokenRules,
        times(9, (at) => malformed({ at })),
      ),
    ).toMatchObject([{ severity: 'low' }]);
    expect(
      findingsOf(
        brokenRules,
        times(10, (at) => malformed({ at })),
      ),
    ).toMatchObject([{ severity: 'high' }]);
  });

  it('high at what the policy sets', async () => {
    const policy = await policyOf('version: 1\nthresholds: { protocol-violation: { repeated: 2 } }');
    expect(
      findingsOf(
        brokenRules,
        times(2, (at) => malformed({ at })),
        policy,
      ),
    ).toMatchObject([{ severity: 'high' }]);
  });

  it('one for each kind', () => {
    const kinds = ['pdu-type', 'pdv-length', 'command-element'];
    expect(
      findingsOf(
        brokenRules,
        kinds.map((kind) => malformed({}, kind)),
      ),
    ).toHaveLength(3);
  });
});

it('stays low where they are hours apart', () => {
  const findings = findingsOf(
    brokenRules,
    times(12, (i) => malformed({ at: i * 1800 })),
  );
  expect(new Set(findings.map(({ severity }) => severity))).toEqual(new Set(['low']));
});

it('with loss proves nothing', () => {
  expect(
    findingsOf(
      brokenRules,
      times(20, (at) => malformed({ at, partial: true })),
    ),
  ).toEqual([]);
});
