// Proves that the first half of a capture, its second half and the whole end in the same store in any order of runs,
// that both halves as one ring are the whole, and that a capture read twice changes nothing. DICOMTAP_CUTS=all cuts
// every capture at every packet, which takes ten minutes.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RecordBatch } from '../../src/model/records.ts';
import { trafficTables } from '../../src/store/dump.ts';
import { batchesOf, captureIdOf, type NamedCapture } from '../support/batches.ts';
import { captureBytes, sceneName, scenePath, scenes } from '../support/scenes.ts';
import { packetCount, splitCapture } from '../support/split.ts';
import { dumpOf, runInto, temporaryFolder } from '../support/stores.ts';

/** Where a capture is cut, as parts of its packets: also in the middle of a handshake, an association, an object. */
const cuts: Record<string, readonly number[]> = {
  'store-several.pcap': [0.04, 0.4, 0.7],
  'concurrent.pcapng': [0.3, 0.6],
  'find-study.pcap': [0.66],
  'move.pcap': [0.3, 0.7],
  'outside-client.pcap': [0.8],
  'large-object.pcap.gz': [0.5],
  'midstream.pcapng': [0.5],
  'user-identity.pcap': [0.45],
  'port-reuse.pcap': [0.3, 0.8],
  'halfclose.pcap': [19 / 22], // Between the client's FIN and the server's last PDU.
  'reset.pcap.gz': [0.5],
  'cancel.pcap': [0.25],
  'commitment-reverse.pcap': [0.6],
  'tls12.pcap': [0.3],
  'quiet-day.pcapng': [0.85],
  // What several associations prove together.
  'ae-guessing.pcap': [0.2, 0.9],
  'echo-sweep.pcap': [0.2, 0.7],
  'nmap.pcap': [0.5, 0.8],
  'theft.pcap': [0.1, 0.3, 0.5],
  'wrong-address.pcap': [0.5],
  'ports.pcap': [0.7],
  'tls-certificates.pcap': [0.5],
  'tls-downgrade.pcap': [0.6],
};
const everywhere = process.env['DICOMTAP_CUTS'] === 'all';
const orders = ['012', '021', '102', '120', '201', '210'];

describe('the first half, the second half and the whole', () => {
  for (const file of everywhere ? scenes() : Object.keys(cuts)) {
    const bytes = captureBytes(scenePath(file));
    const count = packetCount(bytes);
    const borders = everywhere
      ? Array.from({ length: count - 1 }, (_, i) => i + 1)
      : cuts[file].map((part) => Math.round(part * count));
    for (const at of borders) {
      it(`end in the same store in all six orders: ${file} cut after packet ${at}`, async () => {
        const folder = temporaryFolder();
        const [first, second] = splitCapture(bytes, at);
        const runs = [
          await batchesOf([{ name: 'first.pcap', bytes: first }]),
          await batchesOf([{ name: 'second.pcap', bytes: second }]),
          await batchesOf([{ name: file, bytes }]),
        ];
        const dumps = orders.map((order) => {
          const path = join(folder, `${order}.db`);
          for (const which of order) runInto(path, runs[Number(which)]);
          return dumpOf(path);
        });
        for (const dump of dumps) expect(dump).toEqual(dumps[0]);
        const whole = stored(join(folder, 'whole.db'), runs[2]);
        expect(dumps[0].map(withoutReferences)).toEqual(whole.map(withoutReferences));
      });
    }
  }
});

describe('both halves as one ring', () => {
  for (const file of scenes()) {
    it(`are the whole: ${file}`, async () => {
      const folder = temporaryFolder();
      const bytes = captureBytes(scenePath(file));
      const at = packetCount(bytes) >> 1;
      const [first, second] = splitCapture(bytes, at);
      const whole: NamedCapture = { name: file, bytes };
      const ring: NamedCapture[] = [
        { name: `${sceneName(file)}_00001_20261122120000.pcap`, bytes: first },
        { name: `${sceneName(file)}_00002_20261122120001.pcap`, bytes: second },
      ];
      const ids = [await captureIdOf(ring[0]), await captureIdOf(ring[1]), await captureIdOf(whole)];
      const asWhole = (row: string): string =>
        row.replace(references, (text, before: string, capture: string, between: string, frame: string) => {
          if (capture === ids[0]) return `${before}${ids[2]}${between}${frame}`;
          return capture === ids[1] ? `${before}${ids[2]}${between}${Number(frame) + at}` : text;
        });
      // In the order given by the names, whatever the order of arguments.
      const ofRing = stored(join(folder, 'ring.db'), await batchesOf([ring[1], ring[0]]));
      expect(ofRing.map(asWhole)).toEqual(stored(join(folder, 'whole.db'), await batchesOf([whole])));
    });
  }
});

describe('a second replay', () => {
  it('changes nothing but run and capture, of no scene', async () => {
    const path = join(temporaryFolder(), 'twice.db');
    const runs: RecordBatch[][] = [];
    for (const file of scenes()) {
      runs.push(await batchesOf([{ name: file, bytes: captureBytes(scenePath(file)) }]));
    }
    for (const run of runs) runInto(path, run);
    const once = dumpOf(path, [...trafficTables, 'log', 'meta']);
    for (const run of runs) runInto(path, run);
    expect(dumpOf(path, [...trafficTables, 'log', 'meta'])).toEqual(once);
  });
});

function stored(path: string, run: readonly RecordBatch[]): string[] {
  runInto(path, run);
  return dumpOf(path);
}

/** A packet as rows name it: a capture and the frame in it. */
const references = /("(?:first_|last_|patient_data_)?capture":")(\w+)(","(?:first_|last_|patient_data_)?frame":)(\d+)/g;

function withoutReferences(row: string): string {
  return row.replace(references, '');
}
