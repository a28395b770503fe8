// Proves that findings are folded in the order of time, wherever they waited.
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { AlertRules } from '../../src/store/alerts.ts';
import { type PiledAlert, RaisedPile } from '../../src/store/raised-pile.ts';
import { finding, SECOND, T0 } from '../support/records.ts';

const rules: AlertRules = new Map([['phi-cleartext', { kind: 'condition', rank: 0 }]]);

function folded(keptMax: number): PiledAlert[] {
  const database = new Sqlite(':memory:');
  const pile = new RaisedPile(database, rules, keptMax);
  for (const second of [5, 3, 9, 1, 7]) {
    const severity = second < 7 ? 'medium' : 'high';
    const raised = finding('phi-cleartext', `a${second}`, `c${second}`, { time: T0 + second * SECOND, severity });
    pile.add(`c${second}`, { ...raised, related: { other: 1 } });
  }
  const alerts = pile.alerts();
  database.close();
  return alerts;
}

it('an alert stands for the first of its findings, a graver one begins another', () => {
  // Proves the order, and that the connection is that of the finding which stands for the alert.
  const told = folded(100).map(({ alert, connectionId }) => [connectionId, alert.count, alert.related, alert.severity]);
  expect(told).toEqual([
    ['c1', 3, { other: 3 }, 'medium'],
    ['c7', 2, { other: 2 }, 'high'],
  ]);
});

it('the same from memory and from the temporary table', () => {
  // Proves that the bound of memory changes nothing.
  expect(folded(2)).toEqual(folded(100));
  expect(folded(1)).toEqual(folded(100));
});
