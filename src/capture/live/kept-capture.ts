import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { escapeBytes } from '../../bytes/text.ts';
import type { CaptureOptions } from './capture-options.ts';
import { type CaptureProcess, type Connection, dialSocket } from './connection.ts';

/** How a capture process of our own is started. */
export interface KeptOptions {
  /** Group whose members may read it, besides us: of who we will have become by then. Null: nobody else. */
  readonly group: number | null;
  /** This program, as words of a command line. */
  readonly program: readonly string[];
}

/** This program is started as the file that runs: `node dist/cli.js`. */
export const keptDefaults: KeptOptions = {
  group: null,
  program: [process.execPath, join(import.meta.dirname, 'cli.js')],
};

/**
 * Stays behind with the rights that we have now, and does nothing but start the capture process again when it was
 * killed: a shell, for it takes a megabyte and reads no input. An engine that outlived its capture process ends, which
 * else it would only with its next packet. One that ended at once is waited for longer; where we have gone, none is
 * started. Status 0 is an end that was asked for.
 */
const keeper = `trap '' HUP INT TERM
exec 3>&2 2>/dev/null
while begun=$(date +%s); do
  (exec "$@" 2>&3 3>&-) && exit
  status=$?
  if [ $status -gt 128 ]; then how="was ended by SIG$(kill -l $((status - 128)))"; else how="ended with status $status"; fi
  echo "keeper: the capture process $how" >&3
  kill -TERM 0
  if [ $(($(date +%s) - begun)) -lt 5 ]; then sleep 1.5; else sleep 0.25; fi
  kill -0 $PPID || exit
done`;

/**
 * A capture process of our own, at a socket in a folder that only we can open. It ends when we do, however we do: its
 * standard input is a pipe of ours. It is in no terminal's foreground: Ctrl-C is for us, and we let it end in good
 * order. Throws when no folder can be made.
 */
export function keepCapture(options: CaptureOptions, { group, program }: KeptOptions = keptDefaults): CaptureProcess {
  const path = join(ownFolder(group), 'capture.sock');
  const words = [...program, 'capture', ...captureWords(options), '--socket', path, '--lifeline'];
  const child = spawn('/bin/sh', ['-c', keeper, 'dicomtap-keeper', ...words], {
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
    // What a service manager is told is ours to say.
    env: { ...process.env, NOTIFY_SOCKET: '' },
  });
  const lifeline = child.stdin as Writable;
  lifeline.on('error', () => {});
  const ends = new Ends(child);
  return {
    dial: () => ends.explaining(dialSocket(path)),
    release: () => lifeline.end(),
  };
}

/** Why a capture process ended: what is said of it, with its own last words. */
class Ends {
  /** How often one ended. */
  private count = 0;
  private how: string | null = null;
  private line = '';
  private said = '';

  constructor(child: ChildProcess) {
    (child.stderr as Readable).setEncoding('latin1').on('data', (text: string) => this.hear(text));
    child.on('error', (error: NodeJS.ErrnoException) => {
      this.ended(`the capture process cannot be started: ${error.code ?? 'unknown error'}`);
    });
    child.on('exit', (status, signal) => {
      if (status !== 0)
        this.ended(`what starts the capture process again was ended by ${signal ?? `status ${status}`}`);
    });
  }

  /** The same connection; of an end that only shows as a socket which is closed, or not there, the reason is known. */
  explaining(connection: Connection): Connection {
    const before = this.count;
    const known = (): boolean => connection.source.consumed === 0 || this.count > before;
    const why = (): string => (known() ? this.how : null) ?? connection.why();
    return { ...connection, why, known };
  }

  private hear(text: string): void {
    const parts = (this.line + text).split('\n');
    this.line = (parts.pop() ?? '').slice(-512);
    for (const line of parts) {
      const how = /^keeper: (.*)/.exec(line)?.[1];
      if (how !== undefined) this.ended(how);
      else if (this.said === '') this.said = escapeBytes(Buffer.from(line, 'latin1'), 0, undefined, 300);
    }
  }

  private ended(how: string): void {
    this.count++;
    this.how = this.said === '' ? how : `${how}: ${this.said}`;
    this.said = '';
  }
}

/**
 * In memory where it can be, for what is killed with us leaves it behind. Members of the group may open what is in it.
 */
function ownFolder(group: number | null): string {
  const folder = folderIn('/run') ?? folderIn(tmpdir());
  if (folder === null) throw new Error(`no folder can be made in ${tmpdir()}`);
  if (group !== null) {
    chownSync(folder, -1, group);
    // Its socket gets the group of the folder.
    chmodSync(folder, 0o2750);
  }
  return folder;
}

function folderIn(parent: string): string | null {
  try {
    return mkdtempSync(join(parent, 'dicomtap-'));
  } catch {
    return null;
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
