import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { escapeBytes } from '../../bytes/text.ts';
import { Unwrapped } from './engine-counters.ts';
import type { Engine } from './engines.ts';

/** What a run tells, in order: pieces of its output, counters in between, and once why it ended. */
export interface RunListener {
  chunk(bytes: Buffer): void;
  counters(): void;
  /** All of its output was told before. `orderly`: by itself, its last counters told. */
  ended(why: string, orderly: boolean): void;
}

/** One process of an engine, from its start to its end. */
export class EngineRun {
  /** Packets since it began, as it said last. */
  received: number | null = null;
  kernel = 0;
  engine = 0;
  private readonly program: Engine;
  private readonly listener: RunListener;
  private readonly child: ChildProcess;
  private readonly receivedWhole = new Unwrapped();
  private readonly kernelWhole = new Unwrapped();
  private said = '';
  private line = '';
  private recent = '';
  private failed: string | null = null;
  private done = false;

  constructor(program: Engine, listener: RunListener) {
    this.program = program;
    this.listener = listener;
    this.child = spawn(program.command, [...program.words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    });
    const stdout = this.child.stdout as Readable;
    stdout.on('data', (chunk: Buffer) => listener.chunk(chunk));
    stdout.on('error', () => {});
    const stderr = this.child.stderr as Readable;
    stderr.setEncoding('latin1').on('data', (text: string) => this.hear(text));
    stderr.on('error', () => {});
    this.child.on('error', (error: NodeJS.ErrnoException) => {
      this.failed = `cannot be started: ${error.code ?? 'unknown error'}`;
      if (this.child.pid === undefined) this.end(this.failed);
    });
    this.child.on('close', (status, signal) => this.end(this.why(status, signal)));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Has it write its counters, if it can. */
  ask(): void {
    if (this.program.tells) this.child.kill('SIGUSR1');
  }

  /** What it captures waits in the pipe, then in the kernel's ring. */
  pause(): void {
    this.child.stdout?.pause();
  }

  resume(): void {
    this.child.stdout?.resume();
  }

  /** Ends it: politely, and after a second for good. What it wrote still comes. */
  stop(): void {
    this.child.kill('SIGINT');
    const last = setTimeout(() => this.child.kill('SIGKILL'), 1000);
    this.child.once('close', () => clearTimeout(last));
    this.resume();
  }

  /** Standard error: bounded, and looked at line by line. */
  private hear(text: string): void {
    for (const part of text.split(/(?<=[\n\r])/)) {
      this.line = (this.line + part).slice(-lineMax);
      if (!/[\n\r]$/.test(part)) continue;
      this.hearLine(this.line.trim());
      this.line = '';
    }
  }

  private hearLine(line: string): void {
    // At its end tcpdump spreads its counters over lines.
    this.recent = `${this.recent} ${line}`.slice(-lineMax);
    const told = this.program.readCounters(line) ?? this.program.readCounters(this.recent);
    if (told !== null) {
      this.recent = '';
      this.received = told.received === null ? null : this.receivedWhole.take(told.received);
      this.kernel = this.kernelWhole.take(told.kernel);
      this.engine = told.engine;
      this.listener.counters();
    } else if (line !== '' && !/packets? |listening on|Capturing on|^File: /.test(line)) this.said = line;
  }

  private why(status: number | null, signal: NodeJS.Signals | null): string {
    const { name } = this.program;
    if (this.failed !== null) return `${name} ${this.failed}`;
    const how = signal === null ? `ended with status ${status}` : `was ended by ${signal}`;
    return this.said === ''
      ? `${name} ${how}`
      : `${name} ${how}: ${escapeBytes(Buffer.from(this.said, 'latin1'), 0, this.said.length, 300)}`;
  }

  private end(why: string): void {
    if (this.done) return;
    this.done = true;
    if (this.line !== '') this.hearLine(this.line.trim());
    this.listener.ended(why, this.child.signalCode === null);
  }
}

const lineMax = 512;
