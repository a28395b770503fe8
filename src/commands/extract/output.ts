import { closeSync, existsSync, linkSync, openSync, renameSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { reasonOf } from '../../capture/files.ts';
import { OperatorError } from '../../model/errors.ts';

/** Where an extract goes. */
export interface Output {
  readonly name: string;
  write(bytes: Uint8Array): void;
  /** To be waited for before more is written; null for at once. */
  room(): Promise<void> | null;
  /** All of it is there: it gets its name. */
  keep(): void;
  /** Nothing is left of it. */
  drop(): void;
}

/**
 * A file that has its name only when it is whole, 0600; an existing one stays unless `force`. Throws
 * `output-unwritable`.
 */
export function fileOutput(path: string, force: boolean): Output {
  if (!force && existsSync(path)) throw exists(path);
  const unfinished = `${path}.${process.pid}.part`;
  let file: number | null = guarded(path, () => openSync(unfinished, 'wx', 0o600));
  const close = (): void => {
    if (file !== null) closeSync(file);
    file = null;
  };
  return {
    name: path,
    write: (bytes) => guarded(path, () => writeAll(file as number, bytes)),
    room: () => null,
    keep: () => {
      close();
      guarded(path, () => {
        if (force) return renameSync(unfinished, path);
        // Unlike a new name, a link never replaces what came meanwhile.
        linkSync(unfinished, path);
        unlinkSync(unfinished);
      });
    },
    drop: () => {
      close();
      rmSync(unfinished, { force: true });
    },
  };
}

/** Standard output. */
export function streamOutput(stream: NodeJS.WritableStream): Output {
  let crowded = false;
  return {
    name: '-',
    // The memory is used again before it is written.
    write: (bytes) => {
      crowded = !stream.write(Buffer.from(bytes));
    },
    room: () => {
      if (!crowded) return null;
      crowded = false;
      return new Promise((resolve) => stream.once('drain', () => resolve()));
    },
    keep: () => {},
    drop: () => {},
  };
}

export function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at);
}

function guarded<Value>(path: string, act: () => Value): Value {
  try {
    return act();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw exists(path);
    const remedy = 'Name a file in a folder that you may write, with space left.';
    throw new OperatorError('output-unwritable', `${path} cannot be written: ${reasonOf(error)}`, remedy, error);
  }
}

function exists(path: string): OperatorError {
  const remedy = 'Name another, or give --force to replace it.';
  return new OperatorError('output-unwritable', `${path} is there already`, remedy);
}
