import type { SinkRecord } from '../model/records.ts';
import { sinkBacklogs } from '../sinks/sink-backlogs.ts';
import { tables } from '../store/schema.ts';
import { openForReading } from '../store/store.ts';
import type { Command, Io } from './command.ts';
import { makePaint } from './paint.ts';
import { readableCount } from './quantities.ts';
import { recordJson } from './record-json.ts';
import { readSinks, sinkOptions } from './sink-settings.ts';
import { renderTable } from './table.ts';
import { readableDuration, readableTime } from './times.ts';
import { printable } from './typeset.ts';

/** `dicomtap sink status`: how far each sink is, by the database; also while the sensor runs. */
export const sinkStatus: Command = {
  name: 'sink status',
  describe: 'How far behind each sink is, and its last error',
  options: { ...sinkOptions, json: { type: 'boolean', describe: 'One JSON line per sink' } },
  examples: ['dicomtap sink status --db /var/lib/dicomtap/dicomtap.db'],
  run,
};

interface Row extends SinkRecord {
  readonly waiting: number;
  readonly lagMicros: number | null;
}

async function run(argv: Record<string, unknown>, io: Io): Promise<number> {
  const path = typeof argv['db'] === 'string' ? argv['db'] : (await readSinks(argv)).config.database;
  const database = openForReading(path);
  try {
    const rows = sinkBacklogs(database, Date.now() * 1000);
    if (argv['json'] === true) io.stdout(rows.map(line).join(''));
    else if (rows.length === 0) io.stderr('No sink has a place in this database yet.\n');
    else io.stdout(table(rows, io));
  } finally {
    database.close();
  }
  return 0;
}

/** What a sink remembers for itself is its own affair. */
function line({ waiting, lagMicros, ...record }: Row): string {
  const { notes: _, ...shown } = recordJson(record, tables.sink.columns) as Record<string, unknown>;
  return `${JSON.stringify({ ...shown, waiting, lagMicros })}\n`;
}

function table(rows: readonly Row[], io: Io): string {
  const { bold } = makePaint(io.colour);
  const { text } = renderTable(rows, {
    columns: [
      { title: 'SINK', text: ({ name }) => printable(name) },
      { title: 'KIND', text: ({ kind }) => kind },
      { title: 'WAITING', text: ({ waiting }) => readableCount(waiting), align: 'right' },
      { title: 'LAG', text: ({ lagMicros }) => (lagMicros === null ? '?' : readableDuration(lagMicros)) },
      { title: 'DELIVERED', text: ({ delivered }) => readableCount(delivered), align: 'right' },
      { title: 'REPEATED', text: ({ repeated }) => readableCount(repeated), align: 'right', drop: 2 },
      { title: 'DROPPED', text: ({ dropped }) => readableCount(dropped), align: 'right' },
      {
        title: 'LAST CONFIRMED (UTC)',
        text: ({ lastConfirmed }) => (lastConfirmed === null ? 'never' : readableTime(lastConfirmed)),
        drop: 1,
      },
    ],
    detail: ({ lastError }) => printable(lastError ?? 'no error'),
    width: io.terminal ? io.columns : null,
    heading: bold,
  });
  return text;
}
