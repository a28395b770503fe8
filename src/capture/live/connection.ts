import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import { escapeBytes } from '../../bytes/text.ts';
import type { CaptureOptions } from './capture-options.ts';

/** A capture process at the other end of a stream. */
export interface Connection {
  readonly stream: Duplex;
  /** Why it ended, in words, once the stream has. */
  readonly why: () => string;
  /** Drops it at once. */
  readonly close: () => void;
}

/** Makes a new connection; never throws: what fails shows on the stream. */
export type Dial = () => Connection;

/** The capture process listens at a path: it belongs to a unit of its own. */
export function dialSocket(path: string): Dial {
  return () => {
    const stream = connect({ path, allowHalfOpen: true });
    let why = 'the capture process closed its socket';
    stream.on('error', (error: NodeJS.ErrnoException) => {
      why = socketReasons[error.code ?? ''] ?? `the socket failed: ${error.code ?? 'unknown error'}`;
    });
    return { stream, why: () => why, close: () => stream.destroy() };
  };
}

const socketReasons: Readonly<Record<string, string>> = {
  ENOENT: 'the capture process has not made its socket',
  ECONNREFUSED: 'no capture process listens at the socket',
  EACCES: 'this user may not open the socket of the capture process',
};

/** How this program is started as the file that runs: `node dist/cli.js`. */
function programWords(): readonly string[] {
  return [process.execPath, join(import.meta.dirname, 'cli.js')];
}

/**
 * A capture process of our own, a child: it keeps the rights that this process has now, so that engines can be started
 * again after this one gave its own up. It is in no terminal's foreground: Ctrl-C is for us, and we let it end in good order.
 */
export function spawnCapture(options: CaptureOptions, program: readonly string[] = programWords()): Connection {
  const [command, ...words] = program;
  const child = spawn(command, [...words, 'capture', ...captureWords(options), '--descriptor', '3'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  // A stream socket, both ways: libuv makes its pipes so.
  const stream = child.stdio[3] as Duplex;
  stream.on('error', () => {});
  let said = '';
  (child.stderr as Readable).setEncoding('latin1').on('data', (text: string) => {
    said = (said + text).slice(-512);
  });
  let how = 'the capture process closed its stream';
  child.on('error', (error: NodeJS.ErrnoException) => {
    how = `the capture process cannot be started: ${error.code ?? 'unknown error'}`;
    stream.destroy();
  });
  child.on('exit', (status, signal) => {
    endGroup(child.pid);
    const [first] = said.trim().split('\n');
    how =
      signal === null
        ? `the capture process ended with status ${status}`
        : `the capture process was ended by ${signal}`;
    if (first !== '') how += `: ${escapeBytes(Buffer.from(first, 'latin1'))}`;
  });
  return {
    stream,
    why: () => how,
    close: () => {
      stream.destroy();
      child.kill('SIGTERM');
    },
  };
}

/** An engine that outlives its capture process ends, which else it would only with its next packet: if we still may. */
function endGroup(group: number | undefined): void {
  if (group === undefined) return;
  try {
    process.kill(-group, 'SIGTERM');
  } catch {
    // None is left, or it is not ours to end any more.
  }
}

/** The options of `dicomtap capture` for these. */
function captureWords(options: CaptureOptions): string[] {
  return [
    ...['--interface', options.interface, '--engine', options.engine],
    ...['--buffer', `${options.bufferMiB}`, '--snaplen', `${options.snapLength}`],
    ...(options.filter === null ? [] : [`--filter=${options.filter}`]),
    ...(options.promiscuous ? [] : ['--no-promiscuous']),
  ];
}
