// Proves: an association of the store is judged by what its operations and exposure say, as when it was read.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openForReading } from '../../src/store/store.ts';
import { correlatedFindings, servedBy, subjects } from '../../src/store/subjects.ts';
import { association, batch, connection, exposure, finding, operation, SECOND, T0 } from '../support/records.ts';
import { runInto, temporaryFolder } from '../support/stores.ts';

describe('a subject', () => {
  it('has each service once, when it was first seen, and what was shown', () => {
    const path = join(temporaryFolder(), 's.db');
    const operated = (ordinal: number, parts: Parameters<typeof operation>[3]) =>
      operation(`o${ordinal}`, 'a1', 'c1', {
        ordinal,
        requester: 'client',
        start: T0 + ordinal,
        firstFrame: ordinal,
        ...parts,
      });
    runInto(path, [
      batch({
        connections: [connection('c1'), connection('c2')],
        associations: [association('a1', 'c1', { start: T0 + SECOND }), association('a2', 'c2', { start: T0 })],
        exposures: [exposure('a1', 'c1')],
        operations: [
          operated(1, { command: 'C-GET', sopClass: '1.2.840.10008.5.1.4.1.2.2.3' }),
          operated(2, { command: 'C-STORE', sopClass: '1.2.3', requester: 'server' }),
          operated(3, { command: 'C-STORE', sopClass: '1.2.4', requester: 'server' }),
          operated(4, { command: 'unknown', sopClass: null }),
        ],
      }),
    ]);
    const database = openForReading(path);
    const [first, second] = [...subjects(database)];
    database.close();
    expect(first?.association.id).toBe('a2');
    expect(first).toMatchObject({ exposure: null, services: [] });
    expect(second?.exposure?.associationId).toBe('a1');
    expect(second?.services).toEqual([
      { service: 'retrieve', role: 'client-scu', first: { time: T0 + 1, packet: { capture: 'p1', frame: 1 } } },
      { service: 'store', role: 'client-scp', first: { time: T0 + 2, packet: { capture: 'p1', frame: 2 } } },
    ]);
  });

  it('is none of the findings on several associations, which are told as they are', () => {
    const path = join(temporaryFolder(), 's.db');
    const sweep = finding('dicom-sweep', 'a1', 'c1', { associationId: null, id: 'f1' });
    const gone = finding('dicom-sweep', 'a1', 'c1', { associationId: null, id: 'f2', withdrawn: true });
    runInto(path, [
      batch({
        connections: [connection('c1')],
        associations: [association('a1', 'c1')],
        findings: [sweep, gone, finding('phi-cleartext', 'a1', 'c1')],
      }),
    ]);
    const database = openForReading(path);
    expect([...correlatedFindings(database)]).toEqual([sweep]);
    database.close();
  });

  it('has the SCP of an event report as its asker', () => {
    const commitment = '1.2.840.10008.1.20.1';
    expect(servedBy(0x0100, commitment, 'server')).toEqual({ service: 'commitment', scu: 'client' });
    expect(servedBy(0x0130, commitment, 'client')).toEqual({ service: 'commitment', scu: 'client' });
  });
});
