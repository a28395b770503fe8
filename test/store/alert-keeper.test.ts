// Proves that the alerts of a store are those of its findings, whatever the order in which they came and changed.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FindingRecord } from '../../src/model/records.ts';
import { hourMicros } from '../../src/store/alerts.ts';
import { association, batch, connection, finding, T0 } from '../support/records.ts';
import { dumpOf, runInto, temporaryFolder } from '../support/stores.ts';

const MINUTE = 60e6;

describe('alerts of a store', () => {
  /** Associations with findings at scattered times, some of them outranked by another on the same association. */
  const findings = Array.from({ length: 60 }, (_, i): FindingRecord[] => {
    const time = T0 + ((i * 37) % 60) * hourMicros * 5 + (i % 3) * MINUTE;
    const severity = (['low', 'medium', 'high', 'critical'] as const)[(i * 7) % 4];
    const key = i % 2 === 0 ? 'even' : 'odd';
    const one = finding('phi-cleartext', `a${i}`, 'c', { time, severity, key });
    const other = (detection: string, after: number) =>
      finding(detection, `a${i}`, 'c', { time: time + after, severity: 'medium', key });
    const two = other('public-address', 1);
    return i % 5 === 0
      ? [one, two]
      : i % 5 === 1
        ? [one, two, other('called-ae-unknown', 2), other('ae-not-allowed', 3)]
        : [one];
  }).flat();
  const first = batch({
    connections: [connection('c')],
    associations: findings.map(({ associationId }) => association(associationId as string, 'c')),
  });

  function alertsAfter(batches: FindingRecord[][]): string[] {
    const path = join(temporaryFolder(), 'alerts.db');
    runInto(path, [first, ...batches.map((some) => batch({ findings: some }))]);
    return dumpOf(path, ['finding', 'alert']);
  }

  it('holds the same alerts whatever the order of findings, one by one or together', () => {
    const together = alertsAfter([findings]);
    expect(together.filter((line) => line.startsWith('alert')).length).toBeGreaterThan(8);
    expect(alertsAfter(findings.map((one) => [one]))).toEqual(together);
    expect(alertsAfter([...findings].reverse().map((one) => [one]))).toEqual(together);
    const byTime = [...findings].sort((a, b) => a.time - b.time);
    expect(alertsAfter(byTime.map((one) => [one]))).toEqual(together);
    expect(alertsAfter([byTime.slice(0, 20), byTime.slice(20)])).toEqual(together);
  });

  it('holds the alerts of what stands after findings changed and were withdrawn', () => {
    const changed = findings.map((one, i) => ({ ...one, withdrawn: i % 4 === 0, time: one.time + (i % 2) }));
    expect(alertsAfter([findings, changed])).toEqual(alertsAfter([changed]));
    expect(alertsAfter([findings, ...changed.map((one) => [one])])).toEqual(alertsAfter([changed]));
  });

  it('alerts of a finding without an association by itself', () => {
    const alone = finding('dicom-sweep', null, 'c');
    expect(alertsAfter([[alone]]).filter((line) => line.startsWith('alert'))).toHaveLength(1);
  });
});
