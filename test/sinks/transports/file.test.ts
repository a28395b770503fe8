// Proves that a file has only whole lines, is put aside by size and age under sorted names, and is opened anew.
import { appendFileSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testMessage } from '../../../src/sinks/own-words.ts';
import { type FileSink, type GivenSink, sinkOf } from '../../../src/sinks/settings.ts';
import { LogFile } from '../../../src/sinks/transports/file.ts';
import { sensor } from '../../support/sinks.ts';
import { temporaryFolder } from '../../support/stores.ts';

const message = testMessage(sensor, 'soc', 1);
const lines = (...texts: string[]) => texts.map((text) => ({ message, text }));

function file(given: Partial<Extract<GivenSink, { kind: 'file' }>> = {}) {
  const path = join(temporaryFolder(), 'sub', 'out.json');
  const clock = { ms: Date.UTC(2026, 2, 1) };
  const made = new LogFile(sinkOf('soc', { kind: 'file', path, ...given }) as FileSink, () => clock.ms);
  const names = () => readdirSync(join(path, '..')).sort();
  return { path, clock, made, names };
}

it('adds whole lines', async () => {
  const { path, made } = file();
  await made.open();
  await made.send(lines('a', 'b'));
  await made.send(lines('c'));
  await made.settle();
  expect(readFileSync(path, 'utf8')).toBe('a\nb\nc\n');
  made.close();
});

it('a line that a crash cut goes, what is before it stays', async () => {
  const { path, made } = file();
  await made.open();
  await made.send(lines('a'));
  made.close();
  appendFileSync(path, 'x'.repeat(200_000));
  await made.open();
  await made.send(lines('b'));
  expect(readFileSync(path, 'utf8')).toBe('a\nb\n');
  made.close();
});

it('is put aside when it is large, and the oldest go', async () => {
  const { path, made, names, clock } = file({ rotate_bytes: 4, keep: 2 });
  await made.open();
  for (const text of ['one', 'two', 'three', 'four']) {
    await made.send(lines(text));
    clock.ms += 1000;
  }
  expect(names()).toEqual(['out.json', 'out.json.20260301T000002Z', 'out.json.20260301T000003Z']);
  expect(readFileSync(path, 'utf8')).toBe('four\n');
  expect(readFileSync(join(path, '..', 'out.json.20260301T000003Z'), 'utf8')).toBe('three\n');
  made.close();
});

it('several in one second have names that sort', async () => {
  const { made, names } = file({ rotate_bytes: 1 });
  await made.open();
  for (const text of ['one', 'two', 'three']) await made.send(lines(text));
  expect(names()).toEqual(['out.json', 'out.json.20260301T000000Z', 'out.json.20260301T000000Z-0001']);
  made.close();
});

it('is put aside when it is old; another inode takes its name', async () => {
  const { path, made, names, clock } = file({ rotate_hours: 1 });
  clock.ms = Date.now();
  await made.open();
  await made.send(lines('a'));
  const { ino } = statSync(path);
  clock.ms += 3_600_001;
  await made.send(lines('b'));
  expect(names()).toHaveLength(2);
  expect(statSync(path).ino).not.toBe(ino);
  made.close();
});

it('goes on in a file of the same name when that was moved away', async () => {
  const { path, made } = file();
  await made.open();
  await made.send(lines('a'));
  renameSync(path, `${path}.1`);
  await made.reopen();
  await made.send(lines('b'));
  expect([`${path}.1`, path].map((one) => readFileSync(one, 'utf8'))).toEqual(['a\n', 'b\n']);
  made.close();
});
