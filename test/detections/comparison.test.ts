// Proves: of two judgements, what appears, vanishes and changes is counted once, by kind, as it was judged last.
import { describe, expect, it } from 'vitest';
import { Comparison } from '../../src/detections/comparison.ts';
import type { HeldBack } from '../../src/detections/held-back.ts';
import type { Judgement } from '../../src/detections/judge.ts';
import type { FindingRecord } from '../../src/model/records.ts';
import { association, connection, finding } from '../support/records.ts';

const none: Judgement = { findings: [], heldBack: [] };
const raised = (...findings: FindingRecord[]): Judgement => ({ findings, heldBack: [] });
const held = (one: FindingRecord): HeldBack => ({
  findingId: one.id,
  detection: one.detection,
  associationId: one.associationId,
  connectionId: one.connectionId,
  by: 'exception',
  index: 0,
  until: '2027-01-31',
  reason: 'x',
});

const phi = (n: number, parts: Partial<FindingRecord> = {}) =>
  finding('phi-cleartext', `a${n}`, `c${n}`, { key: 'k', time: n, ...parts });
const about = (n: number, ended: 'open' | 'fin' = 'fin') => ({
  connections: [connection(`c${n}`, { ended })],
  associations: [association(`a${n}`, `c${n}`)],
});

describe('a comparison', () => {
  it('counts what appears, vanishes and changes, by kind', () => {
    const comparison = new Comparison();
    comparison.note(about(1), raised(phi(1)), none);
    comparison.note(about(2), raised(phi(2)), none);
    comparison.note(about(3), none, raised(phi(3)));
    comparison.note(about(4), raised(phi(4, { severity: 'info' })), raised(phi(4, { severity: 'high' })));
    comparison.note(about(5), raised(phi(5)), raised(phi(5)));
    const { differences, uncounted } = comparison.differences();
    expect(uncounted).toBe(0);
    expect(
      differences.map(({ change, before, now, count, finding: { id } }) => [change, before, now, count, id]),
    ).toEqual([
      ['appears', null, 'high', 2, phi(1).id],
      ['changes', 'high', 'info', 1, phi(4).id],
      ['vanishes', 'high', null, 1, phi(3).id],
    ]);
  });

  it('says what holds back what vanishes, or held back what appears', () => {
    const comparison = new Comparison();
    comparison.note(about(1), { findings: [], heldBack: [held(phi(1))] }, raised(phi(1)));
    comparison.note(about(2), raised(phi(2)), { findings: [], heldBack: [held(phi(2))] });
    const by = { by: 'exception', index: 0, until: '2027-01-31', reason: 'x' };
    expect(comparison.differences().differences.map((one) => [one.change, one.by])).toEqual([
      ['appears', by],
      ['vanishes', by],
    ]);
  });

  it('is of what was judged last, and counts an association once', () => {
    const comparison = new Comparison();
    comparison.note(about(1, 'open'), raised(phi(1)), none);
    comparison.note(about(1, 'open'), raised(phi(1)), raised(phi(1)));
    comparison.note(about(2, 'open'), raised(phi(2)), none);
    comparison.note(about(2, 'open'), raised(phi(2, { severity: 'critical' })), none);
    comparison.note({ connections: [connection('c2')], associations: [] }, none, none);
    expect(comparison.differences().differences).toMatchObject([{ change: 'appears', now: 'critical', count: 1 }]);
  });

  it('is of findings on several associations too, each side telling when it has more to say', () => {
    const comparison = new Comparison();
    const nothing = { connections: [connection('c1')], associations: [] };
    const case1 = finding('dicom-sweep', 'a1', 'c1', { associationId: null, id: 'f1' });
    const case2 = finding('dicom-sweep', 'a1', 'c1', { associationId: null, id: 'f2' });
    comparison.note(nothing, raised(case1, case2), none);
    comparison.note(nothing, none, raised(case1));
    comparison.note(nothing, raised(case1, case2), none);
    expect(comparison.differences().differences).toMatchObject([{ change: 'appears', count: 1, finding: case2 }]);
  });

  it('keeps ten thousand kinds, and counts the rest', () => {
    const comparison = new Comparison();
    for (let n = 0; n < 10_003; n++) comparison.note(about(n), raised(phi(n, { key: `k${n}` })), none);
    const { differences, uncounted } = comparison.differences();
    expect([differences.length, uncounted]).toEqual([10_000, 3]);
  });
});
