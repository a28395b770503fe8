import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';

/** Whether this machine lets us make network namespaces, and has what the tests need in them. */
export const networksFound =
  ['ip', 'tcpdump', 'tcpreplay'].every((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0) &&
  spawnSync('ip', ['netns', 'list']).status === 0 &&
  process.getuid?.() === 0;

let made = 0;

/** A host: a network namespace of its own, whose name is this process's. */
export class Host {
  readonly name = `dt${process.pid}-${++made}`;

  constructor() {
    ip('netns', 'add', this.name);
    this.ip('link', 'set', 'lo', 'up');
  }

  /** `ip` with these words, in here. */
  ip(...words: readonly string[]): void {
    ip('-n', this.name, ...words);
  }

  /** An interface that only listens: no ARP, no IPv6, no address. */
  makeSilent(name: string): void {
    this.run('sysctl', '-eqw', `net.ipv6.conf.${name}.disable_ipv6=1`);
    this.ip('link', 'set', name, 'arp', 'off', 'up');
  }

  run(command: string, ...words: readonly string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.name, command, ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  start(command: string, ...words: readonly string[]): ChildProcess {
    return spawn('ip', ['netns', 'exec', this.name, command, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  remove(): void {
    spawnSync('ip', ['netns', 'del', this.name]);
  }
}

/** A cable between two hosts; both its ends are silent until made otherwise. */
export function cable(one: Host, nameOfOne: string, other: Host, nameOfOther: string): void {
  ip('link', 'add', nameOfOne, 'netns', one.name, 'type', 'veth', 'peer', 'name', nameOfOther, 'netns', other.name);
  one.makeSilent(nameOfOne);
  other.makeSilent(nameOfOther);
}

function ip(...words: readonly string[]): void {
  execFileSync('ip', [...words], { stdio: ['ignore', 'ignore', 'pipe'] });
}
