// Floods of hostile traffic through the built program: peak memory, and time at a quarter of the size and at all of it.
//   npm run floods [-- NAME...] [--part 0.1]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { floods } from './floods/floods.mjs';

const peakMbMax = 400;
/** Four times the size may cost so many times as much, the start taken off. */
const ratioMax = 5;
const cli = join(dirname(fileURLToPath(import.meta.url)), '../dist/cli.js');
/** At its end the program says its peak: that of its own memory, which getrusage mixes with its parent's. */
const probe = `
  import { readFileSync } from 'node:fs';
  process.on('exit', () => {
    const [, kilobytes] = /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
    const { user, system } = process.cpuUsage();
    process.stderr.write(\`\\nPEAK \${kilobytes} \${user + system}\\n\`);
  });`;

const words = process.argv.slice(2);
const partAt = words.indexOf('--part');
const part = partAt < 0 ? 1 : Number(words.splice(partAt, 2)[1]);
const names = words.length > 0 ? words : Object.keys(floods);
let failed = false;
const idle = (await run(floods['half-open'].capture(1))).cpuSeconds;
console.log('| flood | size | peak memory | CPU at a quarter | CPU | ratio | records |');
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const name of names) {
  const { size, unit, capture } = floods[name];
  const count = Math.max(4, Math.round(size * part));
  const quarter = await run(capture(Math.ceil(count / 4)));
  const whole = await run(capture(count));
  const ratio = (whole.cpuSeconds - idle) / Math.max(0.05, quarter.cpuSeconds - idle);
  const good =
    whole.status === 0 && whole.peakMb < peakMbMax && ratio < ratioMax && whole.document.losses.bug === undefined;
  failed ||= !good;
  const { connections, associations, operations } = whole.document.totals;
  const cells = [
    name,
    `${count.toLocaleString('en')} ${unit}`,
    `${whole.peakMb.toFixed(0)} MB`,
    `${quarter.cpuSeconds.toFixed(1)} s`,
    `${whole.cpuSeconds.toFixed(1)} s`,
    ratio.toFixed(1),
    `${connections} connections, ${associations} associations, ${operations} operations${good ? '' : ' FAILED'}`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
process.exitCode = failed ? 1 : 0;

/** Replays a capture given as blocks of bytes, from standard input. */
async function run(blocks) {
  const folder = mkdtempSync(join(tmpdir(), 'dicomtap-flood-'));
  try {
    writeFileSync(join(folder, 'key'), '00'.repeat(32), { mode: 0o600 });
    const options = ['--db', join(folder, 'a.db'), '--hash-key', join(folder, 'key'), '--json'];
    const child = spawn(process.execPath, [
      '--import',
      `data:text/javascript,${encodeURIComponent(probe)}`,
      cli,
      'replay',
      '-',
      ...options,
    ]);
    const texts = ['', ''];
    child.stdout.on('data', (chunk) => {
      texts[0] += chunk;
    });
    child.stderr.on('data', (chunk) => {
      texts[1] += chunk;
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await pipeline(Readable.from(blocks, { objectMode: false, highWaterMark: 1 << 22 }), child.stdin);
    const status = await ended;
    const [, kilobytes, micros] = /PEAK (\d+) (\d+)/.exec(texts[1]) ?? [];
    if (kilobytes === undefined) throw new Error(texts[1]);
    return {
      status,
      document: JSON.parse(texts[0]),
      peakMb: Number(kilobytes) / 1024,
      cpuSeconds: Number(micros) / 1e6,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
