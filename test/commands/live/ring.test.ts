// Proves that what a ring of `live` kept leads from a record to its packets, and that only what is of its time is read.
import { copyFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCapture } from '../../../src/capture/open.ts';
import { LiveSession } from '../../../src/commands/live/live-session.ts';
import { KeptRing } from '../../../src/commands/live/ring.ts';
import { noHistory } from '../../../src/model/history.ts';
import { withoutPolicy } from '../../../src/policy/compile.ts';
import { batchOf } from '../../support/batch.ts';
import type { Frame } from '../../support/capture.ts';
import { chunkedSource } from '../../support/chunks.ts';
import { ScriptedSource } from '../../support/live.ts';
import { jsonLines } from '../../support/program.ts';
import { captureBytes, scenePath } from '../../support/scenes.ts';
import { temporaryFolder } from '../../support/stores.ts';
import { runWords } from '../run.ts';

async function framesOf(name: string, later = 0): Promise<Frame[]> {
  const bytes = captureBytes(scenePath(name));
  const reader = await openCapture(chunkedSource(bytes, bytes.length));
  if (reader.format === null) throw new Error(reader.reason);
  const list: Frame[] = [];
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    for (let i = 0; i < batch.count; i++) {
      const at = batch.start[i];
      const frame = { bytes: batch.bytes.slice(at, at + batch.captured[i]), nanos: batch.nanos[i] };
      list.push({ ...frame, seconds: batch.seconds[i] + later });
    }
  }
  return list;
}

it('what live kept is found by the configuration, and gives the association again', async () => {
  const folder = temporaryFolder();
  const ringFolder = join(folder, 'ring');
  const config = join(folder, 'dicomtap.yaml');
  writeFileSync(config, `evidence: { dir: ${ringFolder}, size_mib: 16 }\n`);
  const database = join(folder, 'a.db');
  const read = join(folder, 'store.pcap');
  copyFileSync(scenePath('store.pcap'), read);
  await runWords(['replay', read, '--db', database, '--quiet', '--hash-key', scenePath('demo.key')]);
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const ring = new KeptRing(
    { evidence: { folder: ringFolder, bytes: 16 << 20 }, interfaces: [{}] } as never,
    log as never,
  );
  const source = new ScriptedSource('eth1').begin();
  // Another hour, then the one that is meant, in two captures.
  source
    .bring(await framesOf('find-study.pcap', -7200))
    .end('down')
    .begin();
  source
    .bring(await framesOf('store.pcap'))
    .end('down')
    .begin();
  source.bring(await framesOf('echo.pcap', 7200));
  const session = new LiveSession({
    config: { sensor: 'test', limits: {} },
    version: '0.1.0',
    policy: withoutPolicy,
    hash: () => 'hash',
    history: noHistory,
    sources: [source],
    recorder: {
      write() {},
      capture() {},
      health() {},
      status: () => ({ bytes: 0, trouble: null, waiting: 0, waitingBytes: 0, refused: 0 }),
      keep() {},
      close: async () => true,
    } as never,
    ring,
    sinks: () => [],
    log: log as never,
  });
  source.stop();
  await session.run();
  await ring.close();
  expect(readdirSync(ringFolder)).toHaveLength(3);

  const { stdout } = await runWords(['associations', '--db', database, '--json']);
  const [{ id }] = jsonLines(stdout);
  const out = join(folder, 'one.pcapng');
  const words = ['extract', id as string, '--db', database, '-w', out];
  const elsewhere = await runWords([...words, '--from', ringFolder]);
  expect([elsewhere.status, elsewhere.stderr]).toEqual([0, expect.stringMatching(/from \S*_00002_\S* to/)]);
  rmSync(out);
  rmSync(read);
  const found = await runWords([...words, '--config', config]);
  // The capture that was read is gone, which is said.
  expect([found.status, found.stderr]).toEqual([3, expect.stringContaining('is not there any more')]);
  await runWords(['replay', out, '--db', join(folder, 'b.db'), '--quiet', '--hash-key', scenePath('demo.key')]);
  const again = await runWords(['associations', '--db', join(folder, 'b.db'), '--json']);
  expect(jsonLines(again.stdout).map((one) => one['id'])).toEqual([id]);
});

describe('a reload', () => {
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const wanted = (folder: string | null, bytes = 1 << 20) =>
    ({ evidence: folder === null ? null : { folder, bytes }, interfaces: [{}] }) as never;
  const put = (ring: KeptRing, first: number) => {
    const some = Array.from(
      { length: 10 },
      (_, i): Frame => ({ bytes: new Uint8Array(100), seconds: first + i, nanos: 0 }),
    );
    const batch = batchOf(some, undefined, first);
    ring.keep(0, 'eth1', `p${'a'.repeat(26)}`, batch, 0, batch.count);
  };

  it('begins, moves, resizes and ends the ring', async () => {
    const [a, b] = [temporaryFolder(), temporaryFolder()];
    const ring = new KeptRing(wanted(null), log);
    expect(ring.status).toBeNull();
    put(ring, 1);
    await ring.use(wanted(a));
    put(ring, 11);
    await ring.use(wanted(b));
    put(ring, 21);
    await ring.use(wanted(b, 1 << 21));
    expect(ring.status).toMatchObject({ bytesMax: 1 << 21 });
    put(ring, 31);
    await ring.use(wanted(null));
    put(ring, 41);
    await ring.close();
    expect([readdirSync(a).length, readdirSync(b).length, ring.status]).toEqual([1, 1, null]);
  });

  it('to where nothing can be kept leaves it as it is', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const ring = new KeptRing(wanted(folder), log);
    await expect(ring.use(wanted(join(folder, 'file', 'x')))).rejects.toMatchObject({ code: 'output-unwritable' });
    put(ring, 1);
    await ring.close();
    expect(readdirSync(folder)).toHaveLength(2);
  });
});

it('a folder that cannot be written is an operator error', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  const open = () =>
    new KeptRing(
      { evidence: { folder: join(folder, 'file', 'x'), bytes: 1 << 20 }, interfaces: [{}] } as never,
      {} as never,
    );
  expect(open).toThrow(expect.objectContaining({ code: 'output-unwritable' }));
});
