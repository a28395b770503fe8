import type { FindingRecord } from '../model/records.ts';
import { type AlertWithFinding, alerts, findings as rows } from '../store/queries.ts';
import { tables } from '../store/schema.ts';
import type { Command } from './command.ts';
import { ends, unseen } from './ends.ts';
import { readableCount } from './quantities.ts';
import { type Query, runQuery } from './query.ts';
import { queryOptions } from './query-options.ts';
import { readableTime } from './times.ts';

/** `dicomtap findings`: what was found, the gravest first; with `--alerts` what of it to act on. */
export const findings: Command = {
  name: 'findings',
  describe: 'What was found, the gravest first',
  options: {
    ...queryOptions,
    severity: { ...queryOptions['severity'], describe: 'At least this grave' },
    detection: { ...queryOptions['detection'], describe: 'Of this detection' },
    alerts: { type: 'boolean', describe: 'Alerts: findings that repeat, and others beside them, as one' },
  },
  examples: [
    'dicomtap findings --severity high --since 2026-03-01',
    'dicomtap findings --alerts --json --db case42.db',
  ],
  run: async (argv, io) => (argv['alerts'] === true ? runQuery(alertQuery, argv, io) : runQuery(query, argv, io)),
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

const alertQuery: Query<AlertWithFinding> = {
  name: 'alert',
  columns: tables.alert.columns,
  rows: alerts,
  table: (paint) => ({
    columns: [
      {
        title: 'SEVERITY',
        text: ({ severity }) => severity,
        paint: ({ severity }, text) => paint.severity(severity, text),
      },
      { title: 'FIRST (UTC)', text: ({ firstTime }) => readableTime(firstTime) },
      { title: 'DETECTION', text: ({ detection }) => detection },
      { title: 'COUNT', text: ({ count }) => readableCount(count), align: 'right' },
      ...ends<AlertWithFinding>(),
      { title: 'ALSO', text: ({ related }) => Object.keys(related).join(' ') || unseen, drop: 2 },
      { title: 'ID', text: ({ id }) => id, drop: 3 },
    ],
    detail: ({ count, summary }) => (count > 1 ? `the gravest of ${readableCount(count)}: ${summary}` : summary),
  }),
};
