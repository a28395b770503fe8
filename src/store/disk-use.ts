import { statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Database } from 'better-sqlite3';

/** What a store takes of its disk, in bytes. */
export interface DiskUse {
  /** Database, write-ahead log and shared memory. */
  readonly bytes: number;
  readonly walBytes: number;
  /** Pages of the database that hold nothing: what is written next goes there. */
  readonly emptyBytes: number;
  /** Free on the disk, to this user. */
  readonly freeBytes: number;
}

export function diskUse(database: Database, path: string): DiskUse {
  const pragma = (name: string): number => database.pragma(name, { simple: true }) as number;
  const walBytes = sizeOf(`${path}-wal`);
  return {
    bytes: bytesOnDisk(path),
    walBytes,
    emptyBytes: pragma('freelist_count') * pragma('page_size'),
    freeBytes: freeBytes(path),
  };
}

/** Database, write-ahead log and shared memory of the store at `path`. */
export function bytesOnDisk(path: string): number {
  return sizeOf(path) + sizeOf(`${path}-wal`) + sizeOf(`${path}-shm`);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(dirname(resolve(path)));
  return bavail * bsize;
}
