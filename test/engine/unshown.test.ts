// Proves that bytes which a reader need not be shown change nothing by not being shown: of every capture, disturbed or
// not, and of long values that are lost, late, copied, aborted and interleaved, the same is stated, at the same
// packets, and each byte is in the same account.
import { afterEach, expect, it, vi } from 'vitest';
import type { Batch } from '../../src/capture/batch.ts';
import { keyedHash } from '../../src/hash-key.ts';
import { noHistory } from '../../src/model/history.ts';
import { limits as defaultLimits, type Limits } from '../../src/model/limits.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { Deframer } from '../../src/protocols/dicom/deframer.ts';
import { Identifier } from '../../src/protocols/identify.ts';
import { Sensor } from '../../src/sensor.ts';
import { Checks } from '../../src/tcp/checks.ts';
import { Reorder } from '../../src/tcp/reorder.ts';
import { batches } from '../support/batch.ts';
import { concat } from '../support/bytes.ts';
import { seeded } from '../support/chunks.ts';
import {
  client,
  conversation,
  defaultStart,
  frames,
  type Segment,
  server,
  type Turn,
} from '../support/conversation.ts';
import { disturb, disturbed } from '../support/mutations.ts';
import {
  abort,
  associateRq,
  commandField,
  commandSet,
  ctStorage,
  explicitDataSet,
  explicitPixelData,
  patientRows,
  pDataPieces,
} from '../support/pdu.ts';
import { testKey } from '../support/replay.ts';
import { scenes } from '../support/scenes.ts';
import { merged, without, withPayload } from '../support/segments.ts';
import { said } from '../support/sensing.ts';

afterEach(() => vi.restoreAllMocks());

/** Small ones, so that holes are given up among what is disturbed. */
const small: Limits = {
  ...defaultLimits,
  holePacketsMax: 8,
  markedBytesMax: 400,
  checksumBytesMax: 200,
  changesPerBatch: 7,
};

/** Everything that is said of packets. */
function toldOf(list: readonly Batch[], limits: Limits) {
  const written: string[] = [];
  const sensor = new Sensor({
    policy: withoutPolicy,
    history: noHistory,
    hash: keyedHash(testKey),
    write: (batch) => written.push(JSON.stringify(batch)),
    connection: (record) => written.push(JSON.stringify(record)),
    bytes: (bytes) => written.push(JSON.stringify(bytes)),
    bug: (error) => written.push(`bug: ${error}`),
    limits,
  });
  const input = sensor.input('capture');
  for (const batch of list) sensor.packets(batch, 0, batch.count, input);
  sensor.interrupted(input);
  sensor.finish();
  return { written, totals: sensor.totals, streamBytes: sensor.streamBytes, losses: sensor.losses() };
}

/** How often a reader was told of bytes that it was not shown. */
function expectSame(list: readonly Batch[], limits = small): number {
  // What nobody reads is neither summed nor compared.
  vi.spyOn(Checks.prototype, 'settle').mockReturnValue(true);
  vi.spyOn(Reorder.prototype as unknown as { compare(): void }, 'compare').mockReturnValue();
  const passed = vi.spyOn(Identifier.prototype, 'passed');
  const some = toldOf(list, limits);
  const times = passed.mock.calls.length;
  const none = vi.spyOn(Identifier.prototype, 'unneeded').mockReturnValue(0);
  const never = vi.spyOn(Identifier.prototype, 'unneededAfter').mockReturnValue(0);
  const all = toldOf(list, limits);
  none.mockRestore();
  never.mockRestore();
  expect(passed.mock.calls.length).toBe(times);
  passed.mockRestore();
  expect(some).toEqual(all);
  return times;
}

it.each(scenes())('%s', async (scene) => {
  for (const list of await disturbed(scene, 6)) expectSame(list);
});

const object = (bytes: number) => concat(explicitDataSet(patientRows), explicitPixelData(bytes));

/**
 * A C-STORE request in values of `size` bytes; what the server says comes after so many of its bytes, where it says
 * something.
 */
function storeTurns(
  bytes: number,
  size: number,
  interruption?: { readonly at: number; readonly says: Uint8Array },
): Turn[] {
  const command = commandSet({
    field: commandField.storeRq,
    sopClass: ctStorage,
    messageId: 1,
    instance: '1.2.3',
    dataSet: true,
  });
  const sent = concat(
    pDataPieces({ context: 1, command: true, bytes: command }, 16_384),
    pDataPieces({ context: 1, bytes: object(bytes) }, size),
  );
  if (interruption === undefined) return [client(sent)];
  const { at, says } = interruption;
  return [client(sent.subarray(0, at)), server(says), client(sent.subarray(at))];
}

const between = (i: number) => ({
  client: { address: `10.1.${i}.1`, port: 40_000 + i },
  at: defaultStart + 50 * i,
  stepMicros: 500,
});

/**
 * Associations side by side, each with values of another length; what interrupts some of them comes from the side that
 * receives.
 */
function longValues(): Segment[] {
  const talks: Turn[][] = [
    [...storeTurns(200_000, 16_376), ...said.storeResponse(1), ...storeTurns(90_000, 5000), ...said.storeResponse(1)],
    [...storeTurns(300_000, 1_000_000), ...said.storeResponse(1)],
    [...storeTurns(250_000, 131_072, { at: 120_000, says: abort() })],
    [...storeTurns(250_000, 40_000, { at: 100_000, says: associateRq() }), ...said.storeResponse(1)],
    [
      ...storeTurns(250_000, 65_000, {
        at: 150_000,
        says: concat(...Array.from({ length: 40 }, () => Uint8Array.of(9, 0, 0, 0, 0, 0))),
      }),
    ],
  ];
  return merged(...talks.map((turns, i) => conversation([...said.open(), ...turns, ...said.release()], between(i))));
}

it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])('long values, disturbed by seed %i', (seed) => {
  const list = frames(longValues());
  expect(expectSame(batches(seed === 0 ? list : disturb(list, seed)))).toBeGreaterThan(20);
});

it.each([1, 2, 3, 4, 5, 6])('long values of which segments are lost, late and sent again, seed %i', (seed) => {
  const random = seeded(seed);
  const list: Segment[] = [];
  for (const segment of longValues()) {
    const fate = random();
    if (fate < 0.01) continue;
    list.push(segment);
    if (fate > 0.98) list.push({ ...segment, ipId: segment.ipId ^ 1 });
    if (fate > 0.05 && fate < 0.09)
      list.splice(Math.max(0, list.length - 1 - Math.floor(random() * 64)), 0, list.pop() as Segment);
  }
  expect(expectSame(batches(frames(list)))).toBeGreaterThan(20);
});

it('behind a hole that nobody acknowledges wait as many bytes, shown or not', () => {
  // More would end as a connection of their own, further ahead than the window.
  const limits = { ...small, reorderBytesMax: 100_000, windowBytesMax: 300_000 };
  const turns = [...said.open(), ...storeTurns(900_000, 1_000_000), ...said.release()];
  const all = conversation(turns, { acknowledgeEvery: 0 });
  const lost = withPayload(all)[100];
  const list = batches(frames(without(all, lost)));
  expect(expectSame(list, limits)).toBeGreaterThan(2);
  const { losses, totals } = toldOf(list, limits);
  expect(losses.missed?.bytes).toBe(all[lost].payload.length);
  expect(totals.associations).toBe(1);
});

it.each([66, 72, 78, 84, 90, 96, 102])(
  'what was thrown away after a reset that was none tells nothing, %i',
  (alive) => {
    const limits = { ...small, reorderBytesMax: 20_000, holePacketsMax: 30 };
    const turns = [...said.open(), ...storeTurns(400_000, 4368), ...said.release()];
    const all = conversation(turns, { acknowledgeEvery: 0 });
    const whole = all.flatMap(({ from, payload }, i) => (from === 'client' && payload.length === 1460 ? [i] : []));
    const { sequence, payload } = all.find(({ from, payload }) => from === 'server' && payload.length > 0) as Segment;
    const ofServer = { from: 'server', sequence: sequence + payload.length, payload: new Uint8Array(0) } as const;
    const list = all.flatMap((segment, i) => {
      const at = whole.indexOf(i);
      const acknowledgement = segment.sequence + segment.payload.length;
      if (at === 60) return [segment, { ...segment, ...ofServer, flags: 'R', acknowledgement: 0, ipId: 1 }];
      if (at < alive || (at > alive && at % 10 !== 0)) return [segment];
      return [segment, { ...segment, ...ofServer, flags: 'A', acknowledgement, ipId: 2 }];
    });
    const passed = vi.spyOn(Deframer.prototype, 'passed');
    expect(expectSame(batches(frames(list)), limits)).toBeGreaterThan(0);
    expect(passed).toHaveBeenCalled();
  },
);
