import { writeSync } from 'node:fs';
import { openLive } from '../../../src/store/live-recorder.ts';
import { numbered, type Victim } from './numbered.ts';

/**
 * Writes bursts of numbered talks into the store until it is killed, and says of each burst when it was acknowledged.
 */
const { path, from, base, keeping } = JSON.parse(process.argv[2]) as Victim;
const run = {
  program: 'victim',
  arguments: [],
  policyDigest: null,
  hashKeyId: 'k1',
  sensor: 'test',
  reveal: false,
  begin: Date.now() * 1000,
};
const notice = ({ sentence }: { sentence: string }): void => void writeSync(1, `notice ${sentence}\n`);
const recorder = await openLive({ path, run, keeping, notice, flushMs: 10, tickMs: 10 });
writeSync(1, 'open\n');
for (let n = from; ; ) {
  const to = n + 40 + (n % 97);
  for (let i = Math.max(from, n - 5); i < n; i++) recorder.write(numbered(i, base, true));
  for (; n < to; n++) recorder.write(numbered(n, base, n % 40 < 35));
  while (recorder.status().waiting > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  if (recorder.status().refused > 0) writeSync(1, 'refused\n');
  writeSync(1, `acknowledged ${to}\n`);
}
