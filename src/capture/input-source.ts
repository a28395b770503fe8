import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ByteSource } from './source.ts';

/** A byte source that knows how far it is, and why it ended if that was too early. */
export interface InputSource extends ByteSource {
  /** Bytes of the input as stored (before decompression) used so far. */
  readonly consumed: number;
  /** Null while all is well; else what is wrong, such as `is cut in its gzip stream`: "FILE …". */
  readonly error: string | null;
}

/**
 * A plain file, read in order and at once: what the kernel has in memory takes less time than a turn of a thread pool,
 * and of what it has not it reads ahead itself. Throws what `openSync` throws.
 */
export class FileSource implements InputSource {
  consumed = 0;
  error: string | null = null;
  private readonly file: number;
  private open = true;

  constructor(path: string) {
    this.file = openSync(path, 'r');
  }

  read(into: Uint8Array, at: number, length: number): number {
    if (!this.open) return 0;
    try {
      const count = readSync(this.file, into, at, length, null);
      this.consumed += count;
      return count;
    } catch (error) {
      this.error = `cannot be read beyond byte ${this.consumed}: ${(error as NodeJS.ErrnoException).code}`;
      return 0;
    }
  }

  close(): void {
    if (this.open) closeSync(this.file);
    this.open = false;
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
