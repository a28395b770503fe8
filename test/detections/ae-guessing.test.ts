// Proves: ten rejections for five AE titles in ten minutes are said, graver once a guess is accepted; a wrong setting
// is not.
import { describe, expect, it } from 'vitest';
import { aeGuessing } from '../../src/detections/ae-guessing.ts';
import { accepted, findingsOf, rejected, times } from '../support/events.ts';
import { policyOf } from '../support/subject.ts';

const guesses = (count: number, titles: number, gap = 1) =>
  times(count, (i) => rejected({ calledAe: `T${i % titles}`, at: i * gap }));

describe('fires', () => {
  it('high for ten rejections of five titles', () => {
    const findings = findingsOf(aeGuessing, guesses(10, 5));
    expect(findings).toMatchObject([{ severity: 'high', key: '["10.20.1.11","10.20.5.10:104"]' }]);
    expect(findings[0].summary).toBe(
      '10.20.1.11 was rejected 10 times by 10.20.5.10:104 for AE titles that it does not know (5 called titles: T0, T1, T2, T3 and T4) in 9 s.',
    );
  });

  it('critical on the first acceptance after them, as the same finding', () => {
    const before = findingsOf(aeGuessing, guesses(12, 6));
    const after = findingsOf(aeGuessing, [...guesses(12, 6), accepted({ calledAe: 'ARCHIVE', at: 20 })]);
    expect(after).toMatchObject([
      { id: before[0].id, severity: 'critical', evidence: { accepted: true, rejections: 12 } },
    ]);
    expect(after[0].summary).toMatch(/Then CT01 calling ARCHIVE was accepted\.$/);
  });

  it('for calling titles too', () => {
    const events = times(10, (i) => rejected({ callingAe: `C${i}`, at: i }, { reason: 3 }));
    expect(findingsOf(aeGuessing, events)[0].summary).toContain('10 calling titles');
  });

  it('with its final numbers, once an hour', () => {
    expect(findingsOf(aeGuessing, guesses(300, 20))).toMatchObject([{ evidence: { events: 300, calledTitles: 20 } }]);
  });
});

describe('stays silent', () => {
  it.each([
    ['for nine', guesses(9, 9)],
    ['for a device that is set up wrongly and tries again', guesses(50, 4)],
    ['for ten in more than ten minutes', guesses(10, 10, 70)],
    ['for other reasons', times(20, (i) => rejected({ calledAe: `T${i}` }, { reason: 1 }))],
    [
      'for a limit of the server',
      times(20, (i) => rejected({ calledAe: `T${i}` }, { result: 2, source: 3, reason: 2 })),
    ],
    ['for ten servers', times(10, (i) => rejected({ calledAe: `T${i}`, serverAddress: `10.20.5.${i}` }))],
    ['for an acceptance alone', [accepted({})]],
  ])('%s', (_, events) => {
    expect(findingsOf(aeGuessing, events)).toEqual([]);
  });

  it('below thresholds of its own', async () => {
    const policy = await policyOf('version: 1\nthresholds: { ae-guessing: { rejections: 20 } }');
    expect(findingsOf(aeGuessing, guesses(19, 19), policy)).toEqual([]);
    expect(findingsOf(aeGuessing, guesses(20, 20), policy)).toHaveLength(1);
  });
});

describe('with loss', () => {
  it('says that numbers may be higher', () => {
    const events = [...guesses(9, 9), rejected({ calledAe: 'T9', at: 9, partial: true })];
    expect(findingsOf(aeGuessing, events)[0]).toMatchObject({ partial: true });
  });
});
