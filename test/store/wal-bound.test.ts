// Proves that a reader that stays makes the write-ahead log grow to its bound and no further, and that it is short
// again once the reader is done.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { defaultKeeping, walBytesMax } from '../../src/store/keeping.ts';
import { liveTalk, liveTest } from '../support/live-stores.ts';
import { temporaryFolder } from '../support/stores.ts';

it('is said once, then nothing is written; capture goes on; it recovers by itself', async () => {
  const path = join(temporaryFolder(), 'a.db');
  const keeping = { ...defaultKeeping, bytesMax: 16 * 2 ** 20 };
  const { recorder, settled, until, notices } = liveTest(path, { keeping });
  recorder.write(liveTalk(0));
  await settled();
  const reader = new Sqlite(path, { readonly: true });
  onTestFinished(() => void reader.close());
  reader.exec('BEGIN');
  expect(reader.prepare('SELECT count(*) FROM association').pluck().get()).toBe(1);
  let n = 1;
  while (recorder.status().trouble === null && n < 20_000) {
    for (let i = 0; i < 50; i++) recorder.write(liveTalk(n++));
    await until(() => recorder.status().waiting < 2000 || recorder.status().trouble !== null);
  }
  expect(recorder.status().trouble).toContain('a program has been reading it for so long');
  const wal = (): number => statSync(`${path}-wal`).size;
  // The transactions of one attempt more.
  expect(wal()).toBeLessThan(walBytesMax(keeping.bytesMax) + 2 ** 20);
  for (let i = 0; i < 100; i++) recorder.write(liveTalk(n++));
  expect(reader.prepare('SELECT count(*) FROM association').pluck().get()).toBe(1);
  reader.exec('COMMIT');
  await settled();
  expect(reader.prepare('SELECT count(*) FROM association').pluck().get()).toBe(n);
  expect(wal()).toBeLessThanOrEqual(walBytesMax(keeping.bytesMax) / 2);
  expect(notices).toHaveLength(3);
  expect(recorder.status()).toMatchObject({ trouble: null, refused: 0 });
});
