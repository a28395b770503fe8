import type { HealthRecord, Micros, SinkRecord } from '../../model/records.ts';
import type { Columns } from '../columns.ts';

/** How far the log had come when: of live runs, some of the time. */
export interface LogMarkRow {
  seq: number;
  time: Micros;
}

export const healthColumns: Columns<HealthRecord> = {
  id: ['integer', 'Number of the interval'],
  runId: ['integer', 'The run'],
  begin: ['time', 'Begin of the interval, wall clock'],
  end: ['time', 'End of the interval, wall clock'],
  interface: ['text?', 'The interface it is about; null for the sensor as a whole'],
  state: ['text', '`ok`; `degraded`: something is lost, refused or waits; `blind`: nothing is captured'],
  why: ['text?', 'Why, in words'],
  packets: ['integer', 'Packets used'],
  bytes: ['bytes', 'Bytes of these packets on the wire'],
  received: [
    'integer?',
    'Packets the interface received by its own count, also while nothing captured there; null where it does not say',
  ],
  drops: ['json', 'Object: place (`interface`, `kernel`, `helper`) to packets dropped there'],
  losses: ['json', 'What could not be used: cause to packets and bytes'],
  lagMicros: ['micros', 'How far behind the wire the sensor was'],
  memoryBytes: ['bytes', 'Memory of the process'],
  queues: ['json', 'Object: queue to entries waiting'],
  streamBytes: ['bytes', 'Bytes of TCP streams'],
  notUnderstoodBytes: ['bytes', 'Of these what was not understood'],
};

export const logMarkColumns: Columns<LogMarkRow> = {
  seq: ['integer', 'Last sequence number then'],
  time: ['time', 'The moment, wall clock'],
};

export const sinkColumns: Columns<SinkRecord> = {
  name: ['text', 'Its name in the configuration'],
  kind: ['text', 'Such as `syslog-tls` or `file`'],
  wants: ['json', 'List of the kinds of records it wants'],
  cursor: ['integer', 'Last sequence number of the log that is done with'],
  delivered: ['integer', 'Messages confirmed, as far as the transport can'],
  repeated: ['integer', 'Messages sent again'],
  dropped: ['integer', 'Messages given up'],
  lost: ['integer', 'Lines of the log it wanted, and did not have yet, that the quota removed'],
  lostTo: ['integer', 'The last of these'],
  notes: ['json', 'Object: what it remembers beside its place: alerts held back until later, what it gave up'],
  lastConfirmed: ['time?', 'Last confirmed delivery, wall clock'],
  lastError: ['text?', 'What went wrong at the last attempt; null when it went well'],
};
