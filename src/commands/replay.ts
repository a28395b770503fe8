import { hostname } from 'node:os';
import type { Batch } from '../capture/batch.ts';
import { type Deliver, merge } from '../capture/merge.ts';
import { withinRange } from '../capture/range.ts';
import type { PacketTime } from '../capture/series.ts';
import { type Config, programArguments, programVersion, readConfig } from '../config.ts';
import { compileFilter, type Filter } from '../decode/filter.ts';
import { keyedHash, loadHashKey } from '../hash-key.ts';
import { captureId } from '../ledger/ids.ts';
import { noHistory } from '../model/history.ts';
import { type Losses, type Severity, severities } from '../model/records.ts';
import { loadPolicy } from '../policy/load.ts';
import { type Policy, withoutPolicy } from '../policy/policy.ts';
import { Sensor } from '../sensor.ts';
import { gravity } from '../store/alerts.ts';
import { RunNotes } from '../store/run-tally.ts';
import { openStore, type Store } from '../store/store.ts';
import type { Writer } from '../store/writer.ts';
import { type Command, databaseOption, type Io } from './command.ts';
import { ConnectionsFile } from './connections-file.ts';
import { type CaptureInput, microsOf } from './inputs.ts';
import { captureName, type Intake, takeIn } from './intake.ts';
import { type Log, openLog } from './log.ts';
import { Progress } from './progress.ts';
import { replayDocument } from './replay-document.ts';
import type { ReplayResult } from './replay-result.ts';
import { inputRemedy, inputSentence, replaySummary } from './replay-summary.ts';
import { Stop } from './stop.ts';
import { parseMoment } from './times.ts';

/** `dicomtap replay PATH...`: captures in, findings out. */
export const replay: Command = {
  name: 'replay',
  describe: 'Read captures, judge them, fill the database',
  positional: { name: 'paths', describe: 'Files, folders, or - for standard input', many: true, required: true },
  options: {
    policy: { type: 'string', requiresArg: true, describe: 'What this site allows (YAML); or DICOMTAP_POLICY' },
    db: databaseOption,
    json: { type: 'boolean', describe: 'One JSON document on standard output instead of the summary' },
    connections: { type: 'string', requiresArg: true, describe: 'Write one JSON line per TCP connection to this file' },
    'fail-on': {
      type: 'string',
      requiresArg: true,
      choices: severities,
      describe: 'Exit status 2 when a finding is at least this grave',
    },
    from: { type: 'string', requiresArg: true, describe: 'Only packets from this time on (RFC 3339, or a date)' },
    to: { type: 'string', requiresArg: true, describe: 'Only packets before this time; of a date, its whole day' },
    filter: { type: 'string', requiresArg: true, describe: 'Only packets such as "host 10.0.0.5 and not port 80"' },
    follow: { type: 'boolean', describe: 'Go on while the file, or the ring, still grows' },
    'hash-key': { type: 'string', requiresArg: true, describe: 'Key of the patient hashes; or DICOMTAP_HASH_KEY' },
    reveal: { type: 'boolean', describe: 'Store patient values too: only with the right to see them' },
    quiet: { type: 'boolean', describe: 'No summary and no progress' },
  },
  examples: [
    'dicomtap replay evidence/ --policy site.yaml --db case42.db',
    'dicomtap replay ring_*.pcapng --from 2026-03-01T08:00:00Z --json',
    'tcpdump -i eth1 -w - | dicomtap replay -',
  ],
  run,
};

interface Request {
  readonly paths: readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
  readonly follow: boolean;
  readonly reveal: boolean;
  readonly connections: string | null;
  readonly failOn: Severity | null;
  readonly from: PacketTime | null;
  readonly to: PacketTime | null;
  readonly filter: Filter | null;
}

async function run(argv: Record<string, unknown>, io: Io): Promise<number> {
  const request = readRequest(argv);
  const config = readConfig(argv);
  const log = await openLog(config.logLevel);
  const policy = config.policy === null ? withoutPolicy : (await loadPolicy(config.policy, Date.now() * 1000)).policy;
  const stop = new Stop();
  try {
    const session = await begin({ request, config, log, policy, stop, io });
    const result = await session.read();
    if (request.json) io.stdout(`${JSON.stringify(replayDocument(result), null, 2)}\n`);
    else if (!request.quiet) io.stdout(replaySummary(result, io));
    if (request.json || request.quiet) tellErrors(result, io);
    return stop.status ?? exitStatus(result, request.failOn);
  } finally {
    stop.release();
  }
}

function readRequest(argv: Record<string, unknown>): Request {
  const text = (name: string): string | null => (typeof argv[name] === 'string' ? argv[name] : null);
  const [from, to, filter] = [text('from'), text('to'), text('filter')];
  return {
    paths: (argv['paths'] as readonly string[]).map(String),
    json: argv['json'] === true,
    quiet: argv['quiet'] === true,
    follow: argv['follow'] === true,
    reveal: argv['reveal'] === true,
    connections: text('connections'),
    failOn: text('failOn') as Severity | null,
    from: from === null ? null : parseMoment(from, '--from', 'begin'),
    to: to === null ? null : parseMoment(to, '--to', 'end'),
    filter: filter === null ? null : compileFilter(filter),
  };
}

/** Where no summary tells of inputs that were not read to their end. */
function tellErrors({ inputs, interrupted, database }: ReplayResult, io: Io): void {
  if (interrupted) {
    io.stderr(`dicomtap: interrupted\n  What was read until then is in ${database}.\n`);
    return;
  }
  for (const input of inputs) {
    if (input.error !== null) io.stderr(`dicomtap: ${inputSentence(input)}\n  ${inputRemedy(input)}\n`);
  }
}

/** 2 wins over 3 (contracts: exit status). */
function exitStatus({ tally, inputs }: ReplayResult, failOn: Severity | null): number {
  if (failOn !== null && tally.alerts.some(({ alert }) => gravity(alert.severity) >= gravity(failOn))) return 2;
  return inputs.every((input) => input.complete) ? 0 : 3;
}

interface Parts {
  readonly request: Request;
  readonly config: Config;
  readonly log: Log;
  readonly policy: Policy;
  readonly stop: Stop;
  readonly io: Io;
}

/** Opens everything, in an order that leaves nothing behind when something is wrong. */
async function begin(parts: Parts): Promise<Session> {
  const { request, config, policy, stop } = parts;
  const begun = performance.now();
  const key = loadHashKey(config.hashKey.path, config.hashKey.make);
  let session: Session | null = null;
  const intake = await takeIn(request.paths, {
    follow: request.follow,
    begun: (input, batch) => session?.begun(input, batch),
    stopped: () => stop.asked,
    idle: () => session?.idle(),
  });
  stop.close = () => {
    for (const input of intake.inputs) input.interrupt();
  };
  const connections = request.connections === null ? null : new ConnectionsFile(request.connections);
  const store = openStore(config.database);
  try {
    const writer = store.begin({
      program: `dicomtap ${programVersion()}`,
      arguments: programArguments(),
      policyDigest: policy.digest,
      hashKeyId: key.id,
      sensor: hostname(),
      reveal: request.reveal,
      begin: Date.now() * 1000,
    });
    session = new Session(parts, { intake, store, writer, connections, hashKey: key.key, begun });
    return session;
  } catch (error) {
    store.close();
    throw error;
  }
}

interface Opened {
  readonly intake: Intake;
  readonly store: Store;
  readonly writer: Writer;
  readonly connections: ConnectionsFile | null;
  readonly hashKey: Uint8Array;
  /** `performance.now()` at the start. */
  readonly begun: number;
}

/** One replay under way. */
class Session {
  private readonly parts: Parts;
  private readonly opened: Opened;
  private readonly sensor: Sensor;
  private readonly notes: RunNotes;
  private readonly progress: Progress;
  private readonly byNumber: CaptureInput[] = [];
  private lastMicros = 0;
  private advancedMicros = 0;

  constructor(parts: Parts, opened: Opened) {
    const { request, policy, log } = parts;
    const { writer, connections, store } = opened;
    this.parts = parts;
    this.opened = opened;
    this.notes = new RunNotes(store.database);
    this.progress = new Progress(request.quiet ? { ...parts.io, progress: false } : parts.io, opened.intake.totalBytes);
    this.sensor = new Sensor({
      policy,
      history: noHistory,
      hash: keyedHash(opened.hashKey),
      reveal: request.reveal,
      filter: request.filter,
      write: (batch) => {
        writer.write(batch);
        this.notes.note(batch);
      },
      ...(connections === null ? {} : { connection: (record) => connections.write(record) }),
      bug: (error) => log.error({ err: String((error as Error).stack ?? error) }, 'a connection was given up: a bug'),
    });
  }

  /** Reads everything to its end and leaves the store closed, also when something fails. */
  async read(): Promise<ReplayResult> {
    const { store, writer, connections } = this.opened;
    try {
      await this.deliverAll();
      this.sensor.finish();
      connections?.close();
      const result = this.result();
      for (const input of this.opened.intake.inputs) this.capture(input);
      writer.finish(this.ending(result));
      return result;
    } catch (error) {
      finishQuietly(writer);
      throw error;
    } finally {
      this.progress.clear();
      this.notes.close();
      store.close();
    }
  }

  /** An input's first packets: it gets its id and number. */
  begun(input: CaptureInput, batch: Batch): void {
    input.captureId = idOf(input, batch);
    input.number = this.sensor.input(input.captureId);
    this.byNumber[input.number] = input;
    this.parts.log.info({ path: input.path, capture: input.captureId, format: input.format }, 'reading');
  }

  /** Nothing new to read for the moment: what is known is stored. */
  idle(): void {
    this.progress.update(() => this.consumed());
    if (this.advancedMicros === this.lastMicros) return;
    this.advancedMicros = this.lastMicros;
    this.sensor.advance(this.lastMicros);
  }

  private async deliverAll(): Promise<void> {
    const { request, stop } = this.parts;
    const deliver: Deliver = (batch, from, to, input) => {
      this.sensor.packets(batch, from, to, input);
      this.lastMicros = microsOf(batch, to - 1);
      this.progress.update(() => this.consumed());
    };
    const outside = (input: number): CaptureInput['outside'] => this.byNumber[input].outside;
    await merge(this.opened.intake.series, withinRange(deliver, request.from, request.to, outside), () => stop.asked);
  }

  private consumed(): number {
    return this.opened.intake.inputs.reduce((sum, input) => sum + input.consumed, 0);
  }

  private capture(input: CaptureInput): void {
    const { error } = input;
    this.opened.writer.capture({
      id: input.captureId ?? idOf(input, null),
      path: input.path,
      format: input.format ?? 'unknown',
      size: input.size || input.consumed,
      packets: input.packets,
      bytes: input.bytes,
      firstTime: input.firstMicros,
      lastTime: input.lastMicros,
      linkTypes: [...input.linkTypes].sort((a, b) => a - b),
      losses: input.number < 0 ? {} : withOutside(this.sensor.losses(input.number), [input]),
      complete: error === null,
      error,
    });
  }

  private ending(result: ReplayResult): 'done' | 'incomplete' | 'interrupted' {
    if (this.parts.stop.asked) return 'interrupted';
    return result.inputs.every((input) => input.complete) ? 'done' : 'incomplete';
  }

  private result(): ReplayResult {
    const { config, policy, request, stop } = this.parts;
    const { intake, begun } = this.opened;
    const missing = intake.problems.filter(({ path }) => intake.inputs.every((input) => input.path !== path));
    const inputs = intake.inputs.map((input) => {
      const { path, packets, bytes, firstMicros: firstTime, lastMicros: lastTime, error } = input;
      return { path, packets, bytes, firstTime, lastTime, complete: error === null, error };
    });
    for (const { path, sentence } of missing) inputs.push(absentInput(path, sentence));
    return {
      version: programVersion(),
      policy: config.policy === null ? null : { path: config.policy, digest: policy.digest },
      database: config.database,
      inputs,
      ignored: intake.ignored,
      totals: this.sensor.totals,
      protocols: sortedCounts(this.sensor.protocols),
      losses: withOutside(this.sensor.losses(), intake.inputs),
      linkTypes: sortedCounts(this.sensor.linkTypesUnsupported),
      tally: this.notes.tally(),
      reveal: request.reveal,
      interrupted: stop.asked,
      elapsedMs: performance.now() - begun,
    };
  }
}

function idOf(input: CaptureInput, batch: Batch | null): string {
  const name = captureName(input.path);
  if (batch === null) return captureId(name, 0, new Uint8Array(0), 0, 0);
  const { bytes, start, captured, linkType, seconds, nanos } = batch;
  const packet = bytes.subarray(start[0], start[0] + captured[0]);
  return captureId(name, linkType[0], packet, seconds[0], nanos[0]);
}

function absentInput(path: string, sentence: string): ReplayResult['inputs'][number] {
  const error = sentence.startsWith(`${path} `) ? sentence.slice(path.length + 1) : sentence;
  return { path, packets: 0, bytes: 0, firstTime: null, lastTime: null, complete: false, error };
}

/** What a time range left out is counted as the filter's are. */
function withOutside(losses: Losses, inputs: readonly CaptureInput[]): Losses {
  const outside = { packets: 0, bytes: 0 };
  for (const input of inputs) {
    outside.packets += input.outside.packets;
    outside.bytes += input.outside.bytes;
  }
  if (outside.packets === 0) return losses;
  const others = losses['not-selected'] ?? { packets: 0, bytes: 0 };
  const all = { packets: others.packets + outside.packets, bytes: others.bytes + outside.bytes };
  return { ...losses, 'not-selected': all };
}

function sortedCounts(counts: ReadonlyMap<string | number, number>): Record<string, number> {
  return Object.fromEntries([...counts].map(([name, count]) => [String(name), count] as const).sort(byName));
}

function byName([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : Number(a > b);
}

/** The first error is the one to tell. */
function finishQuietly(writer: Writer): void {
  try {
    writer.finish('failed');
  } catch {}
}
