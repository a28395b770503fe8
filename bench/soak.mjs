// npm run soak [-- MINUTES [ENGINE]]: mixed traffic of DCMTK at a hub of network namespaces, a live sensor that only listens, and each ten seconds its
// memory, file descriptors and processor time; at the end the delay from the packet that proved a finding to its commit. Needs root.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';

const minutes = Number(process.argv[2] ?? 30);
const engine = process.argv[3] ?? 'auto';
const cli = join(import.meta.dirname, '..', 'dist', 'cli.js');
const folder = mkdtempSync(join(tmpdir(), 'dicomtap-soak-'));
const [hub, modality, archive, sensor] = ['h', 'm', 'a', 's'].map((letter) => `soak${process.pid}${letter}`);
const children = [];

const ip = (...words) => execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'inherit'] });
const start = (host, ...words) => {
  const child = spawn('ip', ['netns', 'exec', host, ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
  return child;
};

function wire() {
  for (const host of [hub, modality, archive, sensor]) ip('netns', 'add', host);
  ip('-n', hub, 'link', 'add', 'br0', 'type', 'bridge', 'ageing_time', '0');
  ip('-n', hub, 'link', 'set', 'br0', 'up');
  for (const [i, host] of [modality, archive, sensor].entries()) {
    ip('link', 'add', `p${i}`, 'netns', hub, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', host);
    ip('-n', hub, 'link', 'set', `p${i}`, 'master', 'br0', 'up');
    ip('netns', 'exec', host, 'sysctl', '-qw', 'net.ipv6.conf.eth0.disable_ipv6=1');
    if (host === sensor) ip('-n', host, 'link', 'set', 'eth0', 'arp', 'off');
    else ip('-n', host, 'address', 'add', `10.9.0.${i + 1}/24`, 'dev', 'eth0');
    ip('-n', host, 'link', 'set', 'eth0', 'up');
  }
}

function objectFile() {
  const dump = `(0002,0010) UI =LittleEndianExplicit\n(0008,0016) UI =CTImageStorage\n(0008,0018) UI [1.2.826.0.1.3680043.10.9.1]
(0010,0010) PN [Invented^Patient]\n(0010,0020) LO [INV1]\n(0020,000d) UI [1.2.826.0.1.3680043.10.8.1]\n(0020,000e) UI [1.2.826.0.1.3680043.10.7.1]\n`;
  writeFileSync(join(folder, 'dump'), dump);
  execFileSync('dump2dcm', ['-q', join(folder, 'dump'), join(folder, 'ct.dcm')]);
  return join(folder, 'ct.dcm');
}

/** One sender after the other: an object, or an echo. */
async function traffic(file, until) {
  for (let i = 0; Date.now() < until; i++) {
    const words = i % 5 === 0 ? ['echoscu', '10.9.0.2', '11112'] : ['storescu', '10.9.0.2', '11112', file];
    await new Promise((done) => start(modality, ...words).on('exit', done));
    children.splice(0, children.length, ...children.filter(({ exitCode }) => exitCode === null));
    await pause(100);
  }
}

/** Delays of findings, µs: looked for every 20 ms, which is part of what is measured. */
async function delays(until) {
  const seen = new Set();
  const found = [];
  const database = new Sqlite(join(folder, 'a.db'), { readonly: true });
  const rows = database.prepare("SELECT id, time FROM finding WHERE detection = 'phi-cleartext' AND time > ?");
  let newest = 0;
  while (Date.now() < until) {
    const now = Date.now() * 1000;
    for (const { id, time } of rows.all(newest - 10e6)) {
      if (!seen.has(id)) found.push(now - time);
      seen.add(id);
      newest = Math.max(newest, time);
    }
    await pause(20);
  }
  database.close();
  return found.sort((a, b) => a - b);
}

async function samples(pid, until) {
  for (let seconds = 0; Date.now() < until; seconds += 10) {
    const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1];
    const [, user, system] = /\) (?:\S+ ){11}(\d+) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    const cpu = (Number(user) + Number(system)) / 100;
    console.log(
      `${seconds} s: ${Math.round(rss / 1024)} MiB, ${readdirSync(`/proc/${pid}/fd`).length} files, ${cpu} s of processor`,
    );
    await pause(10_000);
  }
}

try {
  wire();
  const file = objectFile();
  const words = [
    'live',
    '-i',
    'eth0',
    '--engine',
    engine,
    '--db',
    join(folder, 'a.db'),
    '--user',
    'root',
    '--log-level',
    'warn',
  ];
  const live = start(sensor, process.execPath, cli, ...words);
  start(archive, 'storescp', '--ignore', '11112');
  await pause(5000);
  const until = Date.now() + minutes * 60_000;
  const [, , found] = await Promise.all([samples(live.pid, until), traffic(file, until), delays(until)]);
  const at = (share) => Math.round(found[Math.min(found.length - 1, Math.floor(found.length * share))] / 1000);
  console.log(`${found.length} findings; committed after ${at(0.5)} ms (median), ${at(0.99)} ms (99th percentile)`);
  live.kill('SIGTERM');
  await new Promise((done) => live.on('exit', done));
} finally {
  for (const child of children) child.kill('SIGKILL');
  for (const host of [hub, modality, archive, sensor]) spawn('ip', ['netns', 'del', host]);
  rmSync(folder, { recursive: true, force: true });
}
