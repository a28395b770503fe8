// Proves: a server that accepts three called titles, one of which nobody owns, is said; one with titles of its own is
// not.
import { describe, expect, it } from 'vitest';
import { aeAnyAccepted } from '../../src/detections/ae-any-accepted.ts';
import { accepted, findingsOf } from '../support/events.ts';
import { policyOf } from '../support/subject.ts';

const policy = await policyOf(`
version: 1
ae_titles: [{ title: [ARCHIVE, ARCHIVE2, ARCHIVE3] }, { title: CT01 }]
`);
const calls = (...titles: string[]) => titles.map((calledAe, at) => accepted({ calledAe, at }));

describe('fires', () => {
  it('medium when one of the titles belongs to nobody', () => {
    const findings = findingsOf(aeAnyAccepted, calls('ARCHIVE', 'ARCHIVE2', 'WHATEVER'), policy);
    expect(findings).toMatchObject([{ severity: 'medium', key: '["10.20.5.10:104"]' }]);
    expect(findings[0].summary).toBe(
      '10.20.5.10:104 accepted associations for 3 called AE titles: ARCHIVE, ARCHIVE2 and WHATEVER; the policy gives WHATEVER to nobody. It seems not to check them.',
    );
  });

  it('info without a policy', () => {
    expect(findingsOf(aeAnyAccepted, calls('A', 'B', 'C'))).toMatchObject([{ severity: 'info' }]);
  });
});

describe('stays silent', () => {
  it('for two titles, and for the same one again and again', () => {
    expect(findingsOf(aeAnyAccepted, calls('A', 'B', 'A', 'B', 'A'), policy)).toEqual([]);
  });

  it('for three titles that the policy gives to somebody', () => {
    expect(findingsOf(aeAnyAccepted, calls('ARCHIVE', 'ARCHIVE2', 'ARCHIVE3'), policy)).toEqual([]);
  });

  it('for three servers', () => {
    const events = ['A', 'B', 'C'].map((calledAe, i) => accepted({ calledAe, serverAddress: `10.20.5.${i}` }));
    expect(findingsOf(aeAnyAccepted, events, policy)).toEqual([]);
  });

  it('below a threshold of its own', async () => {
    const lenient = await policyOf('version: 1\nthresholds: { ae-any-accepted: { titles: 4 } }');
    expect(findingsOf(aeAnyAccepted, calls('A', 'B', 'C'), lenient)).toEqual([]);
  });
});

describe('with loss', () => {
  it('counts no title of an association that was joined in the middle', () => {
    const events = ['A', 'B', 'C'].map((calledAe) => accepted({ calledAe, midStream: true }));
    expect(findingsOf(aeAnyAccepted, events)).toEqual([]);
  });
});
