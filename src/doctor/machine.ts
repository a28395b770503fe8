import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { Target } from '../sinks/transports/socket.ts';

/** What is asked of the machine, and nothing else of it. Asking sends nothing, but for `connect`. */
export interface Machine {
  /** A small file as text; null when it cannot be read. */
  readonly read: (path: string) => string | null;
  /** Names in a folder; null when it cannot be read. */
  readonly list: (path: string) => readonly string[] | null;
  /** What is at a path; null when there is nothing. */
  readonly stat: (path: string) => Found | null;
  /** Bytes free to us on the disk of a folder; null when it is not there. */
  readonly free: (folder: string) => number | null;
  /** Runs a program for a moment; null when it is not installed. */
  readonly run: (
    program: string,
    words: readonly string[],
  ) => { readonly status: number; readonly output: string } | null;
  /** Addresses by interface, of those that have any. */
  readonly addresses: () => Readonly<Record<string, readonly string[]>>;
  /** Opens a connection, its TLS handshake included, and closes it without a byte of ours. Rejects when it cannot. */
  readonly connect: (target: Target) => Promise<void>;
}

/** What is at a path: whether we may write it, its permission bits, and its bytes. */
export interface Found {
  readonly kind: 'file' | 'folder' | 'socket' | 'other';
  readonly writable: boolean;
  readonly mode: number;
  readonly size: number;
}

/** This machine. */
export const thisMachine: Machine = {
  read: (path) => attempt(() => readFileSync(path, 'utf8')),
  list: (path) => attempt(() => readdirSync(path)),
  stat: (path) =>
    attempt(() => {
      const found = statSync(path);
      const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : found.isSocket() ? 'socket' : 'other';
      const writable = attempt(() => accessSync(path, constants.W_OK)) !== null;
      return { kind, writable, mode: found.mode & 0o777, size: found.size } as const;
    }),
  free: (folder) =>
    attempt(() => {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    }),
  run: (program, words) => {
    const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`, LC_ALL: 'C' };
    const ran = spawnSync(program, [...words], {
      encoding: 'utf8',
      timeout: 5000,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (ran.error !== undefined && (ran.error as NodeJS.ErrnoException).code !== 'ETIMEDOUT') return null;
    return { status: ran.status ?? -1, output: `${ran.stdout}${ran.stderr}` };
  },
  addresses: () =>
    Object.fromEntries(
      Object.entries(networkInterfaces()).map(([name, all = []]) => [name, all.map(({ address }) => address)]),
    ),
  connect: async (target) => {
    // Late: only who has sinks needs TLS.
    const { openSocket } = await import('../sinks/transports/socket.ts');
    const { socket } = await openSocket(target, 5000);
    socket.on('error', () => {});
    // In good order: a collector need not log a broken connection.
    socket.end();
    setTimeout(() => socket.destroy(), 500);
  },
};

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
