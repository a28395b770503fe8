// Proves that what is told of a store's alerts is what they all say, whether all of them are asked for or the first.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AlertRecord, FindingRecord } from '../../src/model/records.ts';
import { decodedAll } from '../../src/store/rows.ts';
import { alertSums } from '../../src/store/run-tally.ts';
import { tables } from '../../src/store/schema.ts';
import { openForReading } from '../../src/store/store.ts';
import { storedAlerts } from '../../src/store/stored-alerts.ts';
import { association, batch, connection, finding, SECOND, T0 } from '../support/records.ts';
import { runInto, temporaryFolder } from '../support/stores.ts';

const findings = Array.from({ length: 40 }, (_, i): FindingRecord[] => {
  const severity = (['low', 'medium', 'critical'] as const)[(i * 7) % 3];
  const time = T0 + ((i * 13) % 40) * SECOND;
  const one = finding('phi-cleartext', `a${i}`, 'c', { time, severity, key: `k${i % 25}` });
  return i % 4 === 0 ? [one, finding('public-address', `a${i}`, 'c', { time, severity: 'info', key: 'k' })] : [one];
}).flat();
const associations = findings.map(({ associationId }) => association(associationId as string, 'c'));

it('sums all of them, and lists the gravest first, then by time', () => {
  const path = join(temporaryFolder(), 'alerts.db');
  runInto(path, [batch({ connections: [connection('c')], associations, findings })]);
  const database = openForReading(path);
  const all = decodedAll<AlertRecord>(tables.alert, database.prepare('SELECT * FROM alert'));
  const told = storedAlerts(database, 5);
  const listed = storedAlerts(database, Number.POSITIVE_INFINITY).first.map(({ alert }) => alert);
  database.close();
  expect(told).toMatchObject(alertSums(all.map((alert) => ({ alert }))));
  expect(told.findings).toBe(findings.length);
  expect(told.first.map(({ alert }) => alert)).toEqual(listed.slice(0, 5));
  const rank = ['critical', 'high', 'medium', 'low', 'info'];
  const order = (a: AlertRecord, b: AlertRecord): number =>
    rank.indexOf(a.severity) - rank.indexOf(b.severity) || a.firstTime - b.firstTime || (a.id < b.id ? -1 : 1);
  expect(listed).toEqual(all.sort(order));
});
