// Proves that captures are found in files and folders by their content, and that what cannot be used is told.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findInputs } from '../../src/capture/files.ts';
import { programPath } from '../../src/capture/zstd.ts';
import { pcap, pcapngOf } from '../support/capture.ts';
import { zstd } from './sources.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dicomtap-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const frames = [{ bytes: new Uint8Array(60), seconds: 1, nanos: 0 }];

function put(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

const names = (paths: readonly string[]): string[] =>
  findInputs(paths).files.map(({ path }) => path.slice(folder.length + 1));

describe('a folder', () => {
  it('is searched to its ends for captures, which are told by content', () => {
    // Proves that what is a capture needs no name of one, at any depth, and that the others are counted.
    put('b/deep/er/evidence.bin', pcap(frames));
    put('a.txt', pcapngOf(frames));
    put('notes.md', '# notes');
    put('x.gz', gzipSync(pcap(frames)));
    put('y.gz', gzipSync('no capture'));
    expect(names([folder])).toEqual(['a.txt', 'b/deep/er/evidence.bin', 'x.gz']);
    expect(findInputs([folder]).ignored).toBe(2);
  });

  it('gives what only has a capture’s name, to be told when it is opened', () => {
    // Proves that a damaged capture does not vanish among the files that are none.
    const damaged = ['a.pcap', 'b.PCAPNG', 'c.cap', 'd.pcap.gz', 'e.pcapng.zst', 'ring.pcap12'];
    for (const name of [...damaged, 'pcap', 'x.pcap.txt']) put(name, 'no capture');
    expect(names([folder])).toEqual(damaged);
    expect(findInputs([folder]).ignored).toBe(2);
  });

  if (programPath('zstd') !== null) {
    it('is searched inside zstd, whose first block may be long', () => {
      // Proves that enough of a file is read to decompress its first bytes.
      const long = Array.from({ length: 3000 }, (_, i) => ({ ...frames[0], nanos: (i * 7919) % 1e9 }));
      put('z', zstd(pcap(long)));
      expect(names([folder])).toEqual(['z']);
    });
  }

  it('gives files of no bytes only if their name is a capture’s', () => {
    // Proves that what a dead recorder left is seen, and a marker file is not.
    put('ring_00002.pcapng', '');
    put('.keep', '');
    expect(names([folder])).toEqual(['ring_00002.pcapng']);
  });

  it('without captures is a problem with a name', () => {
    // Proves that an empty folder is said, and not taken for an empty answer.
    put('notes.md', '# notes');
    expect(findInputs([folder]).problems.map(({ code }) => code)).toEqual(['input-empty-folder']);
  });

  it('that links to itself ends', () => {
    // Proves that links make neither endless searches nor doubles.
    put('sub/a.pcap', pcap(frames));
    symlinkSync(folder, join(folder, 'sub', 'loop'));
    symlinkSync(join(folder, 'sub', 'a.pcap'), join(folder, 'again.pcap'));
    expect(names([folder])).toEqual(['again.pcap']);
  });
});

describe('named files', () => {
  it('are taken as they are, once each, in the order given', () => {
    // Proves that naming a file twice does not count its packets twice.
    const [b, a] = [put('b.pcap', pcap(frames)), put('a.txt', 'text')];
    expect(names([b, a, b, folder])).toEqual(['b.pcap', 'a.txt']);
  });

  it('that are missing are problems, the others are still found', () => {
    // Proves that one wrong name does not hide the rest.
    const found = findInputs([join(folder, 'none'), put('a.pcap', pcap(frames)), '-']);
    expect(found.problems.map(({ code }) => code)).toEqual(['input-missing']);
    expect(found.files.map(({ once }) => once)).toEqual([false, true]);
  });

  it('below a file are problems', () => {
    // Proves that a path through a file is no crash.
    const file = put('a.pcap', pcap(frames));
    expect(findInputs([join(file, 'b')]).problems).toHaveLength(1);
  });

  it('that are pipes can be read once', () => {
    // Proves that a pipe is not opened to look at it first.
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(findInputs([pipe]).files).toEqual([{ path: pipe, size: 0, once: true }]);
  });
});
