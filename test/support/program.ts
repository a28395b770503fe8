import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { root } from './source-tree.ts';

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `replay --json` writes. */
export interface ReplayDocument {
  readonly inputs: readonly Record<string, unknown>[];
  readonly totals: Readonly<Record<string, number>>;
  readonly losses: Readonly<Record<string, { packets: number; bytes: number }>>;
  readonly findings: readonly Record<string, unknown>[];
}

const cli = join(root, 'dist/cli.js');
const breaking = `import { parentPort as unlucky } from 'node:worker_threads';
unlucky.on('message', ({ kind }) => {
  if (kind === 'packets') throw new Error('out of luck');
});
`;

/** The built program in a folder of its own, with a home of its own: nothing of this machine is read or written. */
export class Program {
  readonly folder = mkdtempSync(join(tmpdir(), 'dicomtap-cli-'));
  readonly environment: Readonly<Record<string, string>>;

  constructor() {
    if (!existsSync(cli)) throw new Error('dist/cli.js is not there: npm run build');
    const home = join(this.folder, 'home');
    mkdirSync(home);
    const { PATH = '' } = process.env;
    this.environment = { PATH, HOME: home, XDG_CONFIG_HOME: join(home, 'config') };
  }

  at(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  run(words: readonly string[], input: Uint8Array = new Uint8Array(0)): Promise<Ran> {
    return this.start(process.execPath, [cli, ...words], input);
  }

  /** A line of bash in which `dicomtap` is the program. */
  shell(line: string): Promise<Ran> {
    const name = `dicomtap() { "${process.execPath}" "${cli}" "$@"; }`;
    return this.start('bash', ['-c', `${name}\n${line}`], new Uint8Array(0));
  }

  /** A replay with --json into the database `name`. */
  async replay(
    name: string,
    words: readonly string[],
    input?: Uint8Array,
  ): Promise<Ran & { document: ReplayDocument }> {
    const ran = await this.run(['replay', ...words, '--db', name, '--json'], input);
    return { ...ran, document: JSON.parse(ran.stdout) as ReplayDocument };
  }

  /** Asks a database that the program made, as any other program would. */
  rows<T>(database: string, sql: string): T[] {
    const opened = new Sqlite(this.at(database), { readonly: true });
    try {
      return opened.prepare(sql).all() as T[];
    } finally {
      opened.close();
    }
  }

  /** The command line of a copy whose threads that dissect break when they are given packets, with "out of luck". */
  withBrokenDissectors(): string {
    cpSync(join(root, 'dist'), this.at('copy', 'dist'), { recursive: true });
    for (const name of ['node_modules', 'package.json']) symlinkSync(join(root, name), this.at('copy', name));
    const path = this.at('copy', 'dist', 'dissector-worker.js');
    writeFileSync(path, breaking + readFileSync(path, 'utf8'));
    return this.at('copy', 'dist', 'cli.js');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private start(file: string, words: readonly string[], input: Uint8Array): Promise<Ran> {
    return new Promise((resolve) => {
      const options = { cwd: this.folder, env: this.environment, maxBuffer: 1 << 26 };
      const child = execFile(file, words, options, (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
      });
      // A program that does not read its input closes it.
      child.stdin?.on('error', () => {});
      child.stdin?.end(input);
    });
  }
}

/** JSON lines, read. */
export function jsonLines(text: string): Record<string, unknown>[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
