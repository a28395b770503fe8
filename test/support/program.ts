import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './source-tree.ts';

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const cli = join(root, 'dist/cli.js');

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
