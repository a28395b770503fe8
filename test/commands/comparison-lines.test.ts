// Proves: differences are told gravest kinds first, with ends, numbers and what held them back; too many are counted.
import { describe, expect, it } from 'vitest';
import { comparisonLines } from '../../src/commands/comparison-lines.ts';
import type { Difference } from '../../src/detections/comparison.ts';
import { finding } from '../support/records.ts';

const shown = finding('ae-not-allowed', 'a1', 'c1', {
  callingAe: 'CT01',
  calledAe: null,
  clientAddress: '10.0.0.2',
  serverAddress: 'fd00::1',
  serverPort: 104,
  summary: 'A sentence.',
});
const difference = (given: Partial<Difference>): Difference => ({
  change: 'appears',
  detection: 'ae-not-allowed',
  before: null,
  now: 'high',
  count: 1,
  finding: shown,
  by: null,
  ...given,
});
const lines = (differences: Difference[], uncounted = 0) =>
  comparisonLines({ path: 'old.yaml', digest: null, differences, uncounted });

describe('differences', () => {
  it('are told with their ends, and what held them back', () => {
    const by = { by: 'exception', index: 1, until: '2027-01-31', reason: 'x' } as const;
    expect(
      lines([
        difference({ count: 1200 }),
        difference({ change: 'changes', before: 'high', now: 'info' }),
        difference({ change: 'vanishes', before: 'high', now: null, by, count: 2 }),
      ]),
    ).toEqual([
      'against old.yaml: 1,200 appear, 2 vanish, 1 changes severity',
      { lead: '+ ', text: 'high ae-not-allowed ×1,200: CT01 10.0.0.2 → [fd00::1]:104' },
      { lead: '    ', text: 'A sentence.' },
      { lead: '~ ', text: 'high → info ae-not-allowed: CT01 10.0.0.2 → [fd00::1]:104' },
      { lead: '    ', text: 'A sentence.' },
      {
        lead: '- ',
        text: 'high ae-not-allowed ×2: CT01 10.0.0.2 → [fd00::1]:104 (now held back by exceptions[1], through 2027-01-31: x)',
      },
    ]);
  });

  it('are none, or too many', () => {
    expect(lines([])).toEqual(['against old.yaml: no difference']);
    const many = lines(
      Array.from({ length: 22 }, () => difference({ change: 'vanishes', now: null, before: 'low' })),
      5,
    );
    expect(many).toHaveLength(23);
    expect(many.slice(-2)).toEqual([
      'and 2 more kinds of difference: --json',
      'and 5 more findings, of kinds too many to keep apart',
    ]);
  });
});
