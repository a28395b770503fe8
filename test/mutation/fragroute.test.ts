// Proves that the classic evasion recipes of fragroute, applied by tcprewrite, break nothing, invent nothing where no
// byte was invented, and hide nothing where all bytes are there. A few captures and the recipes without chance; `npm
// run mutation` applies all of them to every capture.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { imbalances, segmentsOf } from '../support/balance.ts';
import { pcap } from '../support/capture.ts';
import { type Replayed, replay } from '../support/replay.ts';
import { captureBytes, scenePath, scenes } from '../support/scenes.ts';
import { sceneOf } from './mutations.ts';
import { differences, phantoms, told, withoutEvasion } from './oracles.ts';
import { framesOf } from './wire.ts';

const everything = process.env['DICOMTAP_MUTATIONS'] === 'all';
const folder = mkdtempSync(join(tmpdir(), 'dicomtap-fragroute-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As in `mutations.ts`: what of the records stays. */
type Keeps = 'same' | 'read' | 'less' | 'other';

/** Recipes, and what stays. Those with a touch of chance are for the full run. */
const recipes: readonly (readonly [recipe: string, keeps: Keeps, chance?: true])[] = [
  ['ip_frag 24', 'same'],
  ['ip_frag 64\norder reverse', 'same'],
  ['ip_frag 24 old', 'same'],
  ['ip_frag 24 new', 'other'],
  ['tcp_seg 16', 'same'],
  ['tcp_seg 24\norder reverse', 'same'],
  ['tcp_seg 24 old', 'read'],
  ['tcp_seg 24 new', 'other'],
  ['tcp_chaff rexmit', 'other'],
  ['tcp_chaff cksum', 'other'],
  ['tcp_chaff seq', 'other'],
  ['tcp_chaff syn', 'other'],
  ['tcp_chaff null', 'other'],
  ['tcp_chaff paws', 'other'],
  ['tcp_chaff 3', 'other'],
  ['ip_chaff dup', 'other'],
  ['ip_chaff opt', 'other'],
  ['ip_ttl 9', 'same'],
  ['tcp_opt wscale 3', 'same'],
  ['dup last 100', 'same', true],
  ['ip_frag 64\norder random', 'same', true],
  ['tcp_seg 24\norder random', 'same', true],
  // tcprewrite gives each segment a random IPv4 id of 16 bits, of IPv6 all segments of a packet the same: of a thousand
  // segments some share one (6 of 1,092 ids in user-identity.pcap), and the second is taken for copies of the first
  // one's fragments.
  ['tcp_seg 8\nip_frag 24\norder random\ndup random 20', 'other', true],
  ['drop random 10', 'less', true],
];

const few = [
  'store.pcap',
  'find-study.pcap',
  'reject.pcap',
  'abort.pcap',
  'user-identity-empty.pcap',
  'concurrent.pcapng',
];

describe.each(everything ? scenes() : few)('%s', (file) => {
  it('withstands fragroute', async () => {
    const { frames } = sceneOf(await framesOf(captureBytes(scenePath(file))));
    const original = pcap(frames, { resolution: 'micros' });
    const clean = await replay(original);
    const faults: string[] = [];
    const crashed: string[] = [];
    for (const [recipe, keeps, chance] of recipes) {
      if (chance && !everything) continue;
      const mutant = rewritten(original, recipe);
      if (mutant === null) {
        crashed.push(recipe);
        continue;
      }
      const replayed = await replay(mutant);
      const found = [
        ...replayed.bugs.map((bug) => `an error of ours: ${String(bug)}`),
        ...imbalances(replayed, await segmentsOf(mutant)).map((sum) => `does not add up: ${sum}`),
      ];
      const left = keepsOf(file, recipe, keeps);
      if (left === 'same') found.push(...differences(told(replayed, 'with'), told(clean, 'with')));
      if (left === 'read') found.push(...differences(read(replayed), read(clean)));
      // What keeps no more than what is read sends other bytes in the same place, which is said of it.
      if (left === 'less') found.push(...phantoms(keeps === 'read' ? withoutEvasion(replayed) : replayed, clean));
      faults.push(...found.map((fault) => `${recipe.replaceAll('\n', ', ')}: ${fault}`));
    }
    expect(faults).toEqual([]);
    expect(crashed.filter((recipe) => !/chaff/.test(recipe))).toEqual([]);
  }, 600_000);
});

/** What of the records stays, in captures where it is less than with others: for what tcprewrite 4.4 writes there. */
function keepsOf(file: string, recipe: string, keeps: Keeps): Keeps {
  // Of IPv6 every second piece has the number of the one before it: its bytes never come in their place.
  if (file === 'ipv6.pcap' && recipe === 'ip_frag 24 old') return 'other';
  if (!recipe.startsWith('tcp_seg') || keeps === 'other') return keeps;
  // A FIN with data: each piece of its segment has the FIN, so that the stream ends with the first of them that is in
  // order.
  if (file === 'client-killed.pcap') return 'less';
  // The first packet of the client has data: it begins with the piece that comes first, and those before it are never
  // read.
  if (file === 'midstream-large.pcap.gz' && recipe !== 'tcp_seg 16') return 'less';
  return keeps;
}

/** The records without marks. An ambiguous association is no proof of what was not said in it. */
function read(replayed: Replayed): ReturnType<typeof told> {
  const findings = withoutEvasion(replayed).findings.filter(({ detection }) => !saysWhatWasNot.has(detection));
  return told({ ...replayed, findings }, 'without');
}

const saysWhatWasNot: ReadonlySet<string> = new Set(['association-idle', 'scanner-fingerprint', 'unexpected-protocol']);

/** The capture as fragroute sends it; null where tcprewrite 4.4 itself breaks, as it does on some small packets. */
function rewritten(capture: Uint8Array, recipe: string): Uint8Array | null {
  const [recipePath, from, to] = ['recipe', 'from.pcap', 'to.pcap'].map((name) => join(folder, name));
  writeFileSync(recipePath, `${recipe}\n`);
  writeFileSync(from, capture);
  const { status, signal, stderr } = spawnSync('tcprewrite', [`--fragroute=${recipePath}`, '-i', from, '-o', to]);
  if (signal !== null) return null;
  if (status !== 0) throw new Error(`tcprewrite: ${String(stderr)}`);
  return readFileSync(to);
}
