import { resolve } from 'node:path';
import type { Batch } from '../capture/batch.ts';
import { findInputs, type InputProblem } from '../capture/files.ts';
import { groupSeries } from '../capture/series.ts';
import type { ReadLimits } from '../capture/window.ts';
import { OperatorError } from '../model/errors.ts';
import { CaptureInput, FollowedRing, InputSeries } from './inputs.ts';

/** Everything a replay will read. */
export interface Intake {
  /** In argument order; while a ring is followed, more may come. */
  readonly inputs: CaptureInput[];
  readonly series: readonly InputSeries[];
  /** Paths that are no inputs at all. */
  readonly problems: readonly InputProblem[];
  /** Files in folders that are no captures. */
  readonly ignored: number;
  /** Compares inputs and problems by the arguments that led to them. */
  readonly byArgument: (a: HasPath, b: HasPath) => number;
  /** Bytes as stored; null when not known. */
  readonly totalBytes: number | null;
}

interface HasPath {
  readonly path: string;
}

export interface IntakeOptions {
  /** The files still grow: their end is waited at. */
  readonly follow: boolean;
  /** Called with an input's first packets: gives it its number. */
  readonly begun: (input: CaptureInput, batch: Batch) => void;
  readonly stopped: () => boolean;
  readonly idle: () => void;
  readonly limits: ReadLimits;
}

/**
 * Finds and orders the inputs. Of several, the time of the first packet is looked up, each file open only for that.
 * Throws an operator error when nothing of them can be read; a file of no bytes counts as readable, and cut.
 */
export async function takeIn(paths: readonly string[], options: IntakeOptions): Promise<Intake> {
  if (paths.includes('-') && process.stdin.isTTY) throw noPipe();
  const found = findInputs(paths);
  const rank = ({ path }: HasPath): number => found.argumentOf.get(path) ?? paths.length;
  const byArgument = (a: HasPath, b: HasPath): number => rank(a) - rank(b);
  const inputs = found.files.map((file) => new CaptureInput(file, options.limits));
  if (options.follow) return { ...(await followed(inputs, found.problems, found.ignored, options)), byArgument };
  for (const input of inputs) await input.peek(inputs.length === 1);
  const problems = [...found.problems, ...inputs.flatMap(({ problem }) => problem ?? [])].sort(byArgument);
  refuseNothing(inputs, problems);
  const series = groupSeries(inputs).map((ring) => new InputSeries(ring, options.begun, options.stopped));
  const sized = found.files.every((file) => !file.once);
  return {
    inputs,
    series,
    problems,
    byArgument,
    ignored: found.ignored,
    totalBytes: sized ? found.files.reduce((sum, file) => sum + file.size, 0) : null,
  };
}

/** One ring, or one file: the older files as they are, the newest one as it grows. */
async function followed(
  inputs: CaptureInput[],
  problems: readonly InputProblem[],
  ignored: number,
  options: IntakeOptions,
): Promise<Omit<Intake, 'byArgument'>> {
  for (const input of inputs) if (input.size > 0) await input.peek(false);
  const all = [...problems, ...inputs.flatMap(({ problem }) => problem ?? [])];
  if (all.length > 0) refuseNothing([], all);
  const rings = groupSeries(inputs);
  if (rings.length !== 1 || inputs.some((input) => input.path === '-'))
    throw new OperatorError(
      'usage',
      '--follow takes one file, or the files of one ring',
      'Follow several recorders with one command each, into databases of their own.',
    );
  const ring = new FollowedRing(options);
  const [older, newest] = [rings[0].slice(0, -1), rings[0].slice(-1)[0]];
  for (const input of older) ring.skip(input.path);
  const ordered = [...older, ring.input(newest.path)];
  const next = (last: CaptureInput): CaptureInput | null => ring.next(last);
  // The series appends what follows to the same list.
  const series = [new InputSeries(ordered, options.begun, options.stopped, next)];
  return { inputs: ordered, series, problems: [], ignored, totalBytes: null };
}

function noPipe(): OperatorError {
  return new OperatorError(
    'usage',
    'standard input is a terminal, not a capture',
    'Pipe one into it, such as: tcpdump -i eth1 -w - | dicomtap replay -',
  );
}

function refuseNothing(inputs: readonly CaptureInput[], problems: readonly InputProblem[]): void {
  if (inputs.some((input) => input.problem === null)) return;
  if (problems.length === 1) throw new OperatorError(problems[0].code, problems[0].sentence, problems[0].remedy);
  const shown = problems.slice(0, 3).map((problem) => problem.sentence);
  const more = problems.length > 3 ? `; and ${problems.length - 3} more` : '';
  throw new OperatorError(
    'nothing-readable',
    `none of the ${problems.length} inputs can be read: ${shown.join('; ')}${more}`,
    'Name pcap or pcapng files, plain or compressed with gzip or zstd, or folders that hold some.',
  );
}

/** The name by which a capture is told from others: that of its file, without folders and compression. */
export function captureName(path: string): string {
  if (path === '-') return '-';
  return resolve(path)
    .replace(/^.*\//, '')
    .replace(/\.(gz|zst|zstd)$/i, '');
}
