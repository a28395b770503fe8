import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { Batch } from '../../capture/batch.ts';
import { findInputs, type InputProblem } from '../../capture/files.ts';
import { type RingFile, readRingFile } from '../../capture/ring/ring-file.ts';
import { groupSeries } from '../../capture/series.ts';
import { captureId } from '../../ledger/ids.ts';
import type { Limits } from '../../model/limits.ts';
import type { CaptureRecord, Micros } from '../../model/records.ts';
import { captureNamed, capturesBetween, lastRuns } from '../../store/by-id.ts';
import { CaptureInput } from '../inputs.ts';
import { captureName } from '../intake.ts';
import { ringNamedBy } from '../kept-packets.ts';

/** The time in which packets are looked for, packet time. */
export interface Span {
  readonly from: Micros;
  readonly to: Micros;
}

/** Captures to read, in series, and what is wrong with others. */
export interface Sources {
  readonly series: readonly (readonly CaptureInput[])[];
  /** Whole sentences: files that are missing, were changed, cannot be read. */
  readonly complaints: readonly string[];
  /** Files that were left out, for they are of another time. */
  readonly others: number;
  /** Whether there was anything to read from at all. */
  readonly any: boolean;
  /** What packets of that time were read from, as the store says: of several, the first of these. */
  readonly readFrom: 'files' | 'pipe' | 'wire';
}

interface Asked {
  readonly database: Database;
  readonly span: Span;
  /** Files and folders named by the operator; null for those that the store names, and the ring. */
  readonly from: readonly string[] | null;
  /** Folder of the ring of evidence of this machine's configuration. */
  readonly ring: string | null;
  readonly limits: Limits;
}

/** Opens no more of a file than its head, but for those whose time it is. */
export async function findSources(asked: Asked): Promise<Sources> {
  const complaints: string[] = [];
  const known = capturesBetween(asked.database, asked.span.from, asked.span.to);
  const stored = asked.from === null ? stillThere(known.filter(isFile), complaints) : [];
  const paths = asked.from ?? (stored.length > 0 ? stored.map(({ path }) => path) : ringFolders(asked));
  const { files, problems } = findInputs(paths);
  for (const { sentence } of problems as readonly InputProblem[])
    if (asked.from !== null) complaints.push(`${sentence}.`);
  const inputs: CaptureInput[] = [];
  let others = 0;
  for (const file of files) {
    const ring = readRingFile(file.path);
    if (ring !== null && !ringOverlaps(ring, asked.span)) {
      others++;
      continue;
    }
    const input = new CaptureInput(file, asked.limits);
    const id = await peeked(input);
    const record = id === null ? null : captureNamed(asked.database, id);
    const before = stored.filter(({ path }) => path === file.path);
    if (before.length > 0 && ring === null) complaints.push(...changes(before, id, file.size));
    if (input.problem !== null) complaints.push(`${input.problem.sentence}.`);
    else if (isOutside(input, record, asked.span)) others++;
    else inputs.push(input);
  }
  const series = groupSeries(inputs);
  return { series, complaints, others, any: files.length > 0, readFrom: readFrom(known) };
}

function isFile({ path, format }: CaptureRecord): boolean {
  return format !== 'live' && path !== '-';
}

function readFrom(known: readonly CaptureRecord[]): Sources['readFrom'] {
  if (known.some(isFile)) return 'files';
  return known.some(({ path }) => path === '-') ? 'pipe' : 'wire';
}

/** The store has paths as they were typed: from another folder a relative one may lead nowhere, or elsewhere. */
function stillThere(files: readonly CaptureRecord[], complaints: string[]): CaptureRecord[] {
  return files.filter(({ path, runId }) => {
    if (isThere(path)) return true;
    complaints.push(
      isAbsolute(path)
        ? `${path} is not there any more: run ${runId} read it.`
        : `${path} is not there: run ${runId} read it, by this path from the folder it was started in.`,
    );
    return false;
  });
}

/** What is not as it was when the store's records were made of it. */
function changes(before: readonly CaptureRecord[], id: string | null, size: number): string[] {
  const same = before.find((one) => one.id === id);
  if (same === undefined) return [`${before[0].path} was changed: its first packet is another than when it was read.`];
  if (same.size === size) return [];
  return [`${same.path} was changed: it has ${size} bytes, and had ${same.size} when it was read.`];
}

function ringFolders({ database, ring }: Asked): string[] {
  return [...new Set([...(ring === null ? [] : [ring]), ...ringsOf(database)])].filter(isThere);
}

/** Folders that live runs of this store kept packets in, as their command lines say. */
function ringsOf(database: Database): string[] {
  return lastRuns(database, 1000).flatMap(({ arguments: words }) => {
    const folder = ringNamedBy(words);
    return folder === null ? [] : [folder];
  });
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Learns the first packet of an input: the id that its capture has. */
async function peeked(input: CaptureInput): Promise<string | null> {
  let id: string | null = null;
  await input.peek(false, (batch) => {
    id = idOf(input.path, batch);
  });
  return id;
}

function idOf(path: string, { bytes, start, captured, linkType, seconds, nanos }: Batch): string {
  const packet = bytes.subarray(start[0], start[0] + captured[0]);
  return captureId(captureName(path), linkType[0], packet, seconds[0], nanos[0]);
}

function isOutside({ firstTime }: CaptureInput, record: CaptureRecord | null, { from, to }: Span): boolean {
  if (record !== null && record.lastTime !== null && record.complete && record.lastTime < from) return true;
  return firstTime !== null && firstTime.seconds * 1e6 > to;
}

function ringOverlaps({ first, span }: RingFile, { from, to }: Span): boolean {
  const begin = span?.first ?? first;
  if (begin === null || begin.seconds * 1e6 > to) return false;
  return span === null || (span.last.seconds + 1) * 1e6 >= from;
}
