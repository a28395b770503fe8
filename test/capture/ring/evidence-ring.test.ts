// Proves that the ring keeps packets as they came, within its size, whatever the disk does, and that its files tell
// what they hold.
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/capture/batch.ts';
import { openCapture } from '../../../src/capture/open.ts';
import { EvidenceRing, type RingOptions } from '../../../src/capture/ring/evidence-ring.ts';
import { readRingFile } from '../../../src/capture/ring/ring-file.ts';
import type { RingDisk } from '../../../src/capture/ring/ring-folder.ts';
import { groupSeries } from '../../../src/capture/series.ts';
import { batchOf } from '../../support/batch.ts';
import type { Frame } from '../../support/capture.ts';
import { chunkedSource } from '../../support/chunks.ts';
import { temporaryFolder } from '../../support/stores.ts';

const captureA = `p${'a'.repeat(26)}`;
const captureB = `p${'b'.repeat(26)}`;

/** A ring, and what it said. */
function ringIn(folder: string, parts: Partial<RingOptions> = {}) {
  const said: (string | null)[] = [];
  const clock = { ms: 0 };
  const ring = new EvidenceRing({
    folder,
    bytes: 1 << 20,
    lanes: 1,
    application: 'dicomtap test',
    trouble: (why) => said.push(why),
    now: () => clock.ms,
    ...parts,
  });
  return { ring, said, clock };
}

/** Frames of 1,000 bytes, ten a second. */
function frames(count: number, from = 0): Frame[] {
  return Array.from({ length: count }, (_, i) => ({
    bytes: new Uint8Array(1000).fill((from + i) & 0xff),
    seconds: 1_800_000_000 + Math.floor((from + i) / 10),
    nanos: ((from + i) % 10) * 100_000_000 + 7,
    original: 1500,
  }));
}

function keep(ring: EvidenceRing, batch: Batch, capture = captureA, rank = 0, name = 'eth1'): void {
  ring.keep(rank, name, capture, batch, 0, batch.count);
}

function filesOf(folder: string): string[] {
  return readdirSync(folder)
    .sort((a, b) => Number(/_(\d{5})_/.exec(a)?.[1]) - Number(/_(\d{5})_/.exec(b)?.[1]))
    .map((name) => join(folder, name));
}

async function packetsOf(paths: readonly string[]): Promise<{ frames: Frame[]; errors: (string | null)[] }> {
  const list: Frame[] = [];
  const errors: (string | null)[] = [];
  for (const path of paths) {
    const bytes = readFileSync(path);
    const reader = await openCapture(chunkedSource(bytes, bytes.length));
    if (reader.format === null) throw new Error(reader.reason);
    for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
      for (let i = 0; i < batch.count; i++) {
        const at = batch.start[i];
        list.push({
          bytes: batch.bytes.slice(at, at + batch.captured[i]),
          seconds: batch.seconds[i],
          nanos: batch.nanos[i],
          original: batch.original[i],
        });
      }
    }
    errors.push(reader.error);
  }
  return { frames: list, errors };
}

it('keeps every packet as it came, in files of its own owner, which are one series for replay', async () => {
  const folder = join(temporaryFolder(), 'ring');
  const { ring, said } = ringIn(folder);
  keep(ring, batchOf(frames(300)));
  keep(ring, batchOf(frames(100, 300), undefined, 301));
  await ring.close(120_000);
  const paths = filesOf(folder);
  expect(paths.length).toBeGreaterThan(2);
  expect(await packetsOf(paths)).toEqual({ frames: frames(400), errors: paths.map(() => null) });
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const path of paths) expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(groupSeries(paths.map((path) => ({ path, firstTime: null }))).flat()).toHaveLength(paths.length);
  expect(groupSeries(paths.map((path) => ({ path, firstTime: null })))).toHaveLength(1);
  const oldest = 1_800_000_000_000_000;
  expect(ring.status).toMatchObject({ kept: 400, missed: 0, trouble: null, files: paths.length, oldest });
  expect(said).toEqual([]);
});

it('says in each file of which capture it is, from which frame on, and from when to when', async () => {
  const folder = temporaryFolder();
  const { ring } = ringIn(folder);
  keep(ring, batchOf(frames(200), undefined, 41));
  await ring.close(120_000);
  let frame = 41;
  for (const path of filesOf(folder)) {
    const file = readRingFile(path);
    expect(file).toMatchObject({ capture: captureA, firstFrame: frame, interface: 'eth1' });
    const { frames: held } = await packetsOf([path]);
    const stamp = ({ seconds, nanos }: Frame) => ({ seconds, nanos });
    expect(file?.first).toEqual(stamp(held[0]));
    expect(file?.span).toEqual({ first: stamp(held[0]), last: stamp(held.at(-1) as Frame), packets: held.length });
    frame += held.length;
  }
  expect(frame).toBe(241);
});

it('says that also of a file whose last packets are on disk already', async () => {
  const folder = temporaryFolder();
  const { ring, clock } = ringIn(folder, { bytes: 1 << 26 });
  keep(ring, batchOf(frames(10)));
  clock.ms += 1000;
  ring.tick();
  await expect.poll(() => ring.status.kept, { timeout: 120_000 }).toBe(10);
  await ring.close(120_000);
  expect(filesOf(folder).map((path) => readRingFile(path)?.span?.packets)).toEqual([10]);
});

it('begins a file with each capture, and where frames are missing', async () => {
  const folder = temporaryFolder();
  const { ring } = ringIn(folder, { bytes: 1 << 26 });
  keep(ring, batchOf(frames(10)));
  keep(ring, batchOf(frames(10), undefined, 21));
  keep(ring, batchOf(frames(10), undefined, 31), captureB);
  await ring.close(120_000);
  expect(filesOf(folder).map((path) => [readRingFile(path)?.capture, readRingFile(path)?.firstFrame])).toEqual([
    [captureA, 1],
    [captureA, 21],
    [captureB, 31],
  ]);
});

describe('its size', () => {
  it('is never passed: the oldest goes first, those of a run before too, and nothing else', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'mine.pcapng'), 'not of the ring');
    for (let run = 0; run < 4; run++) {
      const { ring } = ringIn(folder, { bytes: 400_000 });
      for (let i = 0; i < 5; i++) {
        keep(ring, batchOf(frames(100, 500 * run + 100 * i), undefined, 100 * i + 1));
        await ring.close(120_000);
        const sizes = filesOf(folder).map((path) => (path.endsWith('mine.pcapng') ? 0 : statSync(path).size));
        expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(400_000);
        expect(ring.status.bytes).toBe(sizes.reduce((sum, size) => sum + size));
      }
      expect(ring.status.missed).toBe(0);
    }
    const paths = filesOf(folder).filter((path) => !path.endsWith('mine.pcapng'));
    const { frames: held } = await packetsOf(paths);
    expect(held.length).toBeGreaterThan(250);
    expect(held).toEqual(frames(held.length, 2000 - held.length));
    expect(readFileSync(join(folder, 'mine.pcapng'), 'utf8')).toBe('not of the ring');
  });

  it('is shared by interfaces', async () => {
    const folder = temporaryFolder();
    const { ring } = ringIn(folder, { bytes: 400_000, lanes: 2 });
    for (let i = 0; i < 10; i++) {
      keep(ring, batchOf(frames(50, 50 * i), undefined, 50 * i + 1), captureA, 0, 'eth1');
      keep(ring, batchOf(frames(50, 50 * i), undefined, 50 * i + 1), captureB, 1, 'weird@if/2');
      await ring.close(120_000);
    }
    expect(ring.status.bytes).toBeLessThanOrEqual(400_000);
    const names = new Set(filesOf(folder).map((path) => readRingFile(path)?.interface));
    expect(names).toEqual(new Set(['eth1', 'weird@if/2']));
  });
});

it('what came is on disk within a second or two: a kill costs no more, and at worst the last packet is cut', async () => {
  const folder = temporaryFolder();
  const { ring, clock } = ringIn(folder, { bytes: 1 << 26 });
  keep(ring, batchOf(frames(20)));
  clock.ms += 1000;
  ring.tick();
  await expect.poll(() => ring.status.bytes, { timeout: 120_000 }).toBeGreaterThan(20_000);
  const [path] = filesOf(folder);
  expect((await packetsOf([path])).frames).toEqual(frames(20));
  expect(readRingFile(path)).toMatchObject({ firstFrame: 1, span: null, first: { seconds: 1_800_000_000, nanos: 7 } });
  truncateSync(path, statSync(path).size - 10);
  expect((await packetsOf([path])).frames).toEqual(frames(19));
  // The next one begins behind it.
  const next = ringIn(folder, { bytes: 1 << 26 });
  keep(next.ring, batchOf(frames(5)));
  await next.ring.close(120_000);
  expect(filesOf(folder)).toHaveLength(2);
  await ring.close(120_000);
});

describe('a disk that fails', () => {
  /** A disk of which the test says how it does. */
  function badDisk(state: { error: string | null; free: number; stuck: Promise<void> | null }): RingDisk {
    return {
      open: async (path) => {
        const file = await open(path, 'wx', 0o600);
        return {
          writev: async (...words: unknown[]) => {
            if (state.stuck !== null) await state.stuck;
            if (state.error !== null) throw Object.assign(new Error('no'), { code: state.error });
            return file.writev(...(words as Parameters<typeof file.writev>));
          },
          truncate: (length?: number) => file.truncate(length),
          close: () => file.close(),
        } as Awaited<ReturnType<RingDisk['open']>>;
      },
      unlink,
      space: async () => ({ free: state.free, size: 100 * 2 ** 30 }),
    };
  }

  it.each(['ENOSPC', 'EIO', 'EROFS'])(
    'by %s: one alarm, packets counted, and kept again when it is well',
    async (code) => {
      const folder = temporaryFolder();
      const state = { error: null as string | null, free: 50 * 2 ** 30, stuck: null };
      const { ring, said, clock } = ringIn(folder, { bytes: 1 << 24, disk: badDisk(state) });
      let frame = 1;
      const bring = async (count: number): Promise<void> => {
        keep(ring, batchOf(frames(count, frame), undefined, frame));
        frame += count;
        clock.ms += 2000;
        ring.tick();
        await new Promise((resolve) => setTimeout(resolve, 20));
      };
      await bring(10);
      state.error = code;
      for (let i = 0; i < 10; i++) await bring(10);
      await expect.poll(() => said.length, { timeout: 120_000 }).toBe(1);
      expect(ring.status.trouble).not.toBeNull();
      state.error = null;
      for (let i = 0; i < 10; i++) await bring(10);
      await ring.close(120_000);
      expect(said).toEqual([expect.any(String), null]);
      const { kept, missed, trouble } = ring.status;
      expect([kept + missed, trouble]).toEqual([frame - 1, null]);
      const { frames: held, errors } = await packetsOf(filesOf(folder));
      expect([held.length, errors.every((error) => error === null)]).toEqual([kept, true]);
    },
  );

  it('for it is nearly full: the ring gives its own up before it takes of the reserve', async () => {
    const folder = temporaryFolder();
    const state = { error: null, free: 50 * 2 ** 30, stuck: null };
    const { ring, said } = ringIn(folder, { bytes: 1 << 20, disk: badDisk(state) });
    keep(ring, batchOf(frames(300)));
    await ring.close(120_000);
    expect(filesOf(folder).length).toBeGreaterThan(1);
    state.free = 2 ** 29;
    keep(ring, batchOf(frames(10, 300), undefined, 301));
    await ring.close(120_000);
    expect(filesOf(folder)).toEqual([]);
    expect(said).toEqual(['the disk is full but for its reserve']);
    expect(ring.status).toMatchObject({ missed: 10 });
  });

  it('by being slow: memory is bounded, and nobody waits', async () => {
    const folder = temporaryFolder();
    let go = (): void => {};
    const stuck = new Promise<void>((resolve) => {
      go = resolve;
    });
    const state = { error: null, free: 50 * 2 ** 30, stuck };
    const { ring, said } = ringIn(folder, { bytes: 1 << 28, disk: badDisk(state) });
    for (let i = 0; i < 30; i++) keep(ring, batchOf(frames(1000, 1000 * i), undefined, 1000 * i + 1));
    expect(ring.status.missed).toBeGreaterThan(10_000);
    expect(said).toEqual(['the disk is too slow']);
    go();
    await ring.close(120_000);
    const { frames: held } = await packetsOf(filesOf(folder));
    expect(held.length).toBe(ring.status.kept);
    expect(ring.status.kept + ring.status.missed).toBe(30_000);
  });
});

it('a folder that cannot be made is told at once', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  expect(() => ringIn(join(folder, 'file', 'ring'))).toThrow();
  mkdirSync(join(folder, 'fine'));
  expect(() => ringIn(join(folder, 'fine'))).not.toThrow();
});
