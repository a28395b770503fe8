// Proves that the benchmark's inputs are the same on every machine, and that tshark sees in them what was meant.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/source-tree.ts';
import { temporaryFolder } from '../support/stores.ts';
import { tsharkFields, tsharkFound } from '../support/tshark.ts';

/** A small one of each kind: its size, and the first 16 digits of its SHA-256. */
const small = [
  ['bulk', 2, '8bcc787bb0c81d42'],
  ['small', 20, '23669244c24b15c3'],
  ['headers', 20, 'd4bca6e60eb7de56'],
  ['background', 100, '01832a8c0f103556'],
  ['ooo', 5, '6d6fdd9b28fad2ed'],
  ['connections', 200, '969222911d30d3cc'],
  ['crowd', 100, '531633328dca5161'],
  ['empty', 0, '704e5e5b3234433c'],
] as const;

describe('inputs of the benchmark', () => {
  it.each(small)('%s of size %i has the same bytes as ever', (kind, size, digest) => {
    // Proves that measurements of different days and machines are of the same bytes.
    expect(createHash('sha256').update(made(kind, size)).digest('hex').slice(0, 16)).toBe(digest);
  });

  if (!tsharkFound) return;

  it.each([
    ['bulk', 2, { requests: 8, accepts: 8, commands: 16, releases: 8 }],
    ['small', 20, { requests: 20, accepts: 20, commands: 180, releases: 20 }],
    ['headers', 20, { requests: 1, accepts: 1, commands: 40, releases: 1 }],
    ['background', 100, { requests: 1, accepts: 1, commands: 2, releases: 1 }],
    ['connections', 200, { requests: 0, accepts: 0, commands: 0, releases: 0 }],
    ['crowd', 100, { requests: 0, accepts: 0, commands: 0, releases: 0 }],
  ] as const)('%s: tshark has no complaint, and counts the DICOM that was meant', (kind, size, expected) => {
    // Proves that peers are given traffic they can read: none of them is slowed by errors of ours.
    const capture = made(kind, size);
    expect(complaints(capture)).toEqual([]);
    expect(dicomCounts(capture)).toEqual(expected);
  });

  it('ooo: what is late, twice or missing is so in the shares that were meant', () => {
    // Proves the disorder against tshark's reading of the sequence numbers.
    const segments = (kind: string) =>
      tsharkFields(made(kind, 20), ['tcp.stream', 'tcp.srcport', 'tcp.seq', 'tcp.len'], ['-Y', 'tcp.len > 0']);
    const whole = new Set(segments('bulk').map((row) => row.join(' ')));
    const disordered = segments('ooo');
    const distinct = new Set(disordered.map((row) => row.join(' ')));
    const missing = [...whole].filter((segment) => !distinct.has(segment));
    expect(between(0.003, missing.length / whole.size, 0.007)).toBe(true);
    expect(between(0.008, (disordered.length - distinct.size) / whole.size, 0.012)).toBe(true);
    // Of those that are late some do not fall behind another one of their own connection.
    expect(between(0.01, late(disordered) / whole.size, 0.02)).toBe(true);
  });
});

function made(kind: string, size: number): Uint8Array {
  const file = join(temporaryFolder(), `${kind}.pcap`);
  const run = spawnSync(process.execPath, [join(root, 'bench', 'make-input.mjs'), kind, file, String(size)], {
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return readFileSync(file);
}

/** What tshark's expert warns of. Checksums are left out, as where a sender's network card puts them in. */
function complaints(capture: Uint8Array): string[] {
  const unchecked = ['ip', 'tcp', 'udp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:FALSE`]);
  const warnings = [...unchecked, ...decoded, '-Y', '_ws.malformed || _ws.expert.severity >= 0x600000'];
  return tsharkFields(capture, ['frame.number', '_ws.expert.message'], warnings)
    .map((row) => row.join(' '))
    .filter((line) => !/^\d+ DNS query retransmission[^,]*$/.test(line));
}

function between(least: number, value: number, most: number): boolean {
  return least <= value && value <= most;
}

/** Segments that come for the first time after one of higher number. */
function late(rows: readonly string[][]): number {
  const seen = new Set<string>();
  const highest = new Map<string, number>();
  let count = 0;
  for (const [stream, port, sequence, length] of rows) {
    const segment = `${stream} ${port} ${sequence} ${length}`;
    const side = `${stream} ${port}`;
    if (!seen.has(segment) && Number(sequence) < (highest.get(side) ?? 0)) count++;
    seen.add(segment);
    highest.set(side, Math.max(highest.get(side) ?? 0, Number(sequence)));
  }
  return count;
}

const decoded = ['-d', 'tcp.port==11112,dicom'];

function dicomCounts(capture: Uint8Array) {
  const types = tsharkFields(capture, ['dicom.pdu.type'], [...decoded, '-Y', 'dicom']).flatMap(([list]) =>
    list.split(','),
  );
  const of = (type: number): number => types.filter((text) => Number(text) === type).length;
  const commands = tsharkFields(capture, ['dicom.pdv.flags'], [...decoded, '-Y', 'dicom'])
    .flatMap(([list]) => list.split(','))
    .filter((text) => text !== '' && (Number(text) & 3) === 3);
  return { requests: of(1), accepts: of(2), commands: commands.length, releases: of(5) };
}
