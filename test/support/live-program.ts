import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './live.ts';
import type { Host } from './network.ts';
import { root } from './source-tree.ts';

const cli = join(root, 'dist', 'cli.js');

export type LogLine = Readonly<Record<string, unknown>>;

/**
 * `dicomtap live` of the built program at an interface of a host, its log read; nothing of this machine's configuration
 * is.
 */
export class LiveProgram {
  readonly child: ChildProcess;
  /** Exit status once it has ended and all that it said was read; -1 by a signal. */
  ended: number | null = null;
  private text = '';

  /**
   * `folder`: of its own, for key, configuration and the database `a.db`. `user`: who it becomes. `script`: of another
   * program.
   */
  constructor(host: Host, folder: string, words: readonly string[], settings = '', user = 'root', script = cli) {
    const key = join(folder, 'key');
    const config = join(folder, 'live.yaml');
    writeFileSync(key, '5a'.repeat(32), { mode: 0o600 });
    writeFileSync(config, `sensor: s\nmetrics: { listen: off }\n${settings}`);
    const files = ['--config', config, '--db', join(folder, 'a.db'), '--hash-key', key];
    this.child = host.start(process.execPath, script, 'live', ...files, '--user', user, ...words);
    this.child.stdout?.resume();
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.text += chunk.toString();
    });
    this.child.on('close', (status) => {
      this.ended = status ?? -1;
    });
  }

  get log(): string {
    return this.text;
  }

  said(message: string): LogLine[] {
    const lines = this.text.split('\n').slice(0, -1);
    const parsed = lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogLine] : []));
    return parsed.filter(({ msg }) => msg === message);
  }

  /** Until captures have begun so often. */
  async began(times = 1): Promise<void> {
    const came = () => this.said('capture began').length >= times || this.ended !== null;
    await until(came, `capture ${times}`);
    if (this.ended !== null) throw new Error(`it ended: ${this.text}`);
  }

  /** All its numbers, now. */
  async statistics(): Promise<LogLine> {
    const before = this.said('statistics').length;
    this.child.kill('SIGUSR2');
    await until(() => this.said('statistics').length > before, 'statistics');
    return this.said('statistics').at(-1) as LogLine;
  }

  /** Processes: what keeps its capture process, that, and its engine. */
  get helpers(): { readonly keeper: number; readonly capture: number; readonly engine: number } {
    const [keeper] = childrenOf(this.child.pid as number);
    const [capture] = childrenOf(keeper);
    return { keeper, capture, engine: childrenOf(capture)[0] };
  }

  /** Tells it to stop; its last numbers. */
  async stop(): Promise<LogLine> {
    this.child.kill('SIGTERM');
    await until(() => this.ended !== null, 'the end');
    return this.said('stopped').at(-1) as LogLine;
  }
}

/** Processes whose parent is this one: `ip netns exec` becomes what it starts. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Whether a process is there, and no zombie. */
export function runs(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}
