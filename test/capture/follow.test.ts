// Proves that a file that grows is read as it grows, and a ring from file to file.
import { appendFileSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changed, FollowSource, nextRingFile } from '../../src/capture/follow.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dicomtap-follow-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Follows a file; each call of `idle` runs the next of `steps`. */
function follow(path: string, steps: (() => void)[], over = false): { source: FollowSource; stop: () => void } {
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  const idle = (): void => (steps.shift() ?? stop)();
  return { source: new FollowSource(path, { stopped: () => stopped, over: () => over, idle }), stop };
}

async function all(source: FollowSource): Promise<string> {
  const into = new Uint8Array(100);
  let text = '';
  for (let count = await source.read(into, 0, 100); count > 0; count = await source.read(into, 0, 100))
    text += Buffer.from(into.subarray(0, count)).toString();
  return text;
}

describe('a file that grows', () => {
  it('is read on until told to stop', async () => {
    // Proves that its end is waited at.
    const path = join(folder, 'a');
    writeFileSync(path, 'one ');
    const { source } = follow(path, [() => appendFileSync(path, 'two '), () => appendFileSync(path, 'three')]);
    expect(await all(source)).toBe('one two three');
    expect(source.consumed).toBe(13);
    expect(source.error).toBeNull();
  });

  it('ends at its end once the recorder has gone on to another', async () => {
    // Proves that a ring is gone through without being told.
    const path = join(folder, 'a');
    writeFileSync(path, 'whole');
    const { source } = follow(path, [() => appendFileSync(path, ' and last')], true);
    expect(await all(source)).toBe('whole and last');
  });

  it('that is made shorter is an error', async () => {
    // Proves that a file written over while read is not silently mixed.
    const path = join(folder, 'a');
    writeFileSync(path, 'one two');
    const { source } = follow(path, [() => truncateSync(path, 2)]);
    expect(await all(source)).toBe('one two');
    expect(source.error).toBe('was made shorter while it was read');
  });

  it('ends when closed while waiting', async () => {
    // Proves that an interrupt does not wait for a packet.
    const path = join(folder, 'a');
    writeFileSync(path, '');
    const { source } = follow(path, [() => {}, () => source.close()]);
    expect(await all(source)).toBe('');
  });
});

describe('the next file of a ring', () => {
  function file(name: string, seconds: number): string {
    const path = join(folder, name);
    writeFileSync(path, 'x');
    utimesSync(path, seconds, seconds);
    return path;
  }

  it('is the one changed next', () => {
    // Proves that files are not skipped when the reader is behind.
    const now = file('r.pcap0', 100);
    file('r.pcap2', 300);
    const next = file('r.pcap1', 200);
    file('other.pcap', 150);
    expect(nextRingFile(now, new Map())).toBe(next);
  });

  it('is none while the file is the newest', () => {
    // Proves that older files of the ring are not taken for newer ones.
    file('r.pcap1', 50);
    expect(nextRingFile(file('r.pcap0', 100), new Map())).toBeNull();
  });

  it('may be a name read before, if it was written again', () => {
    // Proves that a full ring is followed around.
    const again = file('r.pcap0', 200);
    const now = file('r.pcap1', 150);
    const done = changed(again) ?? 0n;
    expect(nextRingFile(now, new Map([[resolve(again), done]]))).toBeNull();
    file('r.pcap0', 300);
    expect(nextRingFile(now, new Map([[resolve(again), done]]))).toBe(again);
  });
});
