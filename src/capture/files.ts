import { closeSync, openSync, readdirSync, readSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { OperatorErrorCode } from '../model/errors.ts';
import { compressionOf, headOf } from './compression.ts';
import { looksLikeCapture } from './open.ts';

/** One input to read. */
export interface FoundFile {
  /** As named by the operator or found in a folder; `-` is standard input. */
  readonly path: string;
  /** Bytes as stored; 0 when not known (pipes). */
  readonly size: number;
  /** A pipe: it can be read only once, from its beginning. */
  readonly once: boolean;
}

/** Why an input cannot be used: the sentence and remedy of an operator error. */
export interface InputProblem {
  readonly path: string;
  readonly code: OperatorErrorCode;
  readonly sentence: string;
  readonly remedy: string;
}

export interface FoundInputs {
  /** In argument order, a folder's files by name. A file named twice is there once. */
  readonly files: readonly FoundFile[];
  readonly problems: readonly InputProblem[];
  /** Files in folders that are no captures, by content and by name. */
  readonly ignored: number;
  /** Path of a file or problem to the number of the argument that led to it. */
  readonly argumentOf: ReadonlyMap<string, number>;
}

/**
 * The files behind the paths of a command line. Files are taken as named; folders are searched to their ends,
 * and their files are recognised by content, inside gzip and zstd too, or by a capture's name: what a recorder that
 * died left of one, or a disk damaged, should be seen, and opening it says why it cannot be read.
 */
export function findInputs(paths: readonly string[]): FoundInputs {
  const search: Search = { files: [], problems: [], ignored: 0, argumentOf: new Map(), seen: new Set() };
  for (const [argument, path] of paths.entries()) {
    const [files, problems] = [search.files.length, search.problems.length];
    if (path === '-') addOnce(search, '-', { path, size: 0, once: true });
    else addPath(search, path);
    for (const one of search.files.slice(files)) search.argumentOf.set(one.path, argument);
    for (const one of search.problems.slice(problems)) search.argumentOf.set(one.path, argument);
  }
  return search;
}

interface Search {
  readonly files: FoundFile[];
  readonly problems: InputProblem[];
  ignored: number;
  readonly argumentOf: Map<string, number>;
  /** Real paths met, so that links neither repeat a file nor make a search endless. */
  readonly seen: Set<string>;
}

function addPath(search: Search, path: string): void {
  const stats = statOf(search, path);
  if (stats === null) return;
  if (stats.isDirectory()) {
    const before = search.files.length + search.problems.length;
    addFolder(search, path);
    if (search.files.length + search.problems.length === before) search.problems.push(emptyFolder(path));
  } else if (stats.isFile()) addOnce(search, realpathSync(path), { path, size: stats.size, once: false });
  else if (stats.isFIFO() || stats.isCharacterDevice() || stats.isSocket())
    search.files.push({ path, size: 0, once: true });
  else search.problems.push(unreadable(path, 'is neither a file nor a folder'));
}

function addFolder(search: Search, folder: string): void {
  const real = realpathSync(folder);
  if (search.seen.has(real)) return;
  search.seen.add(real);
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch (error) {
    search.problems.push(unreadable(folder, `cannot be read: ${reasonOf(error)}`));
    return;
  }
  for (const name of names) addEntry(search, join(folder, name), name);
}

function addEntry(search: Search, path: string, name: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory()) addFolder(search, path);
  else if (!stats?.isFile()) search.ignored++;
  else if (captureName.test(name) || holdsCapture(path))
    addOnce(search, realpathSync(path), { path, size: stats.size, once: false });
  else search.ignored++;
}

const captureName = /\.(pcap|pcapng|cap|ntar|dmp)\d*(\.(gz|zst))?$/i;

/** By its first bytes; of a file that cannot be opened that is not known. */
function holdsCapture(path: string): boolean {
  try {
    const file = openSync(path, 'r');
    try {
      return looksLikeCapture(headOf(readHead(file)));
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

/** Enough for the first bytes of content: of zstd that takes a whole first block (RFC 8878 section 3.1.1.2.4). */
function readHead(file: number): Uint8Array {
  const head = new Uint8Array(4096);
  const length = readSync(file, head, 0, head.length, 0);
  if (length < head.length || compressionOf(head) !== 'zstd') return head.subarray(0, length);
  const block = new Uint8Array(zstdHeadBytes);
  return block.subarray(0, readSync(file, block, 0, block.length, 0));
}

/** The largest block, its header, and the frame header. */
const zstdHeadBytes = 131_072 + 32;

function addOnce(search: Search, key: string, file: FoundFile): void {
  if (search.seen.has(key)) return;
  search.seen.add(key);
  search.files.push(file);
}

function statOf(search: Search, path: string): Stats | null {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined) return stats;
    search.problems.push({
      path,
      code: 'input-missing',
      sentence: `${path} does not exist`,
      remedy: 'Check the spelling, and from which folder the command was started.',
    });
  } catch (error) {
    search.problems.push(unreadable(path, `cannot be read: ${reasonOf(error)}`));
  }
  return null;
}

function emptyFolder(path: string): InputProblem {
  return {
    path,
    code: 'input-empty-folder',
    sentence: `the folder ${path} holds no captures`,
    remedy: 'Captures are pcap or pcapng files, plain or compressed with gzip or zstd; they are recognised by content.',
  };
}

function unreadable(path: string, what: string): InputProblem {
  return {
    path,
    code: 'input-unreadable',
    sentence: `${path} ${what}`,
    remedy: 'Check its permissions, or run as a user who may read it.',
  };
}

/** An error of the operating system in words, without the path Node puts behind it. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'ENOTDIR') return 'a part of its path is not a folder';
  if (code === 'EROFS') return 'the file system is read-only';
  if (code === 'ENOSPC') return 'no space is left on the device';
  if (code === 'EIO') return 'the device reports an error';
  return code ?? message;
}
