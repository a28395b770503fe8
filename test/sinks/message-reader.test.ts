// Proves that messages hold what the store has: record, revision, finding, association, connection; and nothing for
// what is gone.
import { expect, it } from 'vitest';
import { MessageReader } from '../../src/sinks/message-reader.ts';
import { association, batch, connection, finding, T0, tlsSession } from '../support/records.ts';
import { SinkStore, sensor } from '../support/sinks.ts';

it('reads records with what belongs to them', () => {
  const { writer, beside } = new SinkStore();
  const found = finding('tls-weak', 'a1', 'c1', { severity: 'low' });
  const records = {
    connections: [connection('c1')],
    associations: [association('a1', 'c1', { ended: false })],
    tlsSessions: [tlsSession('t1', 'c1')],
    findings: [found],
  };
  writer.write(batch(records));
  const reader = new MessageReader(beside.database, sensor);
  expect(reader.message('finding', found.id)).toMatchObject({
    kind: 'finding',
    revision: 1,
    severity: 'low',
    begin: T0,
    finding: found,
    connection: { id: 'c1' },
    association: { id: 'a1' },
    tlsSession: { id: 't1' },
  });
  const alertId = beside.database.prepare('SELECT id FROM alert').pluck().get() as string;
  expect(reader.message('alert', alertId)).toMatchObject({ kind: 'alert', alert: { count: 1 }, finding: found });
  // It is told when it is over.
  expect(reader.message('association', 'a1')).toBeNull();
  writer.write(batch({ ...records, associations: [association('a1', 'c1')] }));
  expect(reader.message('association', 'a1')).toMatchObject({
    kind: 'association',
    revision: 2,
    connection: { id: 'c1' },
  });
  for (const kind of ['finding', 'alert', 'association', 'health', 'endpoint'])
    expect(reader.message(kind, '9')).toBeNull();
});
