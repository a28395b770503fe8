import { execFileSync, spawn, spawnSync } from 'node:child_process';

/** Hosts: network namespaces whose names are this process's, and what runs in them. `remove` leaves nothing. */
export class Wires {
  #hosts = [];
  #children = new Set();

  host() {
    const name = `dtl${process.pid}-${this.#hosts.length + 1}`;
    ip('netns', 'add', name);
    this.#hosts.push(name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
    return name;
  }

  /** A cable between two hosts; both ends only listen until `address` makes them talk. */
  cable(one, nameOfOne, other, nameOfOther) {
    ip('link', 'add', nameOfOne, 'netns', one, 'type', 'veth', 'peer', 'name', nameOfOther, 'netns', other);
    for (const [host, name] of [
      [one, nameOfOne],
      [other, nameOfOther],
    ]) {
      this.run(host, 'sysctl', '-eqw', `net.ipv6.conf.${name}.disable_ipv6=1`);
      ip('-n', host, 'link', 'set', name, 'arp', 'off', 'up');
    }
  }

  /** A host that floods all it gets to all others, like a hub; each gets the interface eth0. */
  hub(...hosts) {
    const hub = this.host();
    ip('-n', hub, 'link', 'add', 'br0', 'type', 'bridge', 'ageing_time', '0');
    this.run(hub, 'sysctl', '-eqw', 'net.ipv6.conf.br0.disable_ipv6=1');
    ip('-n', hub, 'link', 'set', 'br0', 'up');
    for (const [i, host] of hosts.entries()) {
      this.cable(hub, `port${i}`, host, 'eth0');
      ip('-n', hub, 'link', 'set', `port${i}`, 'master', 'br0');
    }
  }

  address(host, address) {
    ip('-n', host, 'link', 'set', 'eth0', 'arp', 'on');
    ip('-n', host, 'address', 'add', address, 'dev', 'eth0');
  }

  run(host, ...words) {
    return execFileSync('ip', ['netns', 'exec', host, ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Its standard output and error are the caller's to read. */
  start(host, ...words) {
    const child = spawn('ip', ['netns', 'exec', host, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#children.add(child);
    child.on('exit', () => this.#children.delete(child));
    return child;
  }

  /** What an interface counted, such as `rx_packets`. */
  counted(host, name, counter) {
    return Number(this.run(host, 'cat', `/sys/class/net/${name}/statistics/${counter}`));
  }

  remove() {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const host of this.#hosts.reverse()) spawnSync('ip', ['netns', 'del', host]);
  }
}

function ip(...words) {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'inherit'] });
}
