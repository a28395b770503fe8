import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { InputSource } from './input-source.ts';
import { ringName } from './series.ts';

/** A file that still grows is looked at this often. */
const pollMs = 200;

export interface FollowOptions {
  /** True when it should end: at the next look. */
  readonly stopped: () => boolean;
  /** True when the recorder has gone on to another file: this one then ends at its end. */
  readonly over: () => boolean;
  /** Called when nothing was new: time to show and store what is known. */
  readonly idle: () => void;
}

/** A file that its recorder still writes: its end is waited at, not reported. */
export class FollowSource implements InputSource {
  consumed = 0;
  error: string | null = null;
  private readonly file: number;
  private readonly options: FollowOptions;
  private open = true;

  constructor(path: string, options: FollowOptions) {
    this.file = openSync(path, 'r');
    this.options = options;
  }

  read(into: Uint8Array, at: number, length: number): number | Promise<number> {
    const count = this.take(into, at, length);
    return count > 0 || !this.open ? count : this.wait(into, at, length);
  }

  close(): void {
    if (this.open) closeSync(this.file);
    this.open = false;
  }

  private async wait(into: Uint8Array, at: number, length: number): Promise<number> {
    while (this.open && !this.options.stopped()) {
      this.options.idle();
      // Asked before the last look: what was written before the recorder went on is then still read.
      const over = this.options.over();
      const count = this.take(into, at, length);
      if (count > 0 || over) return count;
      await new Promise((wake) => setTimeout(wake, pollMs));
    }
    return 0;
  }

  private take(into: Uint8Array, at: number, length: number): number {
    if (!this.open) return 0;
    try {
      const count = readSync(this.file, into, at, length, null);
      this.consumed += count;
      if (count === 0 && fstatSync(this.file).size < this.consumed) this.error = 'was made shorter while it was read';
      if (this.error !== null) this.close();
      return count;
    } catch (error) {
      this.error = `cannot be read beyond byte ${this.consumed}: ${(error as NodeJS.ErrnoException).code}`;
      this.close();
      return 0;
    }
  }
}

/**
 * The file that a ring's recorder began after `path`: of the same ring, changed later, and not in `done`
 * (a full ring uses its names again, so a name that was changed since it was done counts as another file). Null
 * while there is none.
 */
export function nextRingFile(path: string, done: ReadonlyMap<string, bigint>): string | null {
  const folder = dirname(path);
  const { stem } = ringName(path);
  const now = changed(path);
  let next: { path: string; at: bigint } | null = null;
  for (const name of readdirSync(folder).sort()) {
    const other = join(folder, name);
    if (ringName(other).stem !== stem || resolve(other) === resolve(path)) continue;
    const at = changed(other);
    if (at === null || (now !== null && at < now)) continue;
    const before = done.get(resolve(other));
    if (before !== undefined && before >= at) continue;
    if (next === null || at < next.at) next = { path: other, at };
  }
  return next?.path ?? null;
}

/** Time of a file's last change, in nanoseconds; null when it is gone. */
export function changed(path: string): bigint | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? null;
}
