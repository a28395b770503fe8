import { sopClasses } from '../protocols/dicom/tables/uids.ts';
import { type OperationWithEnds, operations as rows } from '../store/queries.ts';
import { tables } from '../store/schema.ts';
import type { Command } from './command.ts';
import { ends, unseen } from './ends.ts';
import { readableBytes, readableCount } from './quantities.ts';
import { type Query, runQuery } from './query.ts';
import { queryOptions } from './query-options.ts';
import { readableDuration, readableTime } from './times.ts';

/** `dicomtap operations`: DIMSE requests with their responses, by time. */
export const operations: Command = {
  name: 'operations',
  describe: 'DIMSE requests with their responses, by time',
  options: queryOptions,
  examples: ['dicomtap operations --client 10.20.0.7', 'dicomtap operations --json --ae PACS'],
  run: async (argv, io) => runQuery(query, argv, io),
};

const query: Query<OperationWithEnds> = {
  name: 'operation',
  columns: tables.operation.columns,
  rows,
  table: (paint) => ({
    columns: [
      { title: 'START (UTC)', text: ({ start }) => readableTime(start) },
      { title: 'COMMAND', text: ({ command }) => command },
      ...ends<OperationWithEnds>(),
      {
        title: 'STATUS',
        text: ({ statusText, statusKind }) => statusText ?? statusKind ?? 'no response',
        paint: ({ statusKind }, text) => (statusKind === 'failure' ? paint.warn(text) : text),
      },
      { title: 'PATIENT DATA', text: ({ patientData }) => (patientData ? 'yes' : 'none seen'), drop: 2 },
      { title: 'ANSWERS', text: ({ answers }) => readableCount(answers), align: 'right', drop: 3 },
      {
        title: 'DATA',
        text: ({ requestBytes, responseBytes }) => readableBytes(requestBytes + responseBytes),
        align: 'right',
        drop: 4,
      },
      { title: 'TOOK', text: ({ durationMicros }) => readableDuration(durationMicros), align: 'right', drop: 5 },
      { title: 'SOP CLASS', text: ({ sopClass }) => sopClassWords(sopClass), drop: 6 },
      { title: 'ID', text: ({ id }) => id, drop: 7 },
      { title: 'ASSOCIATION', text: ({ associationId }) => associationId, drop: 8 },
    ],
  }),
};

/** The name of a SOP class; the UID of one that is private. */
function sopClassWords(uid: string | null): string {
  if (uid === null) return unseen;
  return sopClasses.get(uid)?.name ?? uid;
}
