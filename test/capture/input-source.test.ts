// Proves that files and pipes give their bytes, whatever the size of the reads, and say why they ended.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { FileSource, PrefixedSource, rawSource, StreamSource } from '../../src/capture/input-source.ts';
import { collect, memorySource } from './sources.ts';

function withFile(text: string, work: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dicomtap-source-'));
  const path = join(folder, 'f');
  writeFileSync(path, text);
  return work(path).finally(() => rmSync(folder, { recursive: true }));
}

describe('a file', () => {
  it('is read at once, in order, and counts what it gave', () =>
    withFile('one two three', async (path) => {
      // Proves that no promise is made for bytes at hand.
      const source = new FileSource(path);
      const into = new Uint8Array(20);
      expect(source.read(into, 2, 5)).toBe(5);
      expect(Buffer.from(into.subarray(2, 7)).toString()).toBe('one t');
      expect((await collect(source, 3)).toString()).toBe('wo three');
      expect(source.consumed).toBe(13);
      source.close();
      expect(source.read(into, 0, 5)).toBe(0);
    }));

  it('that cannot be read says so', () => {
    // Proves that a folder opened as a file is an end with a reason.
    const source = new FileSource(tmpdir());
    expect(source.read(new Uint8Array(5), 0, 5)).toBe(0);
    expect(source.error).toMatch(/cannot be read beyond byte 0: EISDIR/);
    source.close();
  });

  it('given as a pipe is read as one', () =>
    withFile('one two three', async (path) => {
      // Proves the way of named pipes.
      expect((await collect(rawSource(path, true), 4)).toString()).toBe('one two three');
    }));
});

describe('a pipe', () => {
  it('is waited for, and read in what is at hand', async () => {
    // Proves that many small writes become one read.
    const pipe = new PassThrough();
    const source = new StreamSource(pipe);
    const into = new Uint8Array(100);
    const first = source.read(into, 0, 100);
    pipe.write('one ');
    expect(await first).toBe(4);
    pipe.write('two ');
    pipe.write('three');
    await new Promise((resume) => setImmediate(resume));
    expect(await source.read(into, 0, 6)).toBe(6);
    pipe.end(' four');
    expect((await collect(source, 100)).toString()).toBe('ree four');
    expect(source.error).toBeNull();
  });

  it('that breaks says so', async () => {
    // Proves that a broken pipe is an end with a reason, not an exception.
    const pipe = new PassThrough();
    const source = new StreamSource(pipe);
    const read = source.read(new Uint8Array(5), 0, 5);
    pipe.destroy(Object.assign(new Error('broken'), { code: 'EIO' }));
    expect(await read).toBe(0);
    expect(source.error).toBe('cannot be read beyond byte 0: EIO');
  });

  it('that is closed while waited for ends', async () => {
    // Proves that an interrupt does not wait for a packet.
    const source = new StreamSource(new PassThrough());
    const read = source.read(new Uint8Array(5), 0, 5);
    source.close();
    expect(await read).toBe(0);
    expect(source.error).toBeNull();
  });
});

describe('bytes looked at before', () => {
  it('come first, then the rest', async () => {
    // Proves that nothing is lost by looking.
    const source = new PrefixedSource(Buffer.from('one '), memorySource(Buffer.from('two'), 1));
    expect((await collect(source, 3)).toString()).toBe('one two');
  });
});
