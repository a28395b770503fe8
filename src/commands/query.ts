import type { Database } from 'better-sqlite3';
import { readConfig } from '../config.ts';
import type { Column } from '../store/columns.ts';
import type { Filter } from '../store/queries.ts';
import { openForReading } from '../store/store.ts';
import type { Io } from './command.ts';
import { makePaint, type Paint } from './paint.ts';
import { parseFilter } from './query-options.ts';
import { recordJson } from './record-json.ts';
import { renderTable, type TableShape } from './table.ts';

/** A kind of record that a command shows. */
export interface Query<Row extends object> {
  /** The record's name, in the singular. */
  readonly name: string;
  /** For the JSON: which fields are times. */
  readonly columns: readonly Column[];
  readonly rows: (database: Database, filter: Filter) => Iterable<Row>;
  readonly table: (paint: Paint) => Pick<TableShape<Row>, 'columns' | 'detail'>;
}

/**
 * Asks the store and writes a table, or JSON lines. Returns the exit status. Throws OperatorError for bad options and
 * stores.
 */
export function runQuery<Row extends object>(query: Query<Row>, argv: Record<string, unknown>, io: Io): number {
  const { json } = argv;
  const filter = parseFilter(argv);
  const database = openForReading(readConfig(argv).database);
  try {
    if (json === true) writeLines(query, database, filter, io);
    else writeTable(query, database, filter, io);
  } finally {
    database.close();
  }
  return 0;
}

function writeLines<Row extends object>(query: Query<Row>, database: Database, filter: Filter, io: Io): void {
  let text = '';
  for (const row of query.rows(database, filter)) {
    text += `${JSON.stringify(recordJson(row, query.columns))}\n`;
    if (text.length < BLOCK_CHARACTERS) continue;
    io.stdout(text);
    text = '';
  }
  io.stdout(text);
}

function writeTable<Row extends object>(query: Query<Row>, database: Database, filter: Filter, io: Io): void {
  const most = filter.limit ?? TABLE_ROWS;
  // One more, to know whether there are more.
  const found = [...query.rows(database, { ...filter, limit: most + 1 })];
  const rows = found.slice(0, most);
  if (rows.length === 0) {
    io.stderr(`No ${query.name} matches.\n`);
    return;
  }
  const paint = makePaint(io.colour);
  const width = io.terminal ? io.columns : null;
  const { text, dropped } = renderTable(rows, { ...query.table(paint), width, heading: paint.bold });
  io.stdout(text);
  if (found.length > most) io.stderr('There are more: --limit N shows up to N.\n');
  if (dropped.length > 0) io.stderr(`Not shown, for the terminal is narrow: ${dropped.join(', ')}; see --json.\n`);
}

/** A table is for people, and its column widths need all of its rows; JSON lines have no such bound. */
const TABLE_ROWS = 1000;
const BLOCK_CHARACTERS = 65_536;
