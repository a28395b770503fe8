import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './rsyslog.ts';
import { root } from './source-tree.ts';

/**
 * A collector of syslog that writes what it received as lines of JSON: a process of the test, in a folder of its own.
 */
export class Receiver {
  readonly folder = mkdtempSync(join(tmpdir(), 'dicomtap-receiver-'));
  readonly #process: ChildProcess;
  #said = '';
  port = 0;
  /** For RFC 3164, a line a message. */
  linePort = 0;

  private constructor(command: (folder: string) => Command) {
    const { program, words, environment } = command(this.folder);
    this.#process = spawn(program, [...words], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (text: Buffer) => {
        this.#said += text.toString();
      });
    }
  }

  /** rsyslog with the receiver's configuration of `siem/rsyslog`, on a port of its own choice. */
  static async rsyslog(): Promise<Receiver> {
    const receiver = new Receiver((folder) => {
      const rules = join(folder, 'dicomtap.rulebase');
      writeFileSync(rules, readFileSync(join(root, 'siem/rsyslog/dicomtap.rulebase')));
      const given = readFileSync(join(root, 'siem/rsyslog/dicomtap.conf'), 'utf8');
      const configuration = replaced(given, [
        ['port="10514"', `port="0" address="127.0.0.1" listenPortFileName="${join(folder, 'port')}"`],
        ['/var/log/dicomtap/events.jsonl', join(folder, 'events.jsonl')],
        ['/etc/rsyslog.d/dicomtap.rulebase"', `${rules}"`],
      ]);
      const path = join(folder, 'rsyslog.conf');
      mkdirSync(join(folder, 'work'));
      writeFileSync(path, `global(workDirectory="${join(folder, 'work')}")\n${configuration}`);
      return { program: 'rsyslogd', words: ['-n', '-f', path, '-i', join(folder, 'pid')], environment: {} };
    });
    const file = join(receiver.folder, 'port');
    await receiver.#until(() => existsSync(file) && readFileSync(file, 'utf8').trim() !== '');
    receiver.port = Number(readFileSync(file, 'utf8'));
    receiver.linePort = receiver.port;
    return receiver;
  }

  /** syslog-ng, as `.ci/syslog-ng.mjs` unpacked it, with the receiver's configuration of `siem/syslog-ng`. */
  static async syslogNg(): Promise<Receiver> {
    const unpacked = join(root, 'node_modules/.cache/syslog-ng');
    if (!existsSync(join(unpacked, 'usr/sbin/syslog-ng'))) {
      throw new Error('syslog-ng is not unpacked: node .ci/syslog-ng.mjs');
    }
    const [port, linePort] = [await freePort(), await freePort()];
    const receiver = new Receiver((folder) => {
      const given = readFileSync(join(root, 'siem/syslog-ng/dicomtap.conf'), 'utf8');
      const path = join(folder, 'syslog-ng.conf');
      const events = join(folder, 'events.jsonl');
      const own: [string, string][] = [
        ['ip("0.0.0.0") port(10514)', `ip("127.0.0.1") port(${port})`],
        ['ip("0.0.0.0") port(10515)', `ip("127.0.0.1") port(${linePort})`],
        ['/var/log/dicomtap/events.jsonl', events],
      ];
      writeFileSync(path, replaced(given, own));
      const modules = join(unpacked, 'usr/lib/syslog-ng');
      const version = readdirSync(modules).find((name) => /^\d+\.\d+$/.test(name)) ?? '';
      // Debian's packages have their libraries in the one or the other.
      const libraries = ['lib', 'usr/lib'].flatMap((at) =>
        readdirSync(join(unpacked, at))
          .filter((name) => name.endsWith('-linux-gnu'))
          .map((name) => join(unpacked, at, name)),
      );
      const state = ['persist-file', 'pidfile', 'control'].map((name) => `--${name}=${join(folder, name)}`);
      return {
        program: join(unpacked, 'usr/sbin/syslog-ng'),
        words: ['-F', '--no-caps', `--module-path=${join(modules, version)}`, `--cfgfile=${path}`, ...state],
        environment: {
          LD_LIBRARY_PATH: [modules, ...libraries].join(':'),
        },
      };
    });
    receiver.port = port;
    receiver.linePort = linePort;
    await receiver.#until(async () => (await connects(port)) && (await connects(linePort)));
    return receiver;
  }

  /**
   * Sends messages over one connection, each with its length before it (RFC 6587), and waits until the lines are there.
   */
  received(messages: readonly string[]): Promise<Record<string, unknown>[]> {
    const framed = messages.map((message) => `${Buffer.byteLength(message)} ${message}`);
    return this.#sent(this.port, framed.join(''), messages.length);
  }

  /** The same, each with a line feed after it. */
  receivedLines(messages: readonly string[]): Promise<Record<string, unknown>[]> {
    return this.#sent(this.linePort, messages.map((message) => `${message}\n`).join(''), messages.length);
  }

  async #sent(port: number, framed: string, count: number): Promise<Record<string, unknown>[]> {
    const before = this.#lines().length;
    await new Promise<void>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.end(framed));
      socket.once('error', reject).once('close', () => resolve());
      socket.resume();
    });
    await this.#until(() => this.#lines().length >= before + count);
    return this.#lines()
      .slice(before)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGTERM');
      const timer = setTimeout(() => this.#process.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(timer);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  #lines(): string[] {
    const file = join(this.folder, 'events.jsonl');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  }

  /** Polls until it holds; after two minutes says what the program said. */
  async #until(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (let i = 0; i < 2400; i++) {
      if (await holds()) return;
      if (this.#process.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the receiver has ${this.#lines().length} lines; it said: ${this.#said}`);
  }
}

interface Command {
  readonly program: string;
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What the configuration has for a real machine, replaced by what the test has; each must be there. */
function replaced(text: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((given, [from, to]) => {
    if (!given.includes(from)) throw new Error(`the configuration has no ${from}`);
    return given.replaceAll(from, to);
  }, text);
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).once('error', () => resolve(false));
  });
}
