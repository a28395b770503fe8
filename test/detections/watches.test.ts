// Proves: cases become findings with stable ids, once each; severities and exceptions of the policy apply; drains do
// not matter.
import { describe, expect, it } from 'vitest';
import { aeGuessing } from '../../src/detections/ae-guessing.ts';
import { catalogue } from '../../src/detections/catalogue.ts';
import { Watches } from '../../src/detections/watches.ts';
import { noHistory } from '../../src/model/history.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { findingsOf, rejected, times } from '../support/events.ts';
import { policyOf } from '../support/subject.ts';

const guesses = times(12, (i) => rejected({ calledAe: `T${i}`, at: i }));

describe('a finding of several associations', () => {
  const [finding] = findingsOf(aeGuessing, guesses);

  it('has every field of the record, and no association of its own', () => {
    expect(finding).toMatchObject({
      detection: 'ae-guessing',
      clientAddress: '10.20.1.11',
      associationId: null,
      connectionId: 'caaaaaaaaaaaaaaaaaaaaaaaaaa',
      capture: 'capture-1',
      frame: 10,
      partial: false,
      withdrawn: false,
      evidence: { events: 12, associations: ['aaaaaaaaaaaaaaaaaaaaaaaaaaa'] },
    });
    expect(finding.id).toMatch(/^f[a-z2-7]{26}$/);
    expect(finding.evidence['next']).toMatch(/^[A-Z].*\.$/);
  });

  it('has the same id where less was seen, and fewer events', () => {
    const [less] = findingsOf(aeGuessing, guesses.slice(1));
    expect(less).toMatchObject({ id: finding.id, evidence: { events: 11 } });
  });

  it('ends as the same however often records are handed on', () => {
    const watches = new Watches(withoutPolicy, noHistory, [aeGuessing]);
    for (const event of guesses) watches.observe(event);
    expect(watches.drain().findings).toEqual([finding]);
    expect(watches.drain().findings).toEqual([]);
  });
});

describe('the policy', () => {
  it('sets its severity', async () => {
    const policy = await policyOf('version: 1\nseverities: { ae-guessing: low }');
    expect(findingsOf(aeGuessing, guesses, policy)).toMatchObject([{ severity: 'low' }]);
  });

  it.each([
    ['off', 'severities: { ae-guessing: off }', 'severity'],
    [
      'an exception',
      'exceptions: [{ detection: ae-guessing, clients: [{ address: 10.20.1.11 }], until: 2026-12-31, reason: a test }]',
      'exception',
    ],
  ])('holds it back by %s, and that is counted', async (_, yaml, by) => {
    const watches = new Watches(await policyOf(`version: 1\n${yaml}`), noHistory, [aeGuessing]);
    for (const event of guesses) watches.observe(event);
    expect(watches.drain()).toMatchObject({ findings: [], heldBack: [{ by, detection: 'ae-guessing' }] });
  });
});

it('every correlation of the catalogue watches, and keeps its state to itself', () => {
  const correlations = catalogue.filter((each) => 'watch' in each);
  expect(correlations.length).toBeGreaterThan(10);
  for (const correlation of correlations) {
    expect(new Set(correlation.observes).size).toBe(correlation.observes.length);
    expect(findingsOf(correlation, guesses)).toEqual(findingsOf(correlation, guesses));
  }
});
