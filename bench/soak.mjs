// npm run soak [-- --minutes 30 --engine tcpdump --background 10]: mixed traffic at a hub of network namespaces (DCMTK
// sends and echoes; the benchmark's background and bulk captures are played at that many Mbit/s) and a live sensor that
// only listens. Each minute a line: memory, file descriptors, processor time, what was lost, and the delay from the
// packet that proved a finding to its commit, so that a run that is cut short says something too. At the end: whether
// memory and descriptors stayed flat. Needs root.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import Sqlite from 'better-sqlite3';
import { kinds } from './inputs/catalogue.mjs';
import { LiveSensor } from './live/sensor.mjs';
import { Wires } from './live/wires.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '30' },
    engine: { type: 'string', default: 'auto' },
    background: { type: 'string', default: '10' },
    /** Seconds between two lines. */
    every: { type: 'string', default: '60' },
    /** MiB by which memory may differ besides. */
    slack: { type: 'string', default: '16' },
  },
});
const minutes = Number(positionals[0] ?? values.minutes);
const engine = positionals[1] ?? values.engine;
const everyMs = Number(values.every) * 1000;
const folder = mkdtempSync(join(tmpdir(), 'dicomtap-soak-'));
const wires = new Wires();
const MiB = 2 ** 20;
const memorySlack = Number(values.slack) * MiB;
let ending = false;

function objectFile() {
  const dump = `(0002,0010) UI =LittleEndianExplicit\n(0008,0016) UI =CTImageStorage\n(0008,0018) UI [1.2.826.0.1.3680043.10.9.1]
(0010,0010) PN [Invented^Patient]\n(0010,0020) LO [INV1]\n(0020,000d) UI [1.2.826.0.1.3680043.10.8.1]\n(0020,000e) UI [1.2.826.0.1.3680043.10.7.1]\n`;
  writeFileSync(join(folder, 'dump'), dump);
  execFileSync('dump2dcm', ['-q', join(folder, 'dump'), join(folder, 'ct.dcm')]);
  return join(folder, 'ct.dcm');
}

/** One sender after the other: an object, or an echo. */
async function talk(host, file) {
  for (let i = 0; !ending; i++) {
    const words = i % 5 === 0 ? ['echoscu', '10.9.0.2', '11112'] : ['storescu', '10.9.0.2', '11112', file];
    await exited(wires.start(host, ...words));
    await pause(100);
  }
}

/** Captures played one after the other. */
async function play(host) {
  if (Number(values.background) === 0) return;
  const [background, bulk] = [join(folder, 'background.pcap'), join(folder, 'bulk.pcap')];
  made(kinds.background, background, 2000);
  made(kinds.bulk, bulk, 20);
  for (let i = 0; !ending; i++) {
    const file = i % 2 === 0 ? background : bulk;
    await exited(wires.start(host, 'tcpreplay', '-q', '-i', 'eth0', `--mbps=${values.background}`, file));
  }
}

/** A bridge takes no frames of the address that the benchmark's have. */
function made(kind, file, size) {
  kind.make(`${file}.made`, size);
  const ends = ['--enet-smac=02:00:00:00:00:01', '--enet-dmac=02:00:00:00:00:02'];
  execFileSync('tcprewrite', [...ends, '-i', `${file}.made`, '-o', file]);
}

function exited(child) {
  child.stdout.resume();
  child.stderr.resume();
  return new Promise((done) => child.on('exit', done));
}

/** Delays of findings of the modality, ms, as they come: looked for every 20 ms, which is part of what is measured. */
async function watch(found) {
  const seen = new Set();
  const database = new Sqlite(join(folder, 'a.db'), { readonly: true });
  const rows = database.prepare(
    "SELECT id, time FROM finding WHERE detection = 'phi-cleartext' AND client_address = '10.9.0.1' AND time > ?",
  );
  let newest = 0;
  while (!ending) {
    const now = Date.now() * 1000;
    for (const { id, time } of rows.all(newest - 10e6)) {
      if (!seen.has(id)) found.push((now - time) / 1000);
      seen.add(id);
      newest = Math.max(newest, time);
    }
    await pause(20);
  }
  database.close();
}

function share(sorted, part) {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN);
}

function line(at, use, statistics, found) {
  const delays = [...found].sort((a, b) => a - b);
  const { sensor, capture, engine: of } = use;
  const { packets, associations, store, interfaces } = statistics;
  const drops = JSON.stringify(interfaces[0].drops);
  const parts = [
    `${(at / 60_000).toFixed(1)} min`,
    `sensor ${Math.round(sensor.memory / MiB)} MiB ${sensor.files} files ${sensor.seconds.toFixed(1)} s`,
    `capture ${Math.round(capture.memory / MiB)} MiB ${capture.files} files ${capture.seconds.toFixed(1)} s`,
    `engine ${Math.round(of.memory / MiB)} MiB ${of.seconds.toFixed(1)} s`,
    `${packets} packets, ${associations} associations, lost ${drops}, store ${Math.round(store.bytes / MiB)} MiB`,
    `${found.length} findings after ${share(delays, 0.5)} ms (median) ${share(delays, 0.99)} ms (99th percentile)`,
  ];
  console.log(parts.join(' | '));
}

/** Flat: the largest of the last third is not above the largest of the second by more than a tenth and the slack. */
function judged(samples) {
  const third = Math.floor(samples.length / 3);
  if (third === 0) return;
  const largest = (of, from, to) => Math.max(...samples.slice(from, to).map(of));
  for (const [name, of, slack] of [
    ['memory of the sensor', (one) => one.sensor.memory, memorySlack],
    ['memory of the capture process', (one) => one.capture.memory, memorySlack],
    ['descriptors of the sensor', (one) => one.sensor.files, 2],
    ['descriptors of the capture process', (one) => one.capture.files, 2],
  ]) {
    const [before, after] = [largest(of, third, 2 * third), largest(of, 2 * third, samples.length)];
    const flat = after <= before * 1.1 + slack;
    if (!flat) process.exitCode = 1;
    console.log(`${name}: ${flat ? 'flat' : 'GROWS'} (largest of the second third ${before}, of the last ${after})`);
  }
}

try {
  const [modality, archive, host] = [wires.host(), wires.host(), wires.host()];
  wires.hub(modality, archive, host);
  wires.address(modality, '10.9.0.1/24');
  wires.address(archive, '10.9.0.2/24');
  const file = objectFile();
  const sensor = new LiveSensor(wires, host, join(folder, 'a.db'), '-i', 'eth0', '--engine', engine);
  const server = wires.start(archive, 'storescp', '--ignore', '11112');
  server.stdout.resume();
  server.stderr.resume();
  await sensor.began();
  process.once('SIGINT', () => {
    ending = true;
  });
  const found = [];
  const samples = [];
  const work = Promise.all([talk(modality, file), play(modality), watch(found)]);
  const begun = Date.now();
  for (let next = everyMs; !ending; next += everyMs) {
    while (!ending && Date.now() - begun < Math.min(next, minutes * 60_000)) await pause(500);
    const use = sensor.use();
    samples.push(use);
    line(Date.now() - begun, use, await sensor.statistics(), found);
    ending ||= Date.now() - begun >= minutes * 60_000;
  }
  await work;
  judged(samples);
  const sent = wires.counted(host, 'eth0', 'tx_packets');
  console.log(`frames sent by the sensor's port: ${sent}`);
  if (sent !== 0) process.exitCode = 1;
  console.log(`ended with ${(await sensor.end()).status}`);
} finally {
  wires.remove();
  rmSync(folder, { recursive: true, force: true });
}
