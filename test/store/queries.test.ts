// Proves what each filter lets through, in which order, and the totals of endpoints.
import Sqlite from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../src/store/migrations.ts';
import { associations, endpoints, type Filter, findings, noFilter, operations } from '../../src/store/queries.ts';
import { Writer } from '../../src/store/writer.ts';
import {
  association,
  batch,
  connection,
  finding,
  operation,
  SECOND,
  shownEndpoint,
  sighting,
  T0,
} from '../support/records.ts';
import { newRun } from '../support/stores.ts';

const database = new Sqlite(':memory:');

beforeAll(() => {
  migrate(database);
  const other = { clientAddress: '10.0.0.3', clientPort: 50001, callingAe: 'VIEWER', start: T0 + 60 * SECOND };
  const later = { start: T0 + 60 * SECOND, end: T0 + 90 * SECOND };
  const seenLater = { firstSeen: later.start, lastSeen: later.end };
  new Writer(database, ':memory:', newRun()).write(
    batch({
      connections: [connection('c1'), connection('c2', { clientAddress: '10.0.0.3', communityId: '1:x' })],
      associations: [association('a2', 'c2', { ...other, ...later, tls: true }), association('a1', 'c1')],
      operations: [
        operation('o2', 'a2', 'c2', { ...later, command: 'C-FIND' }),
        operation('o1', 'a1', 'c1'),
        operation('o3', 'a2', 'c2', { start: later.start + 1, end: later.end, ordinal: 2 }),
      ],
      endpoints: [
        sighting('a1', 'c1'),
        sighting('a2', 'c2', seenLater, [
          shownEndpoint(),
          shownEndpoint({ aeTitle: 'VIEWER', address: '10.0.0.3', port: null, role: 'scu' }),
        ]),
      ],
      findings: [
        finding('phi-cleartext', 'a1', 'c1', { id: 'f1' }),
        finding('dicom-cleartext', 'a1', 'c1', { id: 'f2', severity: 'low', time: T0 }),
        finding('ae-not-allowed', 'a2', 'c2', { id: 'f3', ...other, severity: 'critical', time: later.start }),
        finding('public-address', 'a2', 'c2', { id: 'f4', ...other, withdrawn: true }),
      ],
    }),
  );
});

const asked: [string, Partial<Filter>, string, string, string, string][] = [
  ['nothing', {}, 'f3 f1 f2', 'a1 a2', 'o1 o2 o3', 'PACS VIEWER'],
  ['severity', { severity: 'high' }, 'f3 f1', 'a1 a2', 'o1 o2 o3', 'PACS VIEWER'],
  ['the gravest severity', { severity: 'critical' }, 'f3', 'a2', 'o2 o3', 'PACS VIEWER'],
  ['detection', { detection: 'phi-cleartext' }, 'f1', 'a1', 'o1', 'PACS'],
  ['a withdrawn detection', { detection: 'public-address' }, '', '', '', ''],
  ['severity and detection', { severity: 'medium', detection: 'dicom-cleartext' }, '', '', '', ''],
  ['client', { client: { address: '10.0.0.3', port: null } }, 'f3', 'a2', 'o2 o3', 'VIEWER'],
  ['client with another port', { client: { address: '10.0.0.2', port: 1 } }, '', '', '', ''],
  ['server with port', { server: { address: '10.0.0.1', port: 104 } }, 'f3 f1 f2', 'a1 a2', 'o1 o2 o3', 'PACS'],
  ['AE title', { ae: 'VIEWER' }, 'f3', 'a2', 'o2 o3', 'VIEWER'],
  ['since', { since: T0 + 30 * SECOND }, 'f3', 'a2', 'o2 o3', 'PACS VIEWER'],
  ['until, which is not held', { until: T0 + 60 * SECOND }, 'f1 f2', 'a1', 'o1', 'PACS'],
  ['since within its course', { since: T0 + 70 * SECOND }, '', 'a2', 'o2 o3', 'PACS VIEWER'],
  ['limit', { limit: 1 }, 'f3', 'a1', 'o1', 'PACS'],
];

describe.each(asked)('asked for %s', (_, parts, ...expected) => {
  it('answers', () => {
    const filter = { ...noFilter, ...parts };
    const names = [
      [...findings(database, filter)].map(({ id }) => id),
      [...associations(database, filter)].map(({ id }) => id),
      [...operations(database, filter)].map(({ id }) => id),
      [...endpoints(database, filter)].map(({ aeTitle }) => aeTitle),
    ];
    expect(names.map((list) => list.join(' '))).toEqual(expected);
  });
});

it('gives records as they were, operations with their ends', () => {
  expect([...associations(database, noFilter)][0]).toEqual(association('a1', 'c1'));
  expect([...operations(database, noFilter)][0]).toEqual({
    ...operation('o1', 'a1', 'c1'),
    clientAddress: '10.0.0.2',
    clientPort: 50000,
    serverAddress: '10.0.0.1',
    serverPort: 104,
    callingAe: 'MODALITY',
    calledAe: 'PACS',
  });
});

it('tells what of an endpoint is inside TLS and what in clear', () => {
  expect([...endpoints(database, noFilter)][0]).toMatchObject({
    aeTitle: 'PACS',
    associations: 2,
    associationsTls: 1,
    associationsClear: 1,
    bytesTls: 900,
    bytesClear: 900,
  });
});
