// Proves that with one segment in a hundred lost at random every association of which enough came is found, nearly
// every operation whose command came is told, and nothing is told that was not there. Seeded; `npm run mutation` takes
// many more seeds.
import { expect, it } from 'vitest';
import { imbalances, segmentsOf } from '../support/balance.ts';
import { type Frame, pcap } from '../support/capture.ts';
import { seeded } from '../support/chunks.ts';
import { type Replayed, replay } from '../support/replay.ts';
import { captureBytes, scenePath, scenes } from '../support/scenes.ts';
import { type Scene, sceneOf } from './mutations.ts';
import { extended, phantoms } from './oracles.ts';
import { type Sent, sentOf, type WireOperation } from './sent.ts';
import { framesOf } from './wire.ts';

const everything = process.env['DICOMTAP_MUTATIONS'] === 'all';
const seeds = everything ? 300 : 8;
const share = 0.01;

it('one segment in a hundred lost costs what was in it', async () => {
  const sums = { associations: 0, found: 0, operations: 0, told: 0, lost: 0, captures: 0 };
  const faults: string[] = [];
  for (const [number, file] of scenes().entries()) {
    const scene = sceneOf(await framesOf(captureBytes(scenePath(file))));
    const clean = await replay(pcap(scene.frames, { resolution: 'nanos' }));
    const sent = sentOf(scene);
    const cleanly = clean.associations.filter(({ tls }) => !tls);
    for (let seed = 1; seed <= seeds; seed++) {
      const random = seeded(1000 * number + seed);
      const kept = scene.frames.filter((_, i) => scene.segments[i] === null || random() >= share);
      if (kept.length === scene.frames.length) continue;
      const capture = pcap(kept, { resolution: 'nanos' });
      const replayed = await replay(capture);
      const told = [
        ...replayed.bugs.map(String),
        ...imbalances(replayed, await segmentsOf(capture)),
        ...phantoms(replayed, clean),
        ...extended(replayed, clean),
      ];
      sums.captures++;
      sums.lost += scene.frames.length - kept.length;
      const came = new Set<Frame>(kept);
      for (const ends of survivors(sent, scene, came)) {
        if (!cleanly.some((one) => endsOf(one) === ends)) continue;
        sums.associations++;
        if (replayed.associations.some((one) => endsOf(one) === ends)) sums.found++;
        else told.push(`association of ${ends} was not found`);
      }
      const [operations, told2] = operationsTold(sent, scene, came, replayed);
      sums.operations += operations;
      sums.told += told2;
      faults.push(...told.map((fault) => `${file}, ${seed}: ${fault}`));
    }
  }
  expect(faults).toEqual([]);
  expect(sums.found).toBe(sums.associations);
  expect(sums.told / sums.operations).toBeGreaterThanOrEqual(0.95);
  expect(sums.operations).toBeGreaterThan(seeds * 10);
  if (everything) process.stdout.write(`${JSON.stringify(sums)}\n`);
}, 3_600_000);

/** Connections whose association request, or any header of P-DATA, came whole. */
function survivors(sent: readonly Sent[], scene: Scene, came: ReadonlySet<Frame>): Set<string> {
  const ends = new Set<string>();
  for (const { connection, requests, headers, bytes } of sent) {
    const whole = (from: number, to: number): boolean => cameWhole(bytes, from, to, scene, came);
    if ([...requests, ...headers].some(([from, to]) => whole(from, to))) ends.add(connection);
  }
  return ends;
}

function operationsTold(
  sent: readonly Sent[],
  scene: Scene,
  came: ReadonlySet<Frame>,
  replayed: Replayed,
): [operations: number, told: number] {
  const left = new Map<string, number>();
  for (const one of replayed.operations) {
    const ends = endsOf(replayed.associations.find(({ id }) => id === one.associationId));
    const key = `${ends} ${one.command} ${one.messageId}`;
    left.set(key, (left.get(key) ?? 0) + 1);
  }
  let operations = 0;
  let told = 0;
  for (const { connection, commands, bytes } of sent) {
    for (const { name, messageId, ranges } of commands as readonly WireOperation[]) {
      if (!ranges.every(([from, to]) => cameWhole(bytes, from, to, scene, came))) continue;
      operations++;
      const key = `${connection} ${name} ${messageId}`;
      const count = left.get(key) ?? 0;
      if (count > 0) told++;
      left.set(key, count - 1);
    }
  }
  return [operations, told];
}

/** Whether every byte of a range of a direction is in a frame that came. */
function cameWhole(bytes: Sent['bytes'], from: number, to: number, scene: Scene, came: ReadonlySet<Frame>): boolean {
  for (let at = from; at < to; at++) {
    if (!bytes.frames[at].some((index) => came.has(scene.frames[index]))) return false;
  }
  return true;
}

function endsOf(
  one: { clientAddress: string; clientPort: number; serverAddress: string; serverPort: number } | undefined,
): string {
  return one === undefined ? '' : [one.clientPort, one.serverPort].sort().join(' ');
}
