import { type EndpointTotal, endpoints as rows } from '../store/queries.ts';
import { tables } from '../store/schema.ts';
import type { Command } from './command.ts';
import { endpointText, unseen } from './ends.ts';
import { readableBytes, readableCount } from './quantities.ts';
import { type Query, runQuery } from './query.ts';
import { queryOptions } from './query-options.ts';
import { readableTime } from './times.ts';

/** `dicomtap endpoints`: AE titles, where they are, what they do, and whether in clear. */
export const endpoints: Command = {
  name: 'endpoints',
  describe: 'AE titles, where they are, what they do, and whether in clear',
  options: queryOptions,
  examples: ['dicomtap endpoints --server 10.20.0.5:104'],
  run: async (argv, io) => runQuery(query, argv, io),
};

const query: Query<EndpointTotal> = {
  name: 'endpoint',
  columns: tables.endpoint.columns,
  rows,
  table: (paint) => ({
    columns: [
      { title: 'AE TITLE', text: ({ aeTitle }) => aeTitle },
      { title: 'ADDRESS', text: ({ address, port }) => endpointText(address, port) },
      { title: 'SERVICE', text: ({ service }) => service },
      { title: 'ROLE', text: ({ role }) => role },
      {
        title: 'CLEAR',
        text: ({ associationsClear }) => readableCount(associationsClear),
        paint: ({ associationsClear }, text) => (associationsClear > 0 ? paint.warn(text) : text),
        align: 'right',
      },
      { title: 'TLS', text: ({ associationsTls }) => readableCount(associationsTls), align: 'right' },
      { title: 'LAST SEEN (UTC)', text: ({ lastSeen }) => readableTime(lastSeen), drop: 1 },
      { title: 'CLEAR DATA', text: ({ bytesClear }) => readableBytes(bytesClear), align: 'right', drop: 2 },
      { title: 'IMPLEMENTATION', text: ({ implementationVersion }) => implementationVersion ?? unseen, drop: 3 },
      { title: 'FIRST SEEN (UTC)', text: ({ firstSeen }) => readableTime(firstSeen), drop: 4 },
    ],
  }),
};
