// Proves how findings become alerts: by hour, by state, an event and a condition to an association.
import { describe, expect, it } from 'vitest';
import type { FindingRecord, Severity } from '../../src/model/records.ts';
import {
  type AlertRules,
  compareFolding,
  foldAlerts,
  type Raised,
  raisedOf,
  repeatMicros,
} from '../../src/store/alerts.ts';
import { finding, T0 } from '../support/records.ts';

const MINUTE = 60e6;
const rules: AlertRules = new Map([
  ['phi-cleartext', { kind: 'condition', rank: 0 }],
  ['tls-weak', { kind: 'condition', rank: 1 }],
  ['ae-not-allowed', { kind: 'event', rank: 2 }],
]);

function raised(detection: string, list: [minutes: number, severity: Severity][]): Raised[] {
  return list
    .map(([minutes, severity], i): Raised => {
      const found = finding(detection, `a${i}`, 'c', { id: `f${i}`, severity, time: T0 + minutes * MINUTE });
      return { ...found, related: {} };
    })
    .sort(compareFolding);
}

/** Alerts as [minutes of the window's begin, severity, count, minutes of the last]. */
function folded(detection: string, list: [number, Severity][]): unknown[] {
  return foldAlerts(raised(detection, list), rules, null).map((alert) => [
    (alert.windowStart - T0) / MINUTE,
    alert.severity,
    alert.count,
    (alert.lastTime - T0) / MINUTE,
  ]);
}

describe('an event', () => {
  it.each<[string, [number, Severity][], unknown[]]>([
    [
      'is one alert for each hour of UTC',
      [
        [0, 'low'],
        [59, 'low'],
        [60, 'low'],
      ],
      [
        [0, 'low', 2, 59],
        [60, 'low', 1, 60],
      ],
    ],
    [
      'takes the gravest severity of its hour',
      [
        [1, 'low'],
        [2, 'high'],
        [3, 'low'],
      ],
      [[0, 'high', 3, 3]],
    ],
    ['before the epoch of the test falls in the hour before', [[-1, 'low']], [[-60, 'low', 1, -1]]],
  ])('%s', (_, list, expected) => expect(folded('ae-not-allowed', list)).toEqual(expected));
});

describe('a condition', () => {
  const week = repeatMicros / MINUTE;
  it.each<[string, [number, Severity][], unknown[]]>([
    [
      'is one alert while it stands',
      [
        [5, 'high'],
        [90, 'high'],
        [week, 'low'],
      ],
      [[5, 'high', 3, week]],
    ],
    [
      'alerts again when it gets worse',
      [
        [5, 'low'],
        [6, 'high'],
        [7, 'low'],
      ],
      [
        [5, 'low', 1, 5],
        [6, 'high', 2, 7],
      ],
    ],
    [
      'alerts again after 7 days',
      [
        [0, 'high'],
        [week - 1, 'high'],
        [week, 'high'],
      ],
      [
        [0, 'high', 2, week - 1],
        [week, 'high', 1, week],
      ],
    ],
    [
      'counts the 7 days from what got worse',
      [
        [0, 'low'],
        [10, 'high'],
        [week, 'low'],
      ],
      [
        [0, 'low', 1, 0],
        [10, 'high', 2, week],
      ],
    ],
    [
      'begins with the gravest of one instant',
      [
        [5, 'low'],
        [5, 'high'],
      ],
      [[5, 'high', 2, 5]],
    ],
  ])('%s', (_, list, expected) => expect(folded('phi-cleartext', list)).toEqual(expected));
});

describe('one association', () => {
  const of = (...list: [string, Severity, Partial<FindingRecord>?][]) =>
    raisedOf(
      list.map(([detection, severity, parts]) => finding(detection, 'a', 'c', { severity, ...parts })),
      rules,
    );

  it('raises its gravest event and its gravest condition, and names the others of the kind', () => {
    expect(
      of(['phi-cleartext', 'critical'], ['ae-not-allowed', 'high'], ['other', 'info'], ['tls-weak', 'low']),
    ).toMatchObject([
      { detection: 'ae-not-allowed', related: { other: 1 } },
      { detection: 'phi-cleartext', related: { 'tls-weak': 1 } },
    ]);
  });

  it('raises the first of the catalogue among equals, unknown detections last', () => {
    expect(of(['other', 'high'], ['ae-not-allowed', 'high'])).toMatchObject([{ detection: 'ae-not-allowed' }]);
    expect(of(['tls-weak', 'high'], ['phi-cleartext', 'high'])).toMatchObject([{ detection: 'phi-cleartext' }]);
  });

  it('raises nothing that was withdrawn', () => {
    expect(of(['phi-cleartext', 'high', { withdrawn: true }], ['ae-not-allowed', 'low'])).toMatchObject([
      { detection: 'ae-not-allowed', related: {} },
    ]);
    expect(of(['phi-cleartext', 'high', { withdrawn: true }])).toEqual([]);
  });
});
