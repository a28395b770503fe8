// The engine alone: a capture through the sensor, its records dropped. Prints JSON: records, processor time,
// collections, bytes allocated. With --digest a hash of all records, to be compared before and after a change, and no
// times worth reading.
//   node bench/engine.mjs CAPTURE [--compiled FOLDER] [--policy FILE] [--digest]
// FOLDER holds src/ as compiled before, such as another version's; without it this version's is compiled.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { GCProfiler, getHeapStatistics } from 'node:v8';

const root = dirname(import.meta.dirname);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    compiled: { type: 'string', default: '' },
    policy: { type: 'string', default: join(root, 'bench', 'policy.yaml') },
    digest: { type: 'boolean', default: false },
  },
});
const compiled = values.compiled === '' ? compile() : values.compiled;
const load = (path) => import(pathToFileURL(resolve(compiled, path)).href);
// As a replay has them.
const { boundHeaps } = await load('commands/heap-bounds.js');
boundHeaps();

const { Sensor } = await load('sensor.js');
const { openCapture } = await load('capture/open.js');
const { loadPolicy } = await load('policy/load.js');
const { keyedHash } = await load('hash-key.js');
const { noHistory } = await load('model/history.js');

const hash = createHash('sha256');
const records = {};
const write = (batch) => {
  for (const [kind, list] of Object.entries(batch)) records[kind] = (records[kind] ?? 0) + list.length;
  if (values.digest) hash.update(JSON.stringify(batch));
};

const { policy } = await loadPolicy(values.policy, 0);
const sensor = new Sensor({
  policy,
  history: noHistory,
  hash: keyedHash(new Uint8Array(32).fill(7)),
  hashSeed: 7,
  write,
});
const file = openSync(positionals[0]);
const source = { read: (into, to, length) => readSync(file, into, to, length), close: () => closeSync(file) };
const input = sensor.input('bench');
const profiler = new GCProfiler();
profiler.start();
const before = { heap: getHeapStatistics().used_heap_size, cpu: process.cpuUsage(), wall: performance.now() };

const reader = await openCapture(source);
for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
  sensor.packets(batch, 0, batch.count, input);
}
sensor.finish();

const wallMs = performance.now() - before.wall;
const cpu = process.cpuUsage(before.cpu);
const heap = getHeapStatistics().used_heap_size;
const { statistics } = profiler.stop();
let allocated = 0;
let left = before.heap;
let collectingMs = 0;
for (const { beforeGC, afterGC, cost } of statistics) {
  allocated += beforeGC.heapStatistics.usedHeapSize - left;
  left = afterGC.heapStatistics.usedHeapSize;
  collectingMs += cost / 1000;
}
allocated += heap - left;

const round = (number) => Number(number.toPrecision(4));
const { associations, operations } = sensor.totals;
console.log(
  JSON.stringify({
    associations,
    operations,
    records,
    wallMs: round(wallMs),
    cpuMs: round((cpu.user + cpu.system) / 1000),
    collectingMs: round(collectingMs),
    collections: statistics.length,
    allocatedMb: round(allocated / 1e6),
    maxRssMb: round(process.resourceUsage().maxRSS / 1000),
    microsAnAssociation: round((wallMs * 1000) / associations),
    microsAnOperation: round((wallMs * 1000) / operations),
    bytesAnAssociation: Math.round(allocated / associations),
    bytesAnOperation: Math.round(allocated / operations),
    ...(values.digest ? { digest: hash.digest('hex') } : {}),
  }),
);

function compile() {
  const folder = join(root, 'node_modules', '.cache', 'engine');
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const how = ['--noEmit', 'false', '--rootDir', join(root, 'src'), '--outDir', folder];
  const run = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json'), ...how], {
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stdout);
  return folder;
}
