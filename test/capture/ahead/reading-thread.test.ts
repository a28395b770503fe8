// Proves that the built program says and stores of what its thread reads what it does without: of large captures of both
// formats, of tiny packets, of one that is cut; and that an interrupt ends both.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Program } from '../../support/program.ts';
import { root } from '../../support/source-tree.ts';
import { dumpOf } from '../../support/stores.ts';

/** Above the size from which the thread reads. */
const megabytes = 40;

let program: Program;
let alone: string;

beforeAll(() => {
  program = new Program();
  const made = spawnSync(process.execPath, [join(root, 'bench/make-input.mjs'), 'bulk', path('bulk'), `${megabytes}`]);
  expect(made.status).toBe(0);
  copyFileSync(join(root, 'pcaps/demo.key'), program.at('hash.key'));
  spawnSync('chmod', ['600', program.at('hash.key')]);
  const folder = program.at('alone', 'dist');
  mkdirSync(folder, { recursive: true });
  spawnSync('cp', ['-r', `${join(root, 'dist')}/.`, folder]);
  spawnSync('ln', ['-s', join(root, 'node_modules'), join(root, 'package.json'), program.at('alone')]);
  rmSync(join(folder, 'reading-worker.js'));
  alone = join(folder, 'cli.js');
}, 60_000);
afterAll(() => rmSync(program.folder, { recursive: true }));

function path(name: string): string {
  return program.at(`${name}.pcap`);
}

function words(name: string, database: string, cli = join(root, 'dist/cli.js')): string[] {
  return [cli, 'replay', path(name), '--json', '--db', database, '--hash-key', program.at('hash.key')];
}

/** What a replay says, with the status and what is stored. */
function replay(name: string, how: string, cli?: string): unknown[] {
  const database = program.at(`${name}-${how}.db`);
  const ran = spawnSync(process.execPath, words(name, database, cli), { encoding: 'utf8', env: program.environment });
  return [ran.status, ran.stdout.replaceAll(database, 'DB'), ran.stderr, dumpOf(database)];
}

function expectSame(name: string, status: number): void {
  const ahead = replay(name, 'ahead');
  expect(ahead).toEqual(replay(name, 'alone', alone));
  expect(ahead[0]).toBe(status);
}

it('of a pcap file', () => expectSame('bulk', 0), 60_000);

it('of a pcapng file, in sections of either byte order', () => {
  writeFileSync(path('ng'), Buffer.concat([pcapngOf(path('bulk'), true), pcapngOf(path('bulk'), false)]));
  expectSame('ng', 0);
}, 60_000);

it('of packets so small that one read is several batches', () => {
  const record = Buffer.alloc(20);
  record.writeUInt32LE(1_700_000_000, 0);
  record.writeUInt32LE(4, 8);
  record.writeUInt32LE(60, 12);
  // After large ones, for by the first packets it is decided whether the thread reads.
  writeFileSync(path('tiny'), Buffer.concat([readFileSync(path('bulk')), Buffer.alloc(10e6, record)]));
  expectSame('tiny', 0);
}, 60_000);

it('of a file that is cut', () => {
  writeFileSync(path('cut'), readFileSync(path('bulk')).subarray(0, -1000));
  expectSame('cut', 3);
}, 60_000);

it('an interrupt ends it', async () => {
  const database = program.at('interrupted.db');
  const child = spawn(process.execPath, words('bulk', database), { env: program.environment, stdio: 'ignore' });
  const exit = once(child, 'exit');
  while (!existsSync(database) && child.exitCode === null) await new Promise((resume) => setTimeout(resume, 5));
  child.kill('SIGINT');
  const [status] = await exit;
  expect([0, 130]).toContain(status);
});

/** The packets of a pcap file as pcapng, in enhanced packet blocks. */
function pcapngOf(file: string, little: boolean): Buffer {
  const pcap = readFileSync(file);
  const blocks = [
    block(0x0a0d0d0a, [0x1a2b3c4d, 0x00010000, 0xffffffff, 0xffffffff]),
    block(1, [little ? 1 : 0x10000, 0]),
  ];
  for (let at = 24; at < pcap.length; ) {
    const [seconds, micros, captured, original] = [0, 4, 8, 12].map((field) => pcap.readUInt32LE(at + field));
    const stamp = BigInt(seconds) * 1_000_000n + BigInt(micros);
    const data = pcap.subarray(at + 16, at + 16 + captured);
    blocks.push(block(6, [0, Number(stamp >> 32n), Number(stamp & 0xffffffffn), captured, original], data));
    at += 16 + captured;
  }
  return Buffer.concat(blocks);

  function block(type: number, fields: readonly number[], data: Uint8Array = new Uint8Array(0)): Buffer {
    const length = 12 + 4 * fields.length + Math.ceil(data.length / 4) * 4;
    const bytes = Buffer.alloc(length);
    const put = (value: number, at: number): unknown =>
      little ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
    put(type, 0);
    for (const at of [4, length - 4]) put(length, at);
    for (const [i, field] of fields.entries()) put(field, 8 + 4 * i);
    bytes.set(data, 8 + 4 * fields.length);
    return bytes;
  }
}
