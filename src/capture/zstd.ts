import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { Decompress } from 'fzstd';
import { type InputSource, StreamSource } from './input-source.ts';

/** zstd, RFC 8878, by the program where there is one (ten times the speed), else by fzstd. */
export function zstdSource(source: InputSource): InputSource {
  const program = programPath('zstd');
  return program === null ? new FzstdSource(source) : new ZstdProgramSource(source, program);
}

/**
 * Compressed bytes given to fzstd at once: a block of four bytes can stand for 128 KiB, so at most 64 MiB wait to be
 * read.
 */
const fzstdPieceBytes = 2048;
const programPieceBytes = 262_144;

/** Decompression within the process. */
export class FzstdSource implements InputSource {
  error: string | null = null;
  private readonly source: InputSource;
  private readonly waiting: Uint8Array[] = [];
  private readonly decompress: Decompress;
  private produced = 0;
  private ended = false;

  constructor(source: InputSource) {
    this.source = source;
    this.decompress = new Decompress((chunk) => {
      if (chunk.length > 0) this.waiting.push(chunk);
      this.produced += chunk.length;
    });
  }

  get consumed(): number {
    return this.source.consumed;
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    while (this.waiting.length === 0 && !this.ended) {
      // fzstd keeps what it cannot use yet, so each piece is memory of its own.
      const piece = new Uint8Array(fzstdPieceBytes);
      const count = await this.source.read(piece, 0, piece.length);
      this.push(piece.subarray(0, count), count === 0);
    }
    if (this.waiting.length === 0) return 0;
    const chunk = this.waiting[0];
    const part = Math.min(chunk.length, length);
    into.set(chunk.subarray(0, part), at);
    if (part === chunk.length) this.waiting.shift();
    else this.waiting[0] = chunk.subarray(part);
    return part;
  }

  close(): void {
    this.ended = true;
    this.source.close();
  }

  private push(piece: Uint8Array, final: boolean): void {
    try {
      this.decompress.push(piece, final);
    } catch {
      this.ended = true;
      this.error = this.source.error ?? broken(final, this.produced);
    }
    if (final) {
      this.ended = true;
      this.error ??= this.source.error;
    }
  }
}

/** Decompression by the `zstd` program, fed and read through pipes. */
export class ZstdProgramSource implements InputSource {
  error: string | null = null;
  private readonly source: InputSource;
  private readonly program: ChildProcess;
  private readonly output: StreamSource;
  private readonly over: Promise<number | null>;
  private closed = false;

  constructor(source: InputSource, path: string) {
    this.source = source;
    this.program = spawn(path, ['-dcq'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.output = new StreamSource(this.program.stdout as Readable);
    this.over = new Promise((resolve) => {
      this.program.once('error', () => resolve(null));
      this.program.once('close', (status) => resolve(status));
    });
    void this.feed(this.program.stdin as Writable);
  }

  get consumed(): number {
    return this.source.consumed;
  }

  read(into: Uint8Array, at: number, length: number): number | Promise<number> {
    const count = this.output.read(into, at, length);
    return typeof count === 'number' && count > 0 ? count : this.settle(count);
  }

  close(): void {
    this.closed = true;
    this.output.close();
    this.program.kill();
    this.source.close();
  }

  private async settle(pending: number | Promise<number>): Promise<number> {
    const count = await pending;
    if (count > 0 || this.closed) return count;
    if ((await this.over) !== 0) this.error ??= this.source.error ?? broken(true, this.output.consumed);
    return 0;
  }

  private async feed(input: Writable): Promise<void> {
    let broken = false;
    input.on('error', () => {
      broken = true;
    });
    const piece = new Uint8Array(programPieceBytes);
    while (!broken && !this.closed) {
      const count = await this.source.read(piece, 0, piece.length);
      if (count === 0) break;
      // The memory is free again when the pipe took it.
      await new Promise<void>((resolve) => input.write(piece.subarray(0, count), () => resolve()));
    }
    input.end();
  }
}

function broken(cut: boolean, produced: number): string {
  return `is ${cut ? 'cut or damaged' : 'damaged'} in its zstd stream after ${produced} bytes of content`;
}

/** Where a program is in PATH; null if it is not. */
export function programPath(name: string): string | null {
  const { PATH = '' } = process.env;
  for (const folder of PATH.split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return null;
}
