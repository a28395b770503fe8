import type { FindingRecord } from '../model/records.ts';
import { findings as rows } from '../store/queries.ts';
import { tables } from '../store/schema.ts';
import type { Command } from './command.ts';
import { type Query, runQuery } from './query.ts';
import { queryOptions } from './query-options.ts';
import { readableTime } from './times.ts';

/** `dicomtap findings`: what was found, the gravest first. */
export const findings: Command = {
  name: 'findings',
  describe: 'what was found, the gravest first',
  options: queryOptions,
  examples: ['dicomtap findings --severity high --since 2026-03-01', 'dicomtap findings --json --db case42.db'],
  run: async (argv, io) => runQuery(query, argv, io),
};

const query: Query<FindingRecord> = {
  name: 'finding',
  columns: tables.finding.columns,
  rows,
  table: (paint) => ({
    columns: [
      {
        title: 'SEVERITY',
        text: ({ severity }) => severity,
        paint: ({ severity }, text) => paint.severity(severity, text),
      },
      { title: 'TIME (UTC)', text: ({ time }) => readableTime(time) },
      { title: 'DETECTION', text: ({ detection }) => detection },
      { title: 'ID', text: ({ id }) => id },
    ],
    detail: ({ summary }) => summary,
  }),
};
