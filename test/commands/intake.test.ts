// Proves that many files read as one recording.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureName } from '../../src/commands/intake.ts';
import { runWords } from './run.ts';

/** One association in clear, whole. */
const whole = readFileSync(new URL('../../pcaps/store.pcap', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dicomtap-intake-'));
  writeFileSync(join(folder, 'hash.key'), '00'.repeat(32), { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The packets of `whole` (little endian, µs), each with its header. */
function records(): Buffer[] {
  const list: Buffer[] = [];
  for (let at = 24; at < whole.length; ) {
    const length = 16 + whole.readUInt32LE(at + 8);
    list.push(whole.subarray(at, at + length));
    at += length;
  }
  return list;
}

function put(name: string, packets: readonly Buffer[]): string {
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat([whole.subarray(0, 24), ...packets]));
  return path;
}

async function dump(...paths: string[]): Promise<{ incomplete: string; order: string[]; associations: number }> {
  const words = ['replay', ...paths, '--json', '--db', join(folder, 't.db'), '--hash-key', join(folder, 'hash.key')];
  const { stdout } = await runWords([...words, '--connections', join(folder, 'c.jsonl')]);
  const document = JSON.parse(stdout) as { inputs: { path: string }[]; totals: { associations: number } };
  const [line] = readFileSync(join(folder, 'c.jsonl'), 'utf8').split('\n');
  const { began, ended, clientMissed, serverMissed } = JSON.parse(line) as Record<string, string | number>;
  return {
    incomplete: `${began} ${ended} ${clientMissed} ${serverMissed}`,
    order: document.inputs.map(({ path }) => path.slice(folder.length + 1)),
    associations: document.totals.associations,
  };
}

describe('the order of inputs', () => {
  it('lets a connection go on from one file of a ring to the next, whatever the order of the names', async () => {
    // Proves that files of one ring are one series, in the order of their first packets.
    const all = records();
    const paths = [put('r.pcap1', all.slice(20)), put('r.pcap0', all.slice(9, 20)), put('r.pcap2', all.slice(0, 9))];
    expect(await dump(...paths)).toMatchObject({ incomplete: 'syn fin 0 0', associations: 1 });
  });

  it('puts the two directions of a tap together by time', async () => {
    // Proves that overlapping series merge on packet time.
    const all = records();
    const client = all[0].readUInt32BE(16 + 26);
    const side = (mine: boolean): Buffer[] =>
      all.filter((packet) => (packet.readUInt32BE(16 + 26) === client) === mine);
    const paths = [put('from-server.pcap', side(false)), put('from-client.pcap', side(true))];
    expect(side(true).length + side(false).length).toBe(all.length);
    expect(await dump(...paths)).toMatchObject({ incomplete: 'syn fin 0 0', associations: 1 });
  });

  it('reads a folder in time order of the first packets, not of the names', async () => {
    // Proves that a case put together from several recorders reads as one.
    const all = records();
    put('b-first.pcap', all.slice(0, 12));
    put('a-second.pcap', all.slice(12));
    expect(await dump(folder)).toMatchObject({ incomplete: 'syn fin 0 0', associations: 1 });
  });
});

describe('the name of a capture', () => {
  it.each([
    ['a/b/x.pcap', 'x.pcap'],
    ['x.pcap.gz', 'x.pcap'],
    ['/x.pcap.zst', 'x.pcap'],
    ['-', '-'],
  ])('of %s is %s', (path, name) => {
    // Proves that a capture keeps its id when it is moved or compressed.
    expect(captureName(path)).toBe(name);
  });
});
