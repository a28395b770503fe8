import type { Database } from 'better-sqlite3';
import { merge } from '../../capture/merge.ts';
import { readConfig, readLiveConfig } from '../../config.ts';
import { PacketCopy } from '../../evidence/packet-copy.ts';
import { PacketFile } from '../../evidence/packet-file.ts';
import { type Found, Selection } from '../../evidence/selection.ts';
import { OperatorError } from '../../model/errors.ts';
import { limits as defaultLimits, type Limits } from '../../model/limits.ts';
import type { ConnectionRecord } from '../../model/records.ts';
import { programVersion } from '../../program.ts';
import { contextSyntax } from '../../store/by-id.ts';
import { openForReading } from '../../store/store.ts';
import { type Command, configOption, databaseOption, type Io, limitOption } from '../command.ts';
import { endpointText } from '../ends.ts';
import { type CaptureInput, InputSeries } from '../inputs.ts';
import { counted, readableBytes } from '../quantities.ts';
import { Stop } from '../stop.ts';
import { printable } from '../typeset.ts';
import { ObjectFiles } from './object-files.ts';
import { fileOutput, type Output, streamOutput } from './output.ts';
import { findSources, type Sources, type Span } from './sources.ts';
import { type Target, targetsMax, targetsOf } from './targets.ts';

/** `dicomtap extract ID`: the packets of one connection, out of captures or the ring. */
export const extract: Command = {
  name: 'extract',
  describe: 'Evidence: the packets of a record, or its DICOM objects',
  positional: { name: 'id', describe: 'Association, connection, finding or alert', many: false, required: true },
  options: {
    db: databaseOption,
    write: { type: 'string', requiresArg: true, alias: 'w', describe: 'File (pcapng), or - (default: ID.pcapng)' },
    from: {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'Captures, or folders (default: those that were read, and the ring)',
    },
    objects: { type: 'string', requiresArg: true, describe: 'Its DICOM objects as files, into this folder' },
    force: { type: 'boolean', describe: 'Replace files that are there' },
    config: configOption,
    limit: limitOption,
  },
  examples: [
    'dicomtap extract aywq4kq3zjxge5tcnb3vgxk2xnu -w case42.pcapng',
    'dicomtap extract aywq4kq3zjxge5tcnb3vgxk2xnu --from ring/ -w - | tshark -r -',
    'dicomtap extract aywq4kq3zjxge5tcnb3vgxk2xnu --objects images/',
  ],
  run,
};

/** Times of packets may be a little out of order; what comes after a connection's end may still be of it. */
const slackMicros = 40e6;

interface Request {
  readonly id: string;
  /** Null where only objects are asked for. */
  readonly write: string | null;
  readonly objects: string | null;
  readonly from: readonly string[] | null;
  readonly force: boolean;
}

async function run(argv: Record<string, unknown>, io: Io): Promise<number> {
  const request = readRequest(argv);
  const config = readConfig(argv);
  const database = openForReading(config.database);
  const stop = new Stop();
  try {
    const targets = targetsOf(database, request.id);
    if (targets.length === targetsMax) io.stderr(`dicomtap: only the first ${targetsMax} connections are looked for\n`);
    const limits = { ...defaultLimits, ...config.limits };
    const ring = await ringFolder(argv);
    const sources = await findSources({ database, span: spanOf(targets), from: request.from, ring, limits });
    for (const complaint of sources.complaints) io.stderr(`dicomtap: ${printable(complaint)}\n`);
    if (!sources.any) throw nothingKept(request.from, sources.readFrom);
    return await copied({ request, database, targets, sources, limits, stop, io });
  } finally {
    stop.release();
    database.close();
  }
}

function readRequest(argv: Record<string, unknown>): Request {
  const id = String(argv['id']);
  const objects = typeof argv['objects'] === 'string' ? argv['objects'] : null;
  const from = argv['from'] as string | readonly string[] | undefined;
  return {
    id,
    write: typeof argv['write'] === 'string' ? argv['write'] : objects === null ? `${id}.pcapng` : null,
    objects,
    from: from === undefined ? null : [from].flat().map(String),
    force: argv['force'] === true,
  };
}

/** That of this machine's live sensor, where there is a configuration that says one. */
async function ringFolder(argv: Readonly<Record<string, unknown>>): Promise<string | null> {
  try {
    const { evidence } = await readLiveConfig({ config: argv['config'] });
    return evidence?.folder ?? null;
  } catch (error) {
    if (error instanceof OperatorError && argv['config'] === undefined) return null;
    throw error;
  }
}

function spanOf(targets: readonly Target[]): Span {
  const from = Math.min(...targets.map(({ connection }) => connection.start));
  const to = Math.max(...targets.map(({ connection }) => (connection.ended === 'open' ? Infinity : connection.end)));
  return { from: from - slackMicros, to: Math.min(to + slackMicros, Number.MAX_SAFE_INTEGER) };
}

interface Work {
  readonly request: Request;
  readonly database: Database;
  readonly targets: readonly Target[];
  readonly sources: Sources;
  readonly limits: Limits;
  readonly stop: Stop;
  readonly io: Io;
}

async function copied(work: Work): Promise<number> {
  const { request, targets, sources, limits, stop, io } = work;
  const output = outputOf(request);
  try {
    const comments = targets.map(({ words }) => words);
    const application = `dicomtap ${programVersion()}`;
    const file = output === null ? null : new PacketFile(application, comments, (bytes) => output.write(bytes));
    const wanted = targets.map(({ connection }) => connection);
    const objects = objectFiles(work);
    const selection = new Selection(wanted, limits, objects);
    const inputs = await readAll(sources, spanOf(targets), new PacketCopy(selection, file, limits), output, stop);
    if (stop.status !== null) {
      output?.drop();
      return stop.status;
    }
    if (selection.found.every(({ packets }) => packets === 0)) throw notFound(wanted, sources);
    output?.keep();
    const whole = tell({ targets, found: selection.found, inputs, sources, output, io });
    return objectsTold(request, objects, io) && whole ? 0 : 3;
  } catch (error) {
    output?.drop();
    throw error;
  }
}

function outputOf({ write, force }: Request): Output | null {
  if (write === null) return null;
  return write === '-' ? streamOutput(process.stdout) : fileOutput(write, force);
}

function objectFiles({ request, database, targets, limits }: Work): ObjectFiles | null {
  if (request.objects === null) return null;
  return new ObjectFiles(request.objects, targets, limits, request.force, ({ associations }, ordinal, contextId) => {
    const association = associations.find((one) => one.ordinal === ordinal);
    if (association === undefined) return null;
    const agreed = association.contexts.find(({ id, result }) => id === contextId && result === 0);
    return agreed?.acceptedTransferSyntax ?? contextSyntax(database, association.id, contextId);
  });
}

/** Says what became of the objects; whether all are whole. */
function objectsTold({ objects: folder }: Request, objects: ObjectFiles | null, io: Io): boolean {
  if (objects === null) return true;
  const { all, whole, partial } = objects;
  io.stderr(`${counted(all, 'object')} to ${printable(folder ?? '')}, ${whole} of them whole\n`);
  if (all === 0) io.stderr('C-STORE alone carries objects, and not inside TLS.\n');
  if (partial.length > 0) {
    const more = partial.length > 5 ? ` and ${partial.length - 5} more` : '';
    io.stderr(`dicomtap: not whole, with zeros for what is missing: ${partial.slice(0, 5).join(', ')}${more}\n`);
  }
  return partial.length === 0;
}

/** Reads what may hold packets of that time, merged on packet time. */
async function readAll(
  { series }: Sources,
  span: Span,
  copy: PacketCopy,
  output: Output | null,
  stop: Stop,
): Promise<CaptureInput[]> {
  const inputs = series.flat();
  let over = false;
  let number = 0;
  const begun = (input: CaptureInput): void => {
    input.number = number++;
  };
  const ended = (): boolean => over || stop.asked;
  const deliver: Parameters<typeof merge>[1] = (batch, from, to, input) => {
    copy.packets(batch, from, to, input);
    // Only when a whole block is later: stamps of single packets may be wrong.
    if (batch.seconds[from] * 1e6 > span.to && batch.seconds[to - 1] * 1e6 > span.to) over = true;
  };
  await merge(
    series.map((some) => new InputSeries([...some], begun, ended)),
    deliver,
    ended,
    () => output?.room() ?? null,
  );
  for (const input of inputs) if (!input.finished) input.interrupt();
  copy.finish();
  return inputs.filter((input) => input.packets > 0);
}

interface Told {
  readonly targets: readonly Target[];
  readonly found: readonly Found[];
  readonly inputs: readonly CaptureInput[];
  readonly sources: Sources;
  readonly output: Output | null;
  readonly io: Io;
}

/** Says what was found of each connection; whether it was all, and of files that are as they were. */
function tell({ targets, found, inputs, sources, output, io }: Told): boolean {
  let whole = sources.complaints.length === 0;
  let packets = 0;
  for (const [i, { connection }] of targets.entries()) {
    packets += found[i].packets;
    const missing = missingOf(connection, found[i]);
    if (missing === null) continue;
    whole = false;
    io.stderr(`dicomtap: ${connection.id}: ${missing}\n`);
  }
  for (const { path, cut, error } of inputs) {
    if (!cut || error === null) continue;
    whole = false;
    io.stderr(`dicomtap: ${printable(`${path} ${error}`)}\n`);
  }
  const gave = inputs.filter(({ number }) => found.some((one) => one.inputs.has(number)));
  const from = gave.length === 1 ? printable(gave[0].path) : counted(gave.length, 'file');
  const name = output?.name === '-' ? 'standard output' : printable(output?.name ?? '');
  const to = output === null ? '' : ` to ${name}`;
  io.stderr(`${counted(packets, 'packet')} of ${counted(targets.length, 'connection')} from ${from}${to}\n`);
  io.stderr('They hold what was sent, patient data too: keep them as you would the images.\n');
  return whole;
}

/** What of a connection was not found, in words; null when all was. */
function missingOf(connection: ConnectionRecord, found: Found): string | null {
  if (found.packets === 0) return 'none of its packets are there';
  const lasting = connection.ended === 'open';
  const known = connection.clientBytes + connection.serverBytes;
  const bytes = `${readableBytes(found.streamBytes)} of ${readableBytes(known)}`;
  if (!found.same) return `its first packets are not there, or not as they were: ${bytes} of its streams were found`;
  if (lasting ? found.streamBytes >= known : found.streamBytes === known) return null;
  return `not all of its packets are as they were: ${bytes} of its streams were found`;
}

function notFound(wanted: readonly ConnectionRecord[], { series, others }: Sources): OperatorError {
  const [{ clientAddress, clientPort, serverAddress, serverPort }] = wanted;
  const ends = `${endpointText(clientAddress, clientPort)} to ${endpointText(serverAddress, serverPort)}`;
  const files = series.flat().length;
  const looked =
    files === 0 ? `no capture is of its time (${others} are of others)` : `${counted(files, 'capture')} read`;
  const remedy =
    'Name the captures that hold it with --from: files, folders, or the ring. It may have gone from the ring by now.';
  return new OperatorError('nothing-readable', `no packet of ${ends} was found: ${looked}`, remedy);
}

/** Neither captures nor a ring: where to find them, or how to have them next time. */
function nothingKept(from: Request['from'], readFrom: Sources['readFrom']): OperatorError {
  if (from !== null)
    return new OperatorError('nothing-readable', 'nothing that --from names can be read', 'See above.');
  const [sentence, remedy] = nothingKeptWords[readFrom];
  return new OperatorError('nothing-readable', sentence, remedy);
}

const nothingKeptWords: Readonly<Record<Sources['readFrom'], readonly [sentence: string, remedy: string]>> = {
  files: [
    'the captures of this record are not where they were read',
    'Name them, or the folders that they are in now, with --from.',
  ],
  pipe: [
    'the packets of this record came through standard input, which cannot be read again',
    'If they were written to a file too, name it with --from.',
  ],
  wire: [
    'the packets of this record were not kept',
    'Next time: dicomtap live --ring DIR --ring-size 10240 keeps the last 10 GiB of packets. If you have captures of that time, name them with --from.',
  ],
};
