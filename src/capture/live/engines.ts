import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type CaptureOptions, type EngineName, engineNames } from './capture-options.ts';
import { type EngineCounters, type ReadCounters, readDumpcap, readTcpdump } from './engine-counters.ts';

/** A program that writes what it captures to its standard output, as pcap. */
export interface Engine {
  readonly name: EngineName;
  /** Why this one, in words. */
  readonly why: string;
  readonly command: string;
  readonly words: readonly string[];
  /** Its counters, from a line that it wrote to standard error. */
  readonly readCounters: ReadCounters;
  /** Whether SIGUSR1 has it write its counters. */
  readonly tells: boolean;
  /** For how long, at most, it may hold back a packet that it has, in ms. */
  readonly holdMs: number;
}

/** Looks for a program: its path, or null. */
export type FindProgram = (name: string) => string | null;

/** The engine for what is asked; a sentence why there is none. */
export function chooseEngine(options: CaptureOptions, find: FindProgram = findProgram): Engine | string {
  const asked = options.engine;
  if (asked !== 'auto') {
    const engine = engines[asked](options, find);
    return engine === null
      ? `${asked} is not installed, or may not be run by this user`
      : { ...engine, why: 'asked for' };
  }
  for (const [at, name] of engineNames.entries()) {
    const engine = engines[name](options, find);
    if (engine === null) continue;
    const before = engineNames.slice(0, at).join(' and ');
    return { ...engine, why: at === 0 ? 'the first choice' : `${before} not found` };
  }
  return `none of ${engineNames.join(', ')} is installed`;
}

type MakeEngine = (options: CaptureOptions, find: FindProgram) => Omit<Engine, 'why'> | null;

const engines: Readonly<Record<EngineName, MakeEngine>> = {
  // -U: without it a packet waits until the next ones fill a buffer. Its ring gives a block up after a second.
  tcpdump: (options, find) => {
    const command = find('tcpdump');
    if (command === null) return null;
    const { snapLength, bufferMiB, promiscuous, filter } = options;
    return {
      name: 'tcpdump',
      command,
      words: [
        ...['-i', options.interface, '-n', '-s', `${snapLength}`, '-B', `${bufferMiB * 1024}`, '-U', '-w', '-'],
        ...(promiscuous ? [] : ['-p']),
        ...(filter === null ? [] : ['--', filter]),
      ],
      readCounters: readTcpdump,
      tells: true,
      holdMs: 1000,
    };
  },
  // -P: both engines write the same format. It says what it dropped only at its end.
  dumpcap: (options, find) => {
    const command = find('dumpcap');
    if (command === null) return null;
    const { snapLength, bufferMiB, promiscuous, filter } = options;
    return {
      name: 'dumpcap',
      command,
      words: [
        ...['-q', '-P', '-i', options.interface, '-s', `${snapLength}`, '-B', `${bufferMiB}`, '-w', '-'],
        ...(promiscuous ? [] : ['-p']),
        ...(filter === null ? [] : ['-f', filter]),
      ],
      readCounters: readDumpcap,
      tells: false,
      holdMs: 300,
    };
  },
  // The package aborts its whole process when the interface goes down, has no counter and no time stamps: a process of
  // its own.
  cap: (options) => {
    if (!capInstalled()) return null;
    const { snapLength, bufferMiB, filter } = options;
    return {
      name: 'cap',
      command: process.execPath,
      words: [programPath('cap-program'), options.interface, `${snapLength}`, `${bufferMiB}`, filter ?? ''],
      readCounters: silent,
      tells: false,
      holdMs: 300,
    };
  },
};

/** A file of this program, where it runs: the built one has all of them in one folder. */
function programPath(name: string): string {
  return join(import.meta.dirname, `${name}.js`);
}

function capInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve('cap');
    return true;
  } catch {
    return false;
  }
}

/** In PATH, and where administrators' programs lie: a user's PATH often lacks those. */
function findProgram(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  for (const folder of folders) {
    if (!folder.startsWith('/')) continue;
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // The next one.
    }
  }
  return null;
}

function silent(): EngineCounters | null {
  return null;
}
