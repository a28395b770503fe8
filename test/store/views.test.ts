// Proves that views for people write ends as address:port and times in words.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { association, batch, connection, finding, operation, sighting, tlsSession } from '../support/records.ts';
import { runInto, temporaryFolder } from '../support/stores.ts';

const ends = { clientAddress: 'fd00::2', clientPort: 50_000, serverAddress: 'fd00::1', serverPort: 104 };
function rows(view: string): Record<string, unknown>[] {
  const path = join(temporaryFolder(), 'views.db');
  const records = batch({
    connections: [connection('c1', ends)],
    associations: [association('a1', 'c1', ends)],
    operations: [operation('o1', 'a1', 'c1')],
    endpoints: [sighting('a1', 'c1')],
    tlsSessions: [tlsSession('t1', 'c1', ends)],
    findings: [finding('phi-cleartext', 'a1', 'c1')],
  });
  runInto(path, [records]);
  const database = new Sqlite(path, { readonly: true });
  try {
    return database.prepare(`SELECT * FROM ${view}`).all() as Record<string, unknown>[];
  } finally {
    database.close();
  }
}

it.each(['connection_readable', 'association_readable', 'tls_session_readable'])('%s', (view) => {
  const [row] = rows(view);
  expect(row).toMatchObject({ client: '[fd00::2]:50000', server: '[fd00::1]:104' });
  expect(row['start_utc']).toBe('2026-03-01 10:00:00');
});

it('finding_readable', () => {
  const [row] = rows('finding_readable');
  expect(row).toMatchObject({ client: '10.0.0.2:50000', server: '10.0.0.1:104' });
  expect(row['time_utc']).toMatch(/^2026-03-01 10:/);
});

it('endpoint_total, of a listener and of a side that connects', () => {
  const totals = rows('endpoint_total');
  for (const { address, port, endpoint, first_seen_utc: first, last_seen_utc: last } of totals) {
    expect(endpoint).toBe(port === null ? address : `${address}:${port}`);
    expect([first, last].join()).toMatch(/^2026-03-01 10:\d\d:\d\d,2026-03-01 10:\d\d:\d\d$/);
  }
  expect(totals.length).toBeGreaterThan(0);
});
