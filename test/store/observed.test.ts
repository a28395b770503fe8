// Proves: associations and operations are summed by their ends, roles and services, within a period when asked.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { observed, type Period } from '../../src/store/observed.ts';
import { openForReading } from '../../src/store/store.ts';
import { association, batch, connection, finding, operation, SECOND, T0, tlsSession } from '../support/records.ts';
import { runInto, temporaryFolder } from '../support/stores.ts';

const ends = { callingAe: 'CT01', calledAe: 'ARCHIVE', clientAddress: '10.0.0.2', serverAddress: '10.0.0.1' };
const DAY = 86_400 * SECOND;

function seen(period: Period = { since: null, until: null }) {
  const path = join(temporaryFolder(), 's.db');
  runInto(path, [
    batch({
      connections: ['c1', 'c2', 'c3', 'c4'].map((id) => connection(id)),
      associations: [
        association('a1', 'c1', { ...ends, accepted: true, start: T0, end: T0 + SECOND }),
        association('a2', 'c2', { ...ends, accepted: true, tls: true, start: T0 + DAY, end: T0 + DAY }),
        association('a3', 'c3', { ...ends, accepted: false, start: T0, end: T0 }),
        association('a4', 'c4', { ...ends, callingAe: null, calledAe: null, start: T0, end: T0 }),
      ],
      operations: [
        operation('o1', 'a1', 'c1', {
          ordinal: 1,
          command: 'C-STORE',
          requester: 'client',
          sopClass: '1.2.3',
          start: T0,
        }),
        operation('o2', 'a1', 'c1', {
          ordinal: 2,
          command: 'C-STORE',
          requester: 'client',
          sopClass: '1.2.3',
          start: T0,
        }),
        operation('o3', 'a1', 'c1', {
          ordinal: 3,
          command: 'N-EVENT-REPORT',
          requester: 'server',
          sopClass: '1.2.840.10008.1.20.1',
          start: T0,
        }),
        operation('o4', 'a1', 'c1', {
          ordinal: 4,
          command: 'C-MOVE',
          requester: 'client',
          sopClass: '1.2.840.10008.5.1.4.1.2.2.2',
          moveDestination: 'WS01',
          completed: 4,
          start: T0,
        }),
      ],
      tlsSessions: [tlsSession('t1', 'c1', { serverAddress: '10.0.0.1', serverPort: 2762, start: T0, end: T0 })],
      findings: [
        finding('ae-guessing', 'a1', 'c1', { clientAddress: '10.0.0.2' }),
        finding('phi-cleartext', 'a1', 'c1', { clientAddress: '10.0.0.2' }),
        finding('bulk-retrieval', 'a1', 'c1', { clientAddress: '10.0.0.2' }),
      ],
    }),
  ]);
  const database = openForReading(path);
  try {
    return observed(database, period);
  } finally {
    database.close();
  }
}

describe('a store shows', () => {
  it('talks with their services and roles', () => {
    const { talks, unnamed } = seen();
    expect(talks).toHaveLength(1);
    expect(talks[0]).toMatchObject({ ...ends, associations: 3, accepted: 2, clear: 1, rejected: 1, first: T0 });
    const services = talks[0]?.services.map(({ service, scu, operations }) => `${service} ${scu} ${operations}`);
    expect(services?.sort()).toEqual(['commitment client 1', 'retrieve client 1', 'store client 2']);
    expect(unnamed).toMatchObject([{ clientAddress: '10.0.0.2', associations: 1 }]);
  });

  it('moves, TLS listeners and suspicions', () => {
    const { moves, tlsListeners, suspicions, notable } = seen();
    expect(notable).toMatchObject([{ detection: 'bulk-retrieval', clientAddress: '10.0.0.2', findings: 1 }]);
    expect(moves).toMatchObject([{ ...ends, destination: 'WS01', operations: 1, completed: 4 }]);
    expect(tlsListeners).toMatchObject([{ address: '10.0.0.1', port: 2762, sessions: 1 }]);
    expect(suspicions).toEqual([{ clientAddress: '10.0.0.2', detection: 'ae-guessing', findings: 1 }]);
  });

  it('only what began within a period', () => {
    const { talks, first, last } = seen({ since: T0 + 1, until: T0 + 2 * DAY });
    expect(talks).toMatchObject([{ associations: 1, accepted: 1, clear: 0, services: [] }]);
    expect({ first, last }).toEqual({ first: T0 + DAY, last: T0 + DAY });
    expect(seen({ since: null, until: T0 }).talks).toEqual([]);
    expect(seen({ since: null, until: T0 }).first).toBeNull();
  });
});
