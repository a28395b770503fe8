import type { Database } from 'better-sqlite3';
import type { Micros } from '../model/records.ts';
import type { OutMessage, Sensor } from './message.ts';
import { MessageReader } from './message-reader.ts';
import type { Sent, SinkSettings } from './settings.ts';
import { wantedBy } from './wanted.ts';

/**
 * Messages about all that the store has since a packet time (of health: wall clock), as the sink's filters let them
 * through, oldest first.
 */
export function* storedMessages(
  database: Database,
  sink: SinkSettings,
  sensor: Sensor,
  since: Micros,
): Generator<OutMessage> {
  const reader = new MessageReader(database, sensor);
  const wanted = wantedBy(sink);
  for (const sent of sink.send) {
    const { kind, sql } = selections[sent];
    const ids = database.prepare(sql).pluck().all(since) as (string | number)[];
    for (const id of ids) {
      const message = reader.message(kind, String(id));
      if (message !== null && wanted(message)) yield message;
    }
  }
}

const selections: Readonly<Record<Sent, { readonly kind: string; readonly sql: string }>> = {
  alerts: { kind: 'alert', sql: 'SELECT id FROM alert WHERE last_time >= ? ORDER BY first_time, id' },
  findings: { kind: 'finding', sql: 'SELECT id FROM finding WHERE time >= ? ORDER BY time, id' },
  associations: { kind: 'association', sql: 'SELECT id FROM association WHERE "end" >= ? ORDER BY "end", id' },
  health: { kind: 'health', sql: 'SELECT id FROM health WHERE "end" >= ? ORDER BY id' },
};
