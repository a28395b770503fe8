import { databaseNamedBy, readConfig } from '../config.ts';
import { compileFilter } from '../decode/filter.ts';
import { OperatorError } from '../model/errors.ts';
import { type Severity, severities } from '../model/records.ts';
import { withoutPolicy } from '../policy/compile.ts';
import type { Policy } from '../policy/policy.ts';
import { problemInWords } from '../yaml/problem.ts';
import { type Command, databaseOption, type Io, limitOption, workersOption } from './command.ts';
import { boundHeaps } from './heap-bounds.ts';
import { openLog } from './log.ts';
import type { ReplayDelivery } from './replay-delivery.ts';
import { replayDocument } from './replay-document.ts';
import { begin } from './replay-opening.ts';
import { exitStatus, type ReplayResult } from './replay-result.ts';
import type { Parts, Request } from './replay-session.ts';
import { inputSentence, replaySummary } from './replay-summary.ts';
import { Stop } from './stop.ts';
import { emptyRange, parseMoment } from './times.ts';
import { printable } from './typeset.ts';

/** `dicomtap replay PATH...`: captures in, findings out. */
export const replay: Command = {
  name: 'replay',
  describe: 'Read captures, judge them, fill the database',
  positional: { name: 'paths', describe: 'Files, folders, or - for standard input', many: true, required: true },
  options: {
    policy: { type: 'string', requiresArg: true, describe: 'What this site allows (YAML); or DICOMTAP_POLICY' },
    compare: {
      type: 'string',
      requiresArg: true,
      describe: 'Another policy: which findings appear and vanish against it',
    },
    db: databaseOption,
    json: { type: 'boolean', describe: 'One JSON document on standard output instead of the summary' },
    connections: { type: 'string', requiresArg: true, describe: 'One JSON line per TCP connection to this file, or -' },
    'fail-on': {
      type: 'string',
      requiresArg: true,
      choices: severities,
      describe: 'Exit status 2 when a finding is at least this grave',
    },
    from: { type: 'string', requiresArg: true, describe: 'Only packets from this time on (RFC 3339, or a date), UTC' },
    to: { type: 'string', requiresArg: true, describe: 'Only packets before this time, UTC; of a date, its whole day' },
    'with-history': {
      type: 'boolean',
      describe: 'Detections may ask the database about what was before each association',
    },
    filter: { type: 'string', requiresArg: true, describe: 'Only packets such as "host 10.0.0.5 and not port 80"' },
    follow: { type: 'boolean', describe: 'Go on while the file, or the ring, still grows' },
    'hash-key': { type: 'string', requiresArg: true, describe: 'Key of the patient hashes; or DICOMTAP_HASH_KEY' },
    reveal: { type: 'boolean', describe: 'Store patient values too: only with the right to see them' },
    quiet: { type: 'boolean', describe: 'No summary and no progress' },
    deliver: { type: 'boolean', describe: 'Send what was found to the sinks of the configuration, when all is read' },
    config: {
      type: 'string',
      requiresArg: true,
      describe: 'Configuration: its db, and its sinks for --deliver (those also of DICOMTAP_CONFIG)',
    },
    workers: workersOption,
    limit: limitOption,
  },
  examples: [
    'dicomtap replay evidence/ --policy site.yaml --db case42.db',
    'dicomtap replay evidence/ --policy new.yaml --compare old.yaml --db try.db',
    'dicomtap replay ring_*.pcapng --from 2026-03-01T08:00:00Z --json',
    'tcpdump -i eth1 -w - | dicomtap replay -',
  ],
  run,
};

async function run(argv: Record<string, unknown>, io: Io): Promise<number> {
  const request = readRequest(argv);
  const config = readConfig({ ...argv, db: await databaseOf(argv) });
  const log = await openLog(config.logLevel);
  const policy = await policyOf(config.policy, io);
  const compare = typeof argv['compare'] === 'string' ? await comparedWith(argv['compare']) : null;
  // Not before the files of the program are loaded: V8 takes their bytecode only under the flags it was made with.
  boundHeaps();
  const stop = new Stop();
  try {
    const delivery = argv['deliver'] === true ? await deliveryOf(argv, config.database) : null;
    const session = await begin({ request, config, log, policy, compare, stop, io });
    delivery?.begin();
    const result = await session.read();
    if (request.json) io.stdout(`${JSON.stringify(replayDocument(result), null, 2)}\n`);
    else if (!request.quiet) writeSummary(result, request, io);
    if (request.json || request.quiet) tellErrors(result, io);
    const delivered = (await delivery?.deliver(io)) ?? true;
    return stop.status ?? exitStatus(result, request.failOn, delivered);
  } finally {
    stop.release();
  }
}

/** What `sink status` with the same configuration asks is what was written: `--db`, or its `db`. */
async function databaseOf({ db, config }: Readonly<Record<string, unknown>>): Promise<unknown> {
  return db ?? (typeof config === 'string' ? await databaseNamedBy(config) : null);
}

/** Late, for only few replays deliver. */
async function deliveryOf(argv: Record<string, unknown>, path: string): Promise<ReplayDelivery> {
  const { ReplayDelivery } = await import('./replay-delivery.ts');
  return await ReplayDelivery.of(argv, path);
}

/** Standard output is for one kind of data: connections written there leave the summary to standard error. */
function writeSummary(result: ReplayResult, { connections }: Request, io: Io): void {
  if (connections === '-') io.stderr(replaySummary(result, { columns: io.columns, colour: false }));
  else io.stdout(replaySummary(result, io));
}

/**
 * The libraries for YAML and its form are loaded only for a policy file. What expired is said, for it holds no longer.
 */
async function policyOf(path: string | null, io: Io): Promise<Policy> {
  if (path === null) return withoutPolicy;
  const { loadPolicy } = await import('../policy/load.ts');
  const { policy, expired } = await loadPolicy(path, Date.now() * 1000);
  for (const each of expired) io.stderr(`dicomtap: warning: ${printable(`${path}: ${problemInWords(each)}`)}\n`);
  return policy;
}

async function comparedWith(path: string): Promise<Parts['compare']> {
  const { loadPolicy } = await import('../policy/load.ts');
  return { path, policy: (await loadPolicy(path, Date.now() * 1000)).policy };
}

function readRequest(argv: Record<string, unknown>): Request {
  const text = (name: string): string | null => (typeof argv[name] === 'string' ? argv[name] : null);
  const filter = text('filter');
  if (argv['json'] === true && text('connections') === '-') throw twoOutputs();
  const { from, to } = readRange(text('from'), text('to'), argv);
  return {
    paths: (argv['paths'] as readonly string[]).map(String),
    json: argv['json'] === true,
    quiet: argv['quiet'] === true,
    follow: argv['follow'] === true,
    withHistory: argv['with-history'] === true,
    reveal: argv['reveal'] === true,
    connections: text('connections'),
    failOn: text('failOn') as Severity | null,
    from,
    to,
    filter: filter === null ? null : { text: filter, compiled: compileFilter(filter) },
  };
}

function twoOutputs(): OperatorError {
  const sentence = '--connections - and --json both write to standard output';
  return new OperatorError('usage', sentence, 'Name a file with --connections, or leave one of them out.');
}

function readRange(
  begin: string | null,
  end: string | null,
  argv: Record<string, unknown>,
): Pick<Request, 'from' | 'to'> {
  const from = begin === null ? null : parseMoment(begin, '--from', 'begin');
  const to = end === null ? null : parseMoment(end, '--to', 'end');
  const isEmpty = from !== null && to !== null && (from.seconds - to.seconds || from.nanos - to.nanos) >= 0;
  if (isEmpty) throw emptyRange('--from', '--to', argv);
  return { from, to };
}

/** Where no summary tells of inputs that were not read to their end. */
function tellErrors({ inputs, interrupted, database }: ReplayResult, io: Io): void {
  if (interrupted) {
    io.stderr(`dicomtap: interrupted\n  What was read until then is in ${database}.\n`);
    return;
  }
  for (const input of inputs) {
    if (input.error !== null) io.stderr(`dicomtap: ${inputSentence(input)}\n  ${input.remedy}\n`);
  }
}
