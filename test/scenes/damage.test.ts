// Proves that captures with a packet lost, doubled or damaged, or cut anywhere, never break the sensor, never show what
// is not there, and that what is missing is counted and said.
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../src/model/records.ts';
import { seeded } from '../support/chunks.ts';
import { type Replayed, replay } from '../support/replay.ts';
import { captureBytes, scenePath } from '../support/scenes.ts';
import { packetCount, withPackets } from '../support/split.ts';

const damaged = [
  'store.pcap',
  'store-syntaxes.pcap',
  'find-study.pcap',
  'move.pcap',
  'mpps.pcap',
  'commitment.pcap',
  'concurrent.pcapng',
  'user-identity-empty.pcap',
  'reset.pcap.gz',
  'halfclose.pcap',
  'tls13.pcap',
  'tls-null.pcap',
];

describe('a lost packet', () => {
  for (const file of damaged) {
    it(`is counted, and shows nothing that is not there: ${file}`, async () => {
      const bytes = captureBytes(scenePath(file));
      const whole = await replay(bytes);
      for (let lost = 0; lost < packetCount(bytes); lost++) {
        const rest = await replay(withPackets(bytes, (records) => records.filter((_, i) => i !== lost)));
        const what = `without packet ${lost + 1}`;
        expect(rest.bugs, what).toEqual([]);
        expect(beyond(rest, whole), what).toEqual([]);
        const unsaid = [...sizes(whole)].map(([direction, size]) => size - (sizes(rest).get(direction) ?? 0));
        // At the end of a stream the last byte that was acknowledged may have been a FIN.
        expect(Math.max(...unsaid), what).toBeLessThanOrEqual(1);
        expect(Math.min(...unsaid), what).toBe(0);
        for (const connection of rest.connections) expectSaid(connection, rest, what);
      }
    });
  }
});

/** A connection with a hole says so, and so does what it carried. */
function expectSaid(
  { id, clientMissed, serverMissed, incomplete }: ConnectionRecord,
  rest: Replayed,
  what: string,
): void {
  const missed = clientMissed + serverMissed > 0;
  expect(incomplete.includes('missed-bytes'), what).toBe(missed);
  if (!missed) return;
  const inside = rest.associations.filter(({ connectionId }) => connectionId === id);
  expect(
    inside.filter(({ complete }) => complete),
    what,
  ).toEqual([]);
  // What is of no association, such as a suite agreed on, may rest on bytes that were all seen.
  const findings = rest.findings.filter(
    ({ connectionId, associationId }) => connectionId === id && associationId !== null,
  );
  expect(
    findings.filter(({ partial }) => !partial),
    what,
  ).toEqual([]);
}

/** Bytes of each direction, seen or known to be missing. */
function sizes({ tcp }: Replayed): Map<string, number> {
  return new Map(
    tcp.flatMap((one): [string, number][] => [
      [`${one.clientPort} > ${one.serverPort}`, one.clientBytes + one.clientMissed],
      [`${one.serverPort} > ${one.clientPort}`, one.serverBytes + one.serverMissed],
    ]),
  );
}

/** What a replay shows beyond another one. */
function beyond(rest: Replayed, whole: Replayed): string[] {
  const all = counts(whole);
  return [...counts(rest)].filter(([name, count]) => count > (all.get(name) ?? 0)).map(([name]) => name);
}

function counts({ exposures, totals, findings }: Replayed): Map<string, number> {
  const sums = new Map([
    ['patients', totals.patients as number],
    ['studies', totals.studies as number],
  ]);
  const add = (name: string, count: number): Map<string, number> => sums.set(name, (sums.get(name) ?? 0) + count);
  for (const { attributes } of exposures) for (const { attribute, count } of attributes) add(attribute, count);
  for (const { detection, severity } of findings) add(`${detection} ${severity}`, 1);
  return sums;
}

describe('packets that come twice', () => {
  for (const file of damaged) {
    it(`change nothing: ${file}`, async () => {
      const bytes = captureBytes(scenePath(file));
      const twice = await replay(withPackets(bytes, (records) => records.flatMap((record) => [record, record])));
      expect(plain(twice)).toEqual(plain(await replay(bytes)));
      expect(twice.losses.duplicate?.packets).toBeGreaterThan(0);
    });
  }
});

/** Records without the numbers of packets. */
function plain({ tcp, associations, operations, exposures, tlsSessions, findings }: Replayed): unknown {
  const text = JSON.stringify({ tcp, associations, operations, exposures, tlsSessions, findings });
  return JSON.parse(text, (name, value) => (/frame$/i.test(name) ? 0 : value));
}

describe('a damaged capture', () => {
  for (const file of damaged) {
    it(`with flipped bits breaks nothing: ${file}`, async () => {
      const bytes = captureBytes(scenePath(file));
      const random = seeded(file.length);
      for (let round = 0; round < 40; round++) {
        const flipped = Uint8Array.from(bytes);
        for (let flips = 0; flips <= round; flips++) {
          flipped[24 + Math.floor(random() * (flipped.length - 24))] ^= 1 << Math.floor(random() * 8);
        }
        const { bugs } = await replay(flipped);
        expect(bugs, `round ${round}`).toEqual([]);
      }
    });

    it(`cut anywhere tells what came before: ${file}`, async () => {
      const bytes = captureBytes(scenePath(file));
      const whole = await replay(bytes);
      const step = Math.max(1, Math.floor(bytes.length / 150));
      for (let length = 24; length < bytes.length; length += step) {
        const cut = await replay(bytes.subarray(0, length));
        const what = `${length} bytes`;
        expect(cut.bugs, what).toEqual([]);
        expect(beyond(cut, whole), what).toEqual([]);
        expect(cut.totals.packets, what).toBeLessThanOrEqual(whole.totals.packets);
      }
    });
  }
});
