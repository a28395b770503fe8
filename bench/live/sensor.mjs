import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

/** `dicomtap live` at an interface of a host, its log read. */
export class LiveSensor {
  lines = [];
  #text = '';
  #child;
  #ended;
  #runs = true;

  constructor(wires, host, database, ...words) {
    const key = `${database}.key`;
    writeFileSync(key, '5a'.repeat(32), { mode: 0o600 });
    // Of this machine's own configuration nothing is read.
    const config = `${database}.yaml`;
    writeFileSync(config, 'sensor: bench\nmetrics: { listen: off }\n');
    const all = ['live', '--config', config, '--db', database, '--hash-key', key, '--user', 'root', ...words];
    this.#child = wires.start(host, process.execPath, cli, ...all);
    this.#child.stdout.resume();
    this.#child.stderr.on('data', (chunk) => {
      const parts = (this.#text + chunk).split('\n');
      this.#text = parts.pop();
      for (const line of parts) this.lines.push(parsed(line));
      // A long run says much.
      if (this.lines.length > 10_000) this.lines.splice(0, 5000);
    });
    this.#ended = new Promise((resolve) => {
      // All that it said was read then, too.
      this.#child.on('close', (status) => {
        this.#runs = false;
        resolve(status);
      });
    });
  }

  said(message) {
    return this.lines.filter(({ msg }) => msg === message);
  }

  async began(interfaces = 1) {
    for (let i = 0; i < 2400 && this.#runs && this.said('capture began').length < interfaces; i++) await pause(50);
    if (this.said('capture began').length < interfaces) throw new Error(`no capture: ${JSON.stringify(this.lines)}`);
  }

  /** All counters, now. */
  async statistics() {
    const before = this.said('statistics').length;
    this.#child.kill('SIGUSR2');
    for (let i = 0; i < 2400 && this.said('statistics').length <= before; i++) await pause(50);
    return this.said('statistics').at(-1);
  }

  /** Memory in bytes, descriptors, and seconds of processor time of sensor, capture processes and engines. */
  use() {
    const sensor = useOf(this.#child.pid);
    const keepers = childrenOf(this.#child.pid).filter((pid) => commandOf(pid).includes('capture'));
    const captures = keepers.flatMap(childrenOf).filter((pid) => commandOf(pid).includes('capture'));
    const engines = captures.flatMap(childrenOf);
    return { sensor, capture: sum(captures.map(useOf)), engine: sum(engines.map(useOf)) };
  }

  /** Ends it; its status, and its last numbers. */
  async end() {
    this.#child.kill('SIGTERM');
    const status = await this.#ended;
    return { status, ...this.said('stopped').at(-1) };
  }
}

/** Of one process; nothing when it is gone. */
export function useOf(pid) {
  try {
    const [, user, system] = /\) (?:\S+ ){11}(\d+) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    const memory = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) * 1024;
    return { seconds: (Number(user) + Number(system)) / 100, memory, files: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return { seconds: 0, memory: 0, files: 0 };
  }
}

function sum(uses) {
  const total = (of) => uses.reduce((all, each) => all + of(each), 0);
  return { seconds: total((one) => one.seconds), memory: total((one) => one.memory), files: total((one) => one.files) };
}

function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
  } catch {
    return [];
  }
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return { msg: line };
  }
}
