// Proves that whatever happens to a capture on its way breaks nothing and invents nothing: all adds up, what is all
// there is told as in the clean capture, what is not is told less, and other connections are told the same. A few ways
// of each mutation, by seed; `npm run mutation` does them all.
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../src/model/records.ts';
import { imbalances, segmentsOf } from '../support/balance.ts';
import { type Frame, pcap } from '../support/capture.ts';
import { seeded } from '../support/chunks.ts';
import { type Replayed, replay } from '../support/replay.ts';
import { captureBytes, scenePath, scenes } from '../support/scenes.ts';
import { type Mutation, mutations, type Scene, sceneOf } from './mutations.ts';
import { differences, extended, phantoms, told, withoutEvasion } from './oracles.ts';
import { framesOf } from './wire.ts';

const everything = process.env['DICOMTAP_MUTATIONS'] === 'all';
/** Ways tried of each mutation and capture. */
const waysMax = everything ? 400 : 3;

describe.each(scenes())('%s', (file) => {
  it(
    'withstands every mutation',
    async () => {
      const scene = sceneOf(await framesOf(captureBytes(scenePath(file))));
      const clean = await replay(bytesOf(scene.frames));
      const faults: string[] = [];
      for (const mutation of mutations) {
        for (const way of waysOf(mutation, scene, file)) {
          const mutant = mutation.make(scene, way, seeded(seedOf(`${file} ${mutation.name} ${way}`)));
          if (mutant === null) continue;
          for (const fault of await faultsOf(mutation, scene, mutant, clean)) {
            faults.push(`${mutation.name}, ${way}: ${fault}`);
          }
        }
      }
      expect(faults).toEqual([]);
    },
    everything ? 3_600_000 : 300_000,
  );
});

async function faultsOf({ keeps, evades }: Mutation, scene: Scene, mutant: readonly Frame[], original: Replayed) {
  const capture = bytesOf(mutant);
  const comparable = evades === true ? withoutEvasion : (all: Replayed) => all;
  const [replayed, clean] = [comparable(await replay(capture)), comparable(original)];
  const touched = touchedBy(scene, mutant);
  const other = (one: ConnectionRecord) => !touched.has(portsOf(one));
  const faults = [
    ...replayed.bugs.map((bug) => `an error of ours: ${String(bug)}`),
    ...imbalances(replayed, await segmentsOf(capture)).map((sum) => `does not add up: ${sum}`),
    ...differences(told(replayed, 'with', other), told(clean, 'with', other)).map(
      (line) => `another connection: ${line}`,
    ),
  ];
  if (keeps === 'same') faults.push(...differences(told(replayed, 'with'), told(clean, 'with')));
  if (keeps === 'read') faults.push(...differences(told(replayed, 'without'), told(clean, 'without')));
  if (keeps !== 'less') return faults;
  return [...faults, ...phantoms(replayed, clean).map((one) => `phantom: ${one}`), ...extended(replayed, clean)];
}

/** Connections, by their ports, of which a frame was changed, left out or added. */
function touchedBy(scene: Scene, mutant: readonly Frame[]): Set<string> {
  const before = framesByPorts(scene);
  const after = framesByPorts(sceneOf(mutant));
  const touched = new Set<string>();
  for (const ports of new Set([...before.keys(), ...after.keys()])) {
    const [one, other] = [before.get(ports) ?? [], after.get(ports) ?? []];
    if (one.length !== other.length || one.some((frame, i) => frame.bytes !== other[i].bytes)) touched.add(ports);
  }
  return touched;
}

function framesByPorts({ segments }: Scene): Map<string, Frame[]> {
  const frames = new Map<string, Frame[]>();
  for (const segment of segments) {
    if (segment === null) continue;
    const ports = segment.direction.match(/:\d+/g)?.sort().join('') ?? '';
    const list = frames.get(ports) ?? [];
    frames.set(ports, list);
    list.push(segment.frame);
  }
  return frames;
}

function portsOf({ clientPort, serverPort }: ConnectionRecord): string {
  return [`:${clientPort}`, `:${serverPort}`].sort().join('');
}

function waysOf(mutation: Mutation, scene: Scene, file: string): number[] {
  const count = mutation.ways(scene);
  if (count <= waysMax) return Array.from({ length: count }, (_, i) => i);
  const random = seeded(seedOf(`${file} ${mutation.name}`));
  return [...new Set(Array.from({ length: waysMax }, () => Math.floor(random() * count)))];
}

function bytesOf(frames: readonly Frame[]): Uint8Array {
  return pcap(frames, { resolution: 'nanos' });
}

function seedOf(text: string): number {
  let seed = 0;
  for (const character of text) seed = (Math.imul(seed, 31) + character.charCodeAt(0)) | 0;
  return seed >>> 0;
}
