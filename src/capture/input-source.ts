import { closeSync, createReadStream, fstatSync, openSync, read, readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ByteSource } from './source.ts';

/** A byte source that knows how far it is, and why it ended if that was too early. */
export interface InputSource extends ByteSource {
  /** Bytes of the input as stored (before decompression) used so far. */
  readonly consumed: number;
  /** Null while all is well; else what is wrong, such as `is cut in its gzip stream`: "FILE …". */
  readonly error: string | null;
}

/** What is left of a file is read at once when it is no more than this: a turn of the thread pool costs as much. */
const readAtOnceMax = 1 << 18;

/**
 * A plain file, read in order: by the thread pool, so that its caller can use one block while the next is read, or at
 * once where little is left. Throws what `openSync` throws.
 */
export class FileSource implements InputSource {
  consumed = 0;
  error: string | null = null;
  private readonly file: number;
  private readonly size: number;
  private open = true;
  private reading = false;

  constructor(path: string) {
    this.file = openSync(path, 'r');
    this.size = fstatSync(this.file).size;
  }

  read(into: Uint8Array, at: number, length: number): number | Promise<number> {
    if (!this.open) return 0;
    if (this.size - this.consumed > readAtOnceMax) return this.readLater(into, at, length);
    try {
      const count = readSync(this.file, into, at, length, null);
      this.consumed += count;
      return count;
    } catch (error) {
      return this.failed(error);
    }
  }

  close(): void {
    if (this.open && !this.reading) closeSync(this.file);
    this.open = false;
  }

  private readLater(into: Uint8Array, at: number, length: number): Promise<number> {
    this.reading = true;
    return new Promise((resolve) => {
      read(this.file, into, at, length, null, (error, count) => {
        this.reading = false;
        // Closed meanwhile: the file could not be closed under a read.
        if (!this.open) closeSync(this.file);
        if (error !== null) resolve(this.failed(error));
        else {
          this.consumed += count;
          resolve(count);
        }
      });
    });
  }

  private failed(error: unknown): number {
    this.error = `cannot be read beyond byte ${this.consumed}: ${(error as NodeJS.ErrnoException).code}`;
    return 0;
  }
}

/** A pipe, a socket or standard input. Reads what is at hand at once, and waits only when nothing is. */
export class StreamSource implements InputSource {
  consumed = 0;
  error: string | null = null;
  private readonly stream: Readable;
  private rest: Uint8Array | null = null;
  private ended = false;
  private wake: () => void = nothing;

  constructor(stream: Readable) {
    this.stream = stream;
    const end = (): void => {
      this.ended = true;
      this.wake();
    };
    stream.on('readable', () => this.wake());
    stream.on('end', end);
    stream.on('close', end);
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.error = `cannot be read beyond byte ${this.consumed}: ${error.code ?? error.message}`;
      end();
    });
  }

  read(into: Uint8Array, at: number, length: number): number | Promise<number> {
    const count = this.take(into, at, length);
    return count > 0 || this.ended ? count : this.wait(into, at, length);
  }

  close(): void {
    this.ended = true;
    this.stream.destroy();
    this.wake();
  }

  private async wait(into: Uint8Array, at: number, length: number): Promise<number> {
    for (;;) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = nothing;
      const count = this.take(into, at, length);
      if (count > 0 || this.ended) return count;
    }
  }

  private take(into: Uint8Array, at: number, length: number): number {
    let count = 0;
    while (count < length) {
      const chunk: Uint8Array | null = this.rest ?? this.stream.read();
      if (chunk === null) break;
      const part = Math.min(chunk.length, length - count);
      into.set(part === chunk.length ? chunk : chunk.subarray(0, part), at + count);
      this.rest = part === chunk.length ? null : chunk.subarray(part);
      count += part;
    }
    this.consumed += count;
    return count;
  }
}

/** The bytes of a path: a file at once, a pipe as it comes; `-` is standard input. Throws what `openSync` throws. */
export function rawSource(path: string, once: boolean): InputSource {
  if (path === '-') return new StreamSource(process.stdin);
  return once ? new StreamSource(createReadStream(path)) : new FileSource(path);
}

/** Bytes already taken from a source to look at them, then the rest of it. */
export class PrefixedSource implements InputSource {
  private head: Uint8Array;
  private readonly source: InputSource;

  constructor(head: Uint8Array, source: InputSource) {
    this.head = head;
    this.source = source;
  }

  get consumed(): number {
    return this.source.consumed;
  }

  get error(): string | null {
    return this.source.error;
  }

  read(into: Uint8Array, at: number, length: number): number | Promise<number> {
    if (this.head.length === 0) return this.source.read(into, at, length);
    const count = Math.min(length, this.head.length);
    into.set(this.head.subarray(0, count), at);
    this.head = this.head.subarray(count);
    return count;
  }

  close(): void {
    this.source.close();
  }
}

function nothing(): void {}
