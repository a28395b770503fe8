import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { WatchdogData } from './watchdog.ts';

// The thread that ends a stuck process. SIGALRM, which nothing here handles, ends it at once and without a core dump:
// status 142.

const { beats, seconds } = workerData as WatchdogData;
let before = Atomics.load(beats, 0);
let still = 0;

setInterval(() => {
  const now = Atomics.load(beats, 0);
  still = now === before ? still + 1 : 0;
  before = now;
  if (still < seconds) return;
  const line = { level: 60, time: Date.now(), seconds, msg: 'the main loop is stuck: the process ends' };
  writeSync(2, `${JSON.stringify(line)}\n`);
  process.kill(process.pid, 'SIGALRM');
}, 1000);
