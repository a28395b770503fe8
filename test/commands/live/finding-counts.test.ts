// Proves that a finding counts once, however often it comes again, and that memory of them is bounded.
import { expect, it } from 'vitest';
import { FindingCounts } from '../../../src/commands/live/finding-counts.ts';
import type { FindingRecord } from '../../../src/model/records.ts';

function finding(id: string, detection: string, severity: FindingRecord['severity']): FindingRecord {
  return { id, detection, severity } as FindingRecord;
}

it('counts by detection and severity', () => {
  const counts = new FindingCounts();
  counts.add([finding('a', 'x', 'low'), finding('b', 'x', 'low'), finding('a', 'x', 'low'), finding('c', 'y', 'high')]);
  counts.add([finding('b', 'x', 'high')]);
  expect(counts.counts).toEqual({ x: { low: 2 }, y: { high: 1 } });
});

it('forgets the oldest of very many', () => {
  const counts = new FindingCounts();
  counts.add(Array.from({ length: 10_001 }, (_, i) => finding(String(i), 'x', 'low')));
  counts.add([finding('0', 'x', 'low'), finding('10000', 'x', 'low')]);
  expect(counts.counts).toEqual({ x: { low: 10_002 } });
});
