import type { AssociationRecord } from '../model/records.ts';
import { associations as rows } from '../store/queries.ts';
import { tables } from '../store/schema.ts';
import type { Command } from './command.ts';
import { ends } from './ends.ts';
import { counted, readableBytes, readableCount } from './quantities.ts';
import { type Query, runQuery } from './query.ts';
import { queryOptions } from './query-options.ts';
import { readableTime } from './times.ts';

/** `dicomtap associations`: who spoke to whom, by time. */
export const associations: Command = {
  name: 'associations',
  describe: 'Who spoke to whom, by time',
  options: queryOptions,
  examples: ['dicomtap associations --ae PACS --since 2026-03-01 --until 2026-03-02'],
  run: async (argv, io) => runQuery(query, argv, io),
};

const query: Query<AssociationRecord> = {
  name: 'association',
  columns: tables.association.columns,
  rows,
  table: (paint) => ({
    columns: [
      { title: 'START (UTC)', text: ({ start }) => readableTime(start) },
      ...ends<AssociationRecord>(),
      { title: 'OUTCOME', text: ({ outcome }) => outcome },
      {
        title: 'PATIENT DATA',
        text: ({ patientData, patients }) => (patientData ? counted(patients, 'patient') : 'none seen'),
        paint: ({ patientData, tls }, text) => (patientData && !tls ? paint.warn(text) : text),
      },
      { title: 'OPERATIONS', text: ({ operations }) => readableCount(operations), align: 'right', drop: 2 },
      {
        title: 'DATA',
        text: ({ clientDataBytes, serverDataBytes }) => readableBytes(clientDataBytes + serverDataBytes),
        align: 'right',
        drop: 3,
      },
      { title: 'TLS', text: ({ tls }) => (tls ? 'yes' : 'no'), drop: 4 },
      { title: 'SEEN', text: ({ complete, incomplete }) => (complete ? 'whole' : incomplete.join(' ')), drop: 5 },
      { title: 'ID', text: ({ id }) => id, drop: 6 },
    ],
  }),
};
