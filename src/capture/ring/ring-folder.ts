import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { type FileHandle, open, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Micros } from '../../model/records.ts';
import { reasonOf } from '../files.ts';
import { ringFileNumber, ringFileTime } from './ring-file.ts';

/** Files of the ring in a folder, oldest first. Throws what the file system does. */
export function ringEntries(
  folder: string,
): { readonly name: string; readonly number: number; readonly size: number }[] {
  const entries = readdirSync(folder).flatMap((name) => {
    const number = ringFileNumber(name);
    // One that goes meanwhile is none.
    const found = number === null ? undefined : statSync(join(folder, name), { throwIfNoEntry: false });
    return number === null || found === undefined ? [] : [{ name, number, size: found.size }];
  });
  return entries.sort((a, b) => a.number - b.number);
}

/** What is asked of the disk; tests put theirs in. */
export interface RingDisk {
  readonly open: (path: string) => Promise<Pick<FileHandle, 'writev' | 'truncate' | 'close'>>;
  readonly unlink: (path: string) => Promise<void>;
  /** Bytes that are free, and that there are. */
  readonly space: (folder: string) => Promise<{ readonly free: number; readonly size: number }>;
}

const realDisk: RingDisk = {
  open: (path) => open(path, 'wx', 0o600),
  unlink,
  space: async (folder) => {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { free: bavail * bsize, size: blocks * bsize };
  },
};

/** What stays free on the disk: a gibibyte, or a twentieth of a small one. */
const reserveBytesMax = 2 ** 30;
const reserveShare = 0.05;

/** The folder of a ring: its files, the oldest of which go where there is no room for new ones. */
export class RingFolder {
  bytes = 0;
  bytesMax: number;
  private readonly folder: string;
  private readonly disk: RingDisk;
  /** Oldest first. */
  private readonly entries: Entry[] = [];
  private next = 1;

  /** Makes the folder, 0700, if it is not there; takes over what a ring before left in it. */
  constructor(folder: string, bytesMax: number, disk: RingDisk = realDisk) {
    this.folder = folder;
    this.bytesMax = bytesMax;
    this.disk = disk;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const entry of ringEntries(folder)) {
      this.next = entry.number + 1;
      this.entries.push({ ...entry, open: false });
      this.bytes += entry.size;
    }
  }

  get files(): number {
    return this.entries.length;
  }

  /** First packet of the oldest file, to the second, in µs; null while there is none. */
  get oldest(): Micros | null {
    const oldest = this.entries.find(({ size }) => size > 0);
    return oldest === undefined ? null : ringFileTime(oldest.name);
  }

  /** Of the file that `begin` makes next. */
  get number(): number {
    return this.next;
  }

  /** A new file: made with its first bytes. */
  begin(name: string): GrowingFile {
    const entry: Entry = { name, number: this.next++, size: 0, open: true };
    this.entries.push(entry);
    return new GrowingFile(join(this.folder, name), this.disk, {
      room: (bytes) => this.makeRoom(bytes),
      grown: (bytes) => {
        entry.size += bytes;
        this.bytes += bytes;
      },
      closed: () => {
        entry.open = false;
        if (entry.size === 0) this.forget(entry);
      },
    });
  }

  /**
   * Deletes the oldest files until so many bytes more have room: in the ring, and beside the reserve. Null, or why it
   * cannot.
   */
  private async makeRoom(bytes: number): Promise<string | null> {
    for (;;) {
      const { free, size } = await this.disk.space(this.folder);
      const tight = free - bytes < Math.min(reserveBytesMax, size * reserveShare);
      if (this.bytes + bytes <= this.bytesMax && !tight) return null;
      const oldest = this.entries.find((entry) => !entry.open && entry.size > 0);
      if (oldest === undefined) return tight ? 'the disk is full but for its reserve' : 'its size is too small';
      try {
        await this.disk.unlink(join(this.folder, oldest.name));
      } catch (error) {
        // Gone already is as good.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
      this.forget(oldest);
    }
  }

  private forget(entry: Entry): void {
    const at = this.entries.indexOf(entry);
    if (at < 0) return;
    this.entries.splice(at, 1);
    this.bytes -= entry.size;
  }
}

interface Entry {
  readonly name: string;
  readonly number: number;
  size: number;
  /** Still written. */
  open: boolean;
}

interface Surroundings {
  readonly room: (bytes: number) => Promise<string | null>;
  readonly grown: (bytes: number) => void;
  readonly closed: () => void;
}

/**
 * A file that is written to its end, block by block; once it failed, no more is: it ends behind its last whole block.
 */
class GrowingFile {
  failed = false;
  private readonly path: string;
  private readonly disk: RingDisk;
  private readonly surroundings: Surroundings;
  private file: Pick<FileHandle, 'writev' | 'truncate' | 'close'> | null = null;
  private size = 0;

  constructor(path: string, disk: RingDisk, surroundings: Surroundings) {
    this.path = path;
    this.disk = disk;
    this.surroundings = surroundings;
  }

  /** Null, or why the bytes could not be written, in words. Never throws. */
  async write(parts: readonly Uint8Array[]): Promise<string | null> {
    if (this.failed) return 'it failed before';
    try {
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      const full = await this.surroundings.room(length);
      if (full !== null) return this.fail(full);
      this.file ??= await this.disk.open(this.path);
      let rest = [...parts];
      for (let at = 0; at < length; ) {
        const { bytesWritten } = await this.file.writev(rest, this.size + at);
        at += bytesWritten;
        rest = after(rest, bytesWritten);
      }
      this.size += length;
      this.surroundings.grown(length);
      return null;
    } catch (error) {
      return this.fail(reasonOf(error));
    }
  }

  async close(): Promise<void> {
    try {
      if (this.failed) await this.file?.truncate(this.size);
    } catch {}
    try {
      await this.file?.close();
      // Nothing of it could be written.
      if (this.file !== null && this.size === 0) await this.disk.unlink(this.path);
    } catch {}
    this.file = null;
    this.surroundings.closed();
  }

  private fail(why: string): string {
    this.failed = true;
    return why;
  }
}

/** What is left of parts when so many bytes of them are done with. */
function after(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes;
  return parts.flatMap((part) => {
    const done = Math.min(left, part.length);
    left -= done;
    return done === part.length ? [] : [part.subarray(done)];
  });
}
