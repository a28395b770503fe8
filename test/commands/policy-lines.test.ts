// Proves: a summary names its policy and counts what it held back, by what of it did; without one it says what one
// adds.
import { describe, expect, it } from 'vitest';
import { policyLines } from '../../src/commands/policy-lines.ts';
import type { HeldBackCount, RunTally } from '../../src/store/run-tally.ts';

const kind = (given: Partial<HeldBackCount> = {}): HeldBackCount => ({
  detection: 'ae-not-allowed',
  by: 'exception',
  index: 0,
  until: '2027-01-31',
  reason: 'monitoring',
  count: 2,
  ...given,
});

const lines = (heldBack: readonly HeldBackCount[], policy: { path: string; digest: null } | null) =>
  policyLines({ policy, database: 'a b.db', tally: { heldBack } as unknown as RunTally });

describe('the policy of a replay', () => {
  const policy = { path: 'site.yaml', digest: null };

  it('is named alone when it held back nothing', () => {
    expect(lines([], policy)).toEqual(['site.yaml']);
  });

  it('tells what it held back, and by what', () => {
    const severity = kind({
      by: 'severity',
      index: null,
      until: null,
      reason: null,
      detection: 'public-address',
      count: 1,
    });
    const tool = kind({ by: 'tool', until: null, reason: 'a\u001b scan', detection: 'scanner-fingerprint' });
    const tolerance = kind({ by: 'tolerance', index: 3, detection: 'dicom-cleartext' });
    expect(lines([kind(), tolerance, tool, severity], policy)).toEqual([
      'site.yaml',
      'held back 7 findings:',
      { lead: '  ', text: '2 ae-not-allowed by exceptions[0], through 2027-01-31: monitoring' },
      { lead: '  ', text: '2 dicom-cleartext by encryption.cleartext_tolerated[3], through 2027-01-31: monitoring' },
      { lead: '  ', text: '2 scanner-fingerprint by tools[0]: a\\u{1b} scan' },
      { lead: '  ', text: '1 public-address by severities.public-address: off' },
    ]);
  });

  it('tells the first kinds, and how many more there are', () => {
    const kinds = Array.from({ length: 10 }, (_, index) => kind({ index }));
    expect(lines(kinds, policy)).toHaveLength(11);
    expect(lines(kinds, policy).at(-1)).toBe('  and 2 more kinds: --json');
  });

  it('says what one would add when there is none', () => {
    const said = lines([], null);
    expect(said[0]).toContain('private addresses were taken for the internal networks');
    expect(said.at(-1)).toEqual({ whole: "dicomtap endpoints --db 'a b.db'" });
  });
});
