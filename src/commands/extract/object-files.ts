import { closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../../capture/files.ts';
import { type ObjectHead, ObjectReader, type ObjectSink } from '../../evidence/object-reader.ts';
import { part10Head } from '../../evidence/part10.ts';
import type { StreamTap } from '../../evidence/selection.ts';
import { OperatorError } from '../../model/errors.ts';
import type { Side } from '../../model/facts.ts';
import type { Limits } from '../../model/limits.ts';
import { implicitLittleEndian } from '../../protocols/dicom/tables/transfer-syntaxes.ts';
import { writeAll } from './output.ts';
import type { Target } from './targets.ts';

const bufferBytes = 1 << 18;

/** The transfer syntax of a context by what the store knows, where the capture does not show what was agreed on. */
export type KnownSyntax = (target: Target, ordinal: number, contextId: number) => string | null;

/**
 * Objects of connections as DICOM Part 10 files in a folder: named by their order, never by what was on the wire, 0600.
 * One has its name when it is whole; with holes, which are zeros, it keeps the ending `.partial`.
 */
export class ObjectFiles implements StreamTap {
  whole = 0;
  readonly partial: string[] = [];
  private readonly folder: string;
  private readonly targets: readonly Target[];
  private readonly limits: Limits;
  private readonly force: boolean;
  private readonly syntax: KnownSyntax;
  private readonly readers = new Map<number, ObjectReader>();
  private count = 0;

  /** Makes the folder, 0700, if it is not there. Throws `output-unwritable`, also later. */
  constructor(folder: string, targets: readonly Target[], limits: Limits, force: boolean, syntax: KnownSyntax) {
    this.folder = folder;
    this.targets = targets;
    this.limits = limits;
    this.force = force;
    this.syntax = syntax;
    guarded(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  }

  get all(): number {
    return this.count;
  }

  data(index: number, side: Side, bytes: Uint8Array, start: number, end: number): void {
    this.reader(index).data(side, bytes, start, end);
  }

  gap(index: number, side: Side, length: number): void {
    this.reader(index).gap(side, length);
  }

  ended(index: number): void {
    this.readers.get(index)?.close();
    this.readers.delete(index);
  }

  private reader(index: number): ObjectReader {
    let reader = this.readers.get(index);
    if (reader === undefined) {
      reader = new ObjectReader(this.limits, (head) => this.begin(this.targets[index], head));
      this.readers.set(index, reader);
    }
    return reader;
  }

  private begin(target: Target, head: ObjectHead): ObjectSink | null {
    if (!target.associations.some(({ ordinal }) => ordinal === head.ordinal)) return null;
    const known = head.transferSyntax ?? this.syntax(target, head.ordinal, head.contextId);
    const name = `${String(++this.count).padStart(6, '0')}.dcm`;
    const path = join(this.folder, name);
    if (!this.force && (existsSync(path) || existsSync(`${path}.partial`))) throw exists(path);
    const file = guarded(path, () => openSync(`${path}.partial`, this.force ? 'w' : 'wx', 0o600));
    const written = new ObjectFile(path, file);
    const first = part10Head(head.sopClass, head.sopInstance, known ?? implicitLittleEndian);
    written.bytes(first, 0, first.length);
    return {
      bytes: (bytes, start, end) => written.bytes(bytes, start, end),
      gap: (length) => written.zeros(length),
      end: (whole) => {
        // A guess at its encoding is no evidence.
        if (written.close(whole && known !== null)) this.whole++;
        else this.partial.push(`${name}.partial`);
      },
    };
  }
}

class ObjectFile {
  private readonly path: string;
  private readonly file: number;
  private readonly buffer = Buffer.alloc(bufferBytes);
  private used = 0;

  constructor(path: string, file: number) {
    this.path = path;
    this.file = file;
  }

  bytes(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; ) {
      const part = Math.min(end - at, bufferBytes - this.used);
      this.buffer.set(bytes.subarray(at, at + part), this.used);
      this.used += part;
      at += part;
      if (this.used === bufferBytes) this.flush();
    }
  }

  zeros(length: number): void {
    const some = new Uint8Array(Math.min(length, bufferBytes));
    for (let left = length; left > 0; left -= some.length) this.bytes(some, 0, Math.min(left, some.length));
  }

  /** Gives it its name if it is whole; whether it is. */
  close(whole: boolean): boolean {
    this.flush();
    guarded(this.path, () => {
      closeSync(this.file);
      if (whole) renameSync(`${this.path}.partial`, this.path);
    });
    return whole;
  }

  private flush(): void {
    guarded(this.path, () => writeAll(this.file, this.buffer.subarray(0, this.used)));
    this.used = 0;
  }
}

function guarded<Value>(path: string, act: () => Value): Value {
  try {
    return act();
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    const remedy = 'Name a folder that you may write, with space left.';
    throw new OperatorError('output-unwritable', `${path} cannot be written: ${reasonOf(error)}`, remedy, error);
  }
}

function exists(path: string): OperatorError {
  const remedy = 'Name an empty folder, or give --force to replace what is there.';
  return new OperatorError('output-unwritable', `${path} is there already`, remedy);
}
