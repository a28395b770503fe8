import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { PacketTime } from '../capture/series.ts';
import { type Config, readConfig } from '../config.ts';
import { OperatorError } from '../model/errors.ts';
import type { Micros } from '../model/records.ts';
import { withoutPolicy } from '../policy/compile.ts';
import { learned } from '../policy/learn/learned.ts';
import { policyText } from '../policy/learn/text.ts';
import { observed } from '../store/observed.ts';
import { openForReading } from '../store/store.ts';
import { type Command, databaseOption, type Io } from './command.ts';
import { openLog } from './log.ts';
import { begin } from './replay-opening.ts';
import { inputSentence } from './replay-summary.ts';
import { Stop } from './stop.ts';
import { emptyRange, parseMoment } from './times.ts';

/** `dicomtap learn`: the policy that allows what a store or captures show, to be edited. */
export const learn: Command = {
  name: 'learn',
  describe: 'Write the policy that allows what was seen, each line with what traffic asked for it, to be edited',
  positional: { name: 'paths', describe: 'Captures; none: what the database holds', many: true, required: false },
  options: {
    db: databaseOption,
    from: { type: 'string', requiresArg: true, describe: 'Only associations from this time on, UTC' },
    to: {
      type: 'string',
      requiresArg: true,
      describe: 'Only associations before this time, or to the end of this day',
    },
  },
  examples: ['dicomtap learn evidence/ > site.yaml', 'dicomtap learn --db case42.db --to 2026-03-07 > site.yaml'],
  run,
};

async function run(argv: Record<string, unknown>, io: Io): Promise<number> {
  const paths = ((argv['paths'] as readonly string[] | undefined) ?? []).map(String);
  const range = readRange(argv);
  const config = readConfig(argv);
  if (paths.length === 0) {
    write(openForReading(config.database), range, io);
    return 0;
  }
  if (argv['db'] !== undefined) throw twoSources();
  const folder = mkdtempSync(join(tmpdir(), 'dicomtap-learn-'));
  try {
    const own = {
      ...config,
      database: join(folder, 'learn.db'),
      hashKey: { path: join(folder, 'hash.key'), make: true },
    };
    const status = await read(paths, own, io);
    if (status === 130 || status === 143) return status;
    write(openForReading(own.database), range, io);
    return status;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Captures into a store of their own, under a key that nobody keeps: exactly what a replay would leave. */
async function read(paths: readonly string[], config: Config, io: Io): Promise<number> {
  const stop = new Stop();
  try {
    const session = await begin({
      request: {
        paths,
        json: false,
        quiet: false,
        follow: false,
        withHistory: false,
        reveal: false,
        connections: null,
        failOn: null,
        from: null,
        to: null,
        filter: null,
      },
      config,
      log: await openLog(config.logLevel),
      policy: withoutPolicy,
      compare: null,
      stop,
      io,
    });
    const { inputs } = await session.read();
    for (const input of inputs) {
      if (input.error !== null) io.stderr(`dicomtap: ${inputSentence(input)}\n  ${input.remedy}\n`);
    }
    return stop.status ?? (inputs.every(({ complete }) => complete) ? 0 : 3);
  } finally {
    stop.release();
  }
}

function write(database: Database, { from, to }: Range, io: Io): void {
  try {
    io.stdout(policyText(learned(observed(database, { since: from, until: to }))));
  } finally {
    database.close();
  }
}

interface Range {
  readonly from: Micros | null;
  readonly to: Micros | null;
}

function readRange(argv: Readonly<Record<string, unknown>>): Range {
  const text = (name: string): string | null => (typeof argv[name] === 'string' ? argv[name] : null);
  const [begin, end] = [text('from'), text('to')];
  const from = begin === null ? null : micros(parseMoment(begin, '--from', 'begin'));
  const to = end === null ? null : micros(parseMoment(end, '--to', 'end'));
  if (from !== null && to !== null && from >= to) throw emptyRange('--from', '--to', argv);
  return { from, to };
}

function micros({ seconds, nanos }: PacketTime): Micros {
  return seconds * 1e6 + Math.floor(nanos / 1000);
}

function twoSources(): OperatorError {
  return new OperatorError(
    'usage',
    'learn reads captures or a database, not both',
    'Name captures, or a database with --db.',
  );
}
