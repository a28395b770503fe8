// npm run load [-- --rates 200,400,1000,0 --engine auto --ring 256 --megabytes 500 --connections 50000 --times 1]: the
// bulk and the background capture of the benchmark are played over a cable of two virtual interfaces at each rate
// (Mbit/s; 0: as fast as it goes), once to `tcpdump -w /dev/null` and once to `dicomtap live`, with rings of the same
// size. A line for each: what came of the rate, what each lost and where, whether every packet is accounted for down to
// the records, and seconds of processor time. `--idle 60` measures two silent interfaces instead. Needs root.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import Sqlite from 'better-sqlite3';
import { kinds } from './inputs/catalogue.mjs';
import { LiveSensor, useOf } from './live/sensor.mjs';
import { Wires } from './live/wires.mjs';
import { commitNow, machineNow } from './machine.mjs';

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '200,400,600,1000,0' },
    engine: { type: 'string', default: 'auto' },
    ring: { type: 'string', default: '256' },
    megabytes: { type: 'string', default: '500' },
    connections: { type: 'string', default: '50000' },
    times: { type: 'string', default: '1' },
    /** Instead: seconds on two silent interfaces. */
    idle: { type: 'string', default: '0' },
    /** One kind of capture alone. */
    only: { type: 'string', default: '' },
  },
});
// As the sensor reads it.
process.env['DICOMTAP_RING_MIB'] = values.ring;
const rates = values.rates.split(',').map(Number);
const data = join(import.meta.dirname, 'data');
const folder = mkdtempSync(join(tmpdir(), 'dicomtap-load-'));
const wires = new Wires();
const [player, host] = [wires.host(), wires.host()];

/** The capture of a kind; made once. */
function input(kind, size) {
  mkdirSync(data, { recursive: true });
  const file = join(data, `${kind}-${size}.pcap`);
  if (!existsSync(file)) kinds[kind].make(file, Number(size));
  return { kind, file };
}

/** Plays a capture; packets sent, and the rate that came of it. */
async function play(file, rate) {
  const speed = rate === 0 ? '--topspeed' : `--mbps=${rate}`;
  const child = wires.start(player, 'tcpreplay', '-q', '-K', '-i', 'out', speed, file);
  const text = await whole(child);
  const [, packets, bytes, seconds] = /Actual: (\d+) packets \((\d+) bytes\) sent in ([\d.]+) seconds/.exec(text) ?? [];
  if (packets === undefined) throw new Error(`tcpreplay: ${text}`);
  return {
    packets: Number(packets),
    mbps: (Number(bytes) * 8) / Number(seconds) / 1e6,
    kpps: packets / seconds / 1000,
  };
}

function whole(child) {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += chunk;
    });
  }
  return new Promise((resolve) => child.on('close', () => resolve(text)));
}

async function withTcpdump(file, rate) {
  const ring = `${Number(values.ring) * 1024}`;
  const child = wires.start(
    host,
    'tcpdump',
    '-i',
    'tap',
    '-n',
    '-s',
    '262144',
    '-B',
    ring,
    '-U',
    '-w',
    '/dev/null',
    '-Z',
    'root',
  );
  const text = whole(child);
  await pause(1500);
  const played = await play(file, rate);
  // Its ring gives a block up after a second.
  await pause(2500);
  const { seconds } = useOf(child.pid);
  child.kill('SIGINT');
  const [, captured, lost] = /(\d+) packets captured[\s\S]*?(\d+) packets dropped by kernel/.exec(await text) ?? [];
  return { ...played, lost: Number(lost), missing: played.packets - Number(captured) - Number(lost), seconds };
}

async function withSensor(file, rate) {
  const database = join(folder, 'a.db');
  const before = wires.counted(host, 'tap', 'rx_packets');
  const words = ['-i', 'tap', '--engine', values.engine, '--policy', join(import.meta.dirname, 'policy.yaml')];
  const sensor = new LiveSensor(wires, host, database, ...words, '--log-level', 'info');
  await sensor.began();
  await pause(500);
  const idle = sensor.use();
  const played = await play(file, rate);
  const use = await settled(sensor, played.packets);
  const end = await sensor.end();
  const came = wires.counted(host, 'tap', 'rx_packets') - before;
  const result = { ...played, use: less(use, idle), ...books(database, end, came, played.packets) };
  for (const tail of ['', '-wal', '-shm', '.lock']) rmSync(database + tail, { force: true });
  return result;
}

/** Until every packet is used or lost, or nothing has changed for five seconds; what was used until then. */
async function settled(sensor, packets) {
  let [seen, still] = [-1, 0];
  let use = sensor.use();
  while (still < 10) {
    await pause(500);
    const { interfaces } = await sensor.statistics();
    use = sensor.use();
    const [{ packets: here, drops }] = interfaces;
    const known = here + (drops.kernel ?? 0) + (drops.helper ?? 0);
    if (known >= packets) return use;
    still = known === seen ? still + 1 : 0;
    seen = known;
  }
  return use;
}

function less(use, idle) {
  return Object.fromEntries(Object.entries(use).map(([name, { seconds }]) => [name, seconds - idle[name].seconds]));
}

/** What does not agree, in words; nothing when every packet is accounted for. */
function books(path, end, came, sent) {
  const [{ packets, received, drops }] = end.interfaces;
  const lost = drops;
  const total = Object.values(lost).reduce((sum, count) => sum + count, 0);
  const atEngine = (lost.kernel ?? 0) + (lost.helper ?? 0);
  const database = new Sqlite(path, { readonly: true });
  const rows = (sql) => database.prepare(sql).all();
  const captures = rows('SELECT packets, losses FROM capture').map((row) => ({
    ...row,
    losses: JSON.parse(row.losses),
  }));
  const healths = rows('SELECT packets, drops FROM health WHERE interface IS NULL');
  database.close();
  const sum = (list, of) => list.reduce((all, each) => all + of(each), 0);
  const notCaptured = (losses) => losses['not-captured']?.packets ?? 0;
  const healthDrops = (row) => Object.values(JSON.parse(row.drops)).reduce((all, count) => all + count, 0);
  const wrong = [];
  const equal = (what, one, other) => one === other || wrong.push(`${what}: ${one}, not ${other}`);
  equal('packets that came to the interface', came, sent);
  equal('received', received, sent);
  equal('packets and losses', packets + atEngine, received);
  equal('packets of the engine', end.packets, packets);
  equal('losses of the engine', notCaptured(end.losses), total);
  equal(
    'packets of capture records',
    sum(captures, (one) => one.packets),
    packets,
  );
  equal(
    'losses of capture records',
    sum(captures, (one) => notCaptured(one.losses)),
    total,
  );
  equal(
    'packets of health records',
    sum(healths, (one) => one.packets),
    packets,
  );
  equal('losses of health records', sum(healths, healthDrops), total);
  equal('exit status', end.status, 0);
  return { lost, wrong };
}

/** What listening to two silent interfaces costs. */
async function idle(seconds) {
  wires.cable(player, 'out2', host, 'tap2');
  const sensor = new LiveSensor(
    wires,
    host,
    join(folder, 'a.db'),
    '-i',
    'tap',
    '-i',
    'tap2',
    '--engine',
    values.engine,
  );
  await sensor.began(2);
  await pause(5000);
  const before = sensor.use();
  await pause(seconds * 1000);
  const after = sensor.use();
  const spent = less(after, before);
  for (const [name, { memory }] of Object.entries(after)) {
    const percent = ((100 * spent[name]) / seconds).toFixed(2);
    console.log(`${name}: ${percent} % of a core, ${Math.round(memory / 2 ** 20)} MiB`);
  }
  await sensor.end();
}

function row(cells) {
  console.log(`| ${cells.join(' | ')} |`);
}

async function table() {
  const { cpu, cores, system, load } = machineNow();
  console.log(`${commitNow()}; ${cores} × ${cpu}, ${system}; load before ${load}; ring ${values.ring} MiB\n`);
  row([
    'capture',
    'asked',
    'tcpdump: Mbit/s',
    'lost',
    's',
    'sensor: Mbit/s',
    'kpps',
    'lost',
    'exact',
    'engine s',
    'capture s',
    'sensor s',
  ]);
  row(Array.from({ length: 12 }, () => '---'));
  const inputs = [input('bulk', values.megabytes), input('background', values.connections)];
  for (const { kind, file } of inputs.filter((one) => values.only === '' || one.kind === values.only)) {
    for (const rate of rates.flatMap((one) => Array.from({ length: Number(values.times) }, () => one))) {
      const dump = await withTcpdump(file, rate);
      const live = await withSensor(file, rate);
      const lost = Object.entries(live.lost).map(([place, count]) => `${count} ${place}`);
      row([
        kind,
        rate === 0 ? 'all' : rate,
        Math.round(dump.mbps),
        dump.lost + (dump.missing === 0 ? '' : ` (${dump.missing} missing)`),
        dump.seconds.toFixed(1),
        Math.round(live.mbps),
        Math.round(live.kpps),
        lost.join(', ') || '0',
        live.wrong.length === 0 ? 'yes' : live.wrong.join('; '),
        live.use.engine.toFixed(1),
        live.use.capture.toFixed(1),
        live.use.sensor.toFixed(1),
      ]);
      if (live.wrong.length > 0) process.exitCode = 1;
    }
  }
}

try {
  wires.cable(player, 'out', host, 'tap');
  if (Number(values.idle) > 0) await idle(Number(values.idle));
  else await table();
} finally {
  wires.remove();
  rmSync(folder, { recursive: true, force: true });
}
