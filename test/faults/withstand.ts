import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { Decoder } from '../../src/decode/decode.ts';
import { Next } from '../../src/decode/packet.ts';
import { limits as defaultLimits, type Limits } from '../../src/model/limits.ts';
import type { ConnectionRecord, Losses } from '../../src/model/records.ts';
import type { Sensor } from '../../src/sensor.ts';
import { imbalances, type Segments } from '../support/balance.ts';
import { batches } from '../support/batch.ts';
import { canariesIn, spellingsOfAll } from '../support/canaries.ts';
import type { Frame } from '../support/capture.ts';
import { conversation, defaultStart, frames, type Segment, server } from '../support/conversation.ts';
import { linkTypes } from '../support/link.ts';
import { abort, patientRows } from '../support/pdu.ts';
import type { Replayed } from '../support/replay.ts';
import { merged } from '../support/segments.ts';
import { Sensing, said, storing } from '../support/sensing.ts';

export interface Withstanding {
  /** Link type of the fault's frames: Ethernet unless told. */
  readonly linkType?: number;
  readonly limits?: Partial<Limits>;
  /**
   * When the clean connections before and after the fault begin, in microseconds: with its first frame, a second after
   * its last.
   */
  readonly early?: number;
  readonly late?: number;
  /** Patient values in the fault beyond those of `patientRows`. */
  readonly secrets?: readonly string[];
}

/** What the sensor made of a fault: records of its connections alone, everything lost, and the sensor afterwards. */
export interface Withstood {
  readonly records: Sensing['records'];
  readonly tcp: Sensing['tcp'];
  readonly losses: Losses;
  readonly sensor: Sensor;
}

/**
 * Runs a fault through the engine beside clean connections, and holds it to what holds of every fault: no error of
 * ours, bounds kept and all memory given back, every byte in one counter, the clean connections told as without it, and
 * no patient value in anything said.
 */
export function withstand(fault: readonly Segment[] | readonly Frame[], options: Withstanding = {}): Withstood {
  const list = isSegments(fault) ? frames(fault) : (fault as readonly Frame[]);
  const stamps = list.map(microsOf);
  const early = options.early ?? stamps[0] ?? defaultStart;
  const late = options.late ?? stamps.reduce((a, b) => Math.max(a, b), early) + 1e6;
  const bytes: Replayed['bytes'] = [];
  const tcp: ConnectionRecord[] = [];
  const sensing = new Sensing({
    limits: options.limits ?? {},
    connection: (record) => tcp.push(record),
    bytes: (directions) => bytes.push(directions),
  });
  const bounds = { ...defaultLimits, ...options.limits };
  const all: [frames: readonly Frame[], linkType: number][] = [];
  const feed = (part: readonly Frame[], capture: string, linkType: number): void => {
    all.push([part, linkType]);
    for (let at = 0; at < part.length; at += framesPerLook) {
      sensing.feed(part.slice(at, at + framesPerLook), { capture, linkType });
      expectBounded(sensing.sensor, bounds);
    }
  };
  for (const [clean, part] of inTurn(frames(bystanders(early)), list)) {
    feed(part, clean ? 'clean' : 'fault', clean ? linkTypes.ethernet : (options.linkType ?? linkTypes.ethernet));
  }
  // A file of its own: where one begins, packet time may be any.
  feed(frames(bystanders(late)), 'clean, later', linkTypes.ethernet);
  sensing.finish();
  const clean = cleanRun(early, late);
  expect(sensing.bugs).toEqual([]);
  expect(sensing.sensor.losses().bug).toBeUndefined();
  const { connections: kept, ...held } = sensing.sensor.held;
  expect(held).toEqual(nothingHeld);
  // Only what is closed stays in the table: it has told all.
  expect(kept).toBeLessThanOrEqual(tcp.filter(({ ended }) => ended === 'fin' || ended === 'reset').length);
  const theirs = new Set(clean.tcp.map(({ id }) => id));
  const { records } = sensing;
  expectSame(only({ records, tcp }, theirs, true), only(clean, theirs, true));
  expectNoValue(sensing, tcp, options.secrets ?? []);
  const { totals, streamBytes } = sensing.sensor;
  const losses = sensing.sensor.losses();
  const told = { totals, losses, streamBytes, tcp, bytes };
  expect(imbalances(told, segmentsIn(all, bounds))).toEqual([]);
  const mine = only({ records, tcp }, theirs, false);
  return { ...mine, losses, sensor: sensing.sensor };
}

const framesPerLook = 256;

function expectBounded(sensor: Sensor, bounds: Limits): void {
  const { held } = sensor;
  expect(held.connections).toBeLessThanOrEqual(bounds.connectionsMax);
  expect(held.fragmentDatagrams).toBeLessThanOrEqual(bounds.fragmentDatagramsMax);
  expect(held.fragmentBytes).toBeLessThanOrEqual(bounds.fragmentBytesMax);
  expect(held.reorderBytes).toBeLessThanOrEqual(bounds.reorderTotalBytesMax);
  expect(held.identifyBytes).toBeLessThanOrEqual(bounds.identifyTotalBytesMax);
  expect(held.pduBytes).toBeLessThanOrEqual(bounds.pduTotalBytesMax);
  expect(held.identifiedConnections).toBeLessThanOrEqual(bounds.identifiedConnectionsMax);
}

const nothingHeld: Omit<Sensor['held'], 'connections'> = {
  fragmentDatagrams: 0,
  fragmentBytes: 0,
  reorderBytes: 0,
  identifyBytes: 0,
  pduBytes: 0,
  identifiedConnections: 0,
};

/** Deep equality of large lists first, so that only a difference is written out. */
function expectSame(told: unknown, clean: unknown): void {
  if (!isDeepStrictEqual(told, clean)) expect(told).toEqual(clean);
}

/** Invented values of `patientRows`, which every object of the tests holds. */
const values = ['Invented', 'ZZ-0001', '19700102'];

function expectNoValue(
  { written, sensor, bugs }: Sensing,
  tcp: readonly ConnectionRecord[],
  secrets: readonly string[],
): void {
  const said = JSON.stringify([written, tcp, sensor.losses(), bugs.map(String)]);
  expect(canariesIn(Buffer.from(said), spellingsOfAll([...values, ...secrets]))).toEqual([]);
}

/** Records and connections of `ids`, or all the others. */
function only({ records, tcp }: Pick<Sensing, 'records' | 'tcp'>, ids: ReadonlySet<string>, inside: boolean) {
  const ofConnection = <T extends { connectionId: string }>(list: readonly T[]): T[] =>
    list.filter(({ connectionId }) => ids.has(connectionId) === inside);
  const byId = <T extends { id: string }>(list: readonly T[]): T[] => list.filter(({ id }) => ids.has(id) === inside);
  return {
    tcp: byId(tcp),
    records: {
      connections: byId(records.connections),
      associations: ofConnection(records.associations),
      operations: ofConnection(records.operations),
      exposures: ofConnection(records.exposures),
      endpoints: ofConnection(records.endpoints),
      tlsSessions: ofConnection(records.tlsSessions),
      // What is found across associations counts the clean ones with those of the fault.
      findings: ofConnection(records.findings).filter(({ associationId }) => associationId !== null),
    },
  };
}

/** A store, a query and an abort by themselves: two of them at a time on one listener. */
function bystanders(at: number): Segment[] {
  const query = [...said.open(), ...said.findRequest(), ...said.findAnswer(1, patientRows), ...said.release()];
  const ends = (client: string, port: number) => ({
    client: { address: client, port: 41_000 + (at % 1000), sequence: at % 2 ** 31 },
    server: { address: '10.9.0.9', port },
  });
  return merged(
    conversation(storing, { ...ends('10.9.0.1', 104), at }),
    conversation(query, { ...ends('10.9.0.2', 104), at: at + 30 }),
    conversation([...said.open('ENDED'), server(abort(2, 1))], { ...ends('10.9.0.3', 11_112), at: at + 60 }),
  );
}

const cleanRuns = new Map<string, Sensing>();

function cleanRun(early: number, late: number): Sensing {
  const key = `${early} ${late}`;
  let run = cleanRuns.get(key);
  if (run === undefined) {
    run = new Sensing().feed(frames(bystanders(early)), { capture: 'clean' });
    run.feed(frames(bystanders(late)), { capture: 'clean, later' }).finish();
    cleanRuns.set(key, run);
  }
  return run;
}

/** Two captures of one wire in turns, each in its own order: whichever's next frame is the earlier. */
function* inTurn(clean: readonly Frame[], fault: readonly Frame[]): Generator<[clean: boolean, part: Frame[]]> {
  let [i, k] = [0, 0];
  while (i < clean.length || k < fault.length) {
    const [from, begin] = [i, k];
    while (i < clean.length && (k === fault.length || microsOf(clean[i]) <= microsOf(fault[k]))) i++;
    if (i > from) yield [true, clean.slice(from, i)];
    while (k < fault.length && (i === clean.length || microsOf(fault[k]) < microsOf(clean[i]))) k++;
    if (k > begin) yield [false, fault.slice(begin, k)];
  }
}

function isSegments(fault: readonly Segment[] | readonly Frame[]): fault is readonly Segment[] {
  return fault.length > 0 && 'path' in fault[0];
}

/** TCP segments in frames, by a decoder of its own. */
function segmentsIn(all: readonly (readonly [readonly Frame[], number])[], bounds: Limits): Segments {
  const decoder = new Decoder(bounds);
  let count = 0;
  let bytes = 0;
  for (const [list, linkType] of all) {
    for (const batch of batches(list, linkType)) {
      for (let i = 0; i < batch.count; i++) {
        if (decoder.decode(batch, i) !== Next.tcp) continue;
        count++;
        bytes += decoder.packet.payloadLength;
      }
    }
  }
  return { count, bytes };
}

function microsOf({ seconds, nanos }: Frame): number {
  return seconds * 1e6 + nanos / 1000;
}
