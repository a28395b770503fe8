// Proves that a capture process of our own is started again when it was killed, ends with us, says why it ended, and
// that nobody else can open its socket.
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { CaptureProcess } from '../../../src/capture/live/connection.ts';
import { keepCapture } from '../../../src/capture/live/kept-capture.ts';
import { runs } from '../../support/live-program.ts';
import { temporaryFolder } from '../../support/stores.ts';
import { options } from './fake-engine.ts';

/** A capture process that says `x` to who connects, and ends with its standard input. */
const program = `
const { createServer } = require('node:net');
const { appendFileSync, rmSync, unlinkSync } = require('node:fs');
const path = process.argv[process.argv.indexOf('--socket') + 1];
if (process.argv.includes('--filter=fails')) { rmSync(require('node:path').dirname(path), { recursive: true, force: true }); process.stderr.write('no rights\\nand more\\n'); process.exit(1); }
try { unlinkSync(path); } catch {}
createServer((socket) => { socket.on('error', () => {}); socket.write('x'); }).listen(path, () => appendFileSync(__filename + '.log', process.pid + ' ' + path + '\\n'));
process.stdin.on('close', () => process.exit(0)).resume();
`;

const kept: CaptureProcess[] = [];
const folders: string[] = [];

afterEach(() => {
  for (const one of kept.splice(0)) one.release();
  // The true one takes its folder along.
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function keep(changes: Partial<typeof options> = {}, group: number | null = null) {
  const file = join(temporaryFolder(), 'capture.cjs');
  writeFileSync(file, program);
  const one = keepCapture({ ...options, ...changes }, { group, program: [process.execPath, file] });
  kept.push(one);
  /** Process and socket of each start. */
  const starts = (): { pid: number; path: string }[] => {
    const lines = existsSync(`${file}.log`) ? readFileSync(`${file}.log`, 'utf8').trim().split('\n') : [];
    folders.push(...lines.map((line) => dirname(line.split(' ')[1])));
    return lines.map((line) => ({ pid: Number(line.split(' ')[0]), path: line.split(' ')[1] }));
  };
  return { one, starts };
}

const slow = { timeout: 120_000 };

it('is started again when it was killed, and ends with us', async () => {
  const { one, starts } = keep();
  await expect.poll(() => starts().length, slow).toBe(1);
  const connection = one.dial();
  expect(await connection.source.read(new Uint8Array(1), 0, 1)).toBe(1);
  process.kill(starts()[0].pid, 'SIGKILL');
  expect(await connection.source.read(new Uint8Array(1), 0, 1)).toBe(0);
  await expect.poll(() => connection.why(), slow).toBe('the capture process was ended by SIGKILL');
  await expect.poll(() => starts().length, slow).toBe(2);
  const again = one.dial();
  expect(await again.source.read(new Uint8Array(1), 0, 1)).toBe(1);
  again.close();
  expect(again.why()).toBe('the capture process closed its socket');
  one.release();
  await expect.poll(() => runs(starts()[1].pid), slow).toBe(false);
});

it('says with its own words why it cannot capture', async () => {
  const { one } = keep({ filter: 'fails' });
  const why = () => {
    const connection = one.dial();
    connection.close();
    return connection.why();
  };
  await expect.poll(why, slow).toBe('the capture process ended with status 1: no rights');
});

it('its socket is in a folder of our own, which a group may open that is named', async () => {
  const alone = keep();
  const shared = keep({}, process.getgid?.() ?? 0);
  await expect.poll(() => alone.starts().length + shared.starts().length, slow).toBe(2);
  const mode = ({ starts }: typeof alone) => (statSync(dirname(starts()[0].path)).mode & 0o7777).toString(8);
  expect([mode(alone), mode(shared)]).toEqual(['700', '2750']);
});
