import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Batch } from '../../src/capture/batch.ts';
import { openCapture } from '../../src/capture/open.ts';
import type { CaptureReader } from '../../src/capture/reader.ts';
import { Decoder } from '../../src/decode/decode.ts';
import { Next, type Packet } from '../../src/decode/packet.ts';
import type { Side } from '../../src/model/facts.ts';
import { limits } from '../../src/model/limits.ts';
import { Account } from '../../src/protocols/account.ts';
import type { PduSink } from '../../src/protocols/dicom/deframed.ts';
import { Deframer } from '../../src/protocols/dicom/deframer.ts';
import type { Messages } from '../../src/protocols/dicom/messages.ts';
import type { StreamConsumer } from '../../src/tcp/consumer.ts';
import { Tracker } from '../../src/tcp/tracker.ts';

/** What the stage before would hand on, made beforehand, so that each stage is timed alone. */

/** One of the benchmark's captures in memory; `size` as bench/make-input.mjs takes it. */
export function capture(kind: string, size: number): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'dicomtap-stages-'));
  try {
    const file = join(folder, 'capture');
    const maker = join(dirname(fileURLToPath(import.meta.url)), '..', 'make-input.mjs');
    const run = spawnSync(process.execPath, [maker, kind, file, String(size)], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(run.stderr);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A reader over bytes in memory: each block is copied, as a file's would be. */
export async function readerOf(bytes: Uint8Array): Promise<CaptureReader> {
  let at = 0;
  const reader = await openCapture({
    read(into, to, length) {
      const count = Math.min(length, bytes.length - at);
      into.set(bytes.subarray(at, at + count), to);
      at += count;
      return count;
    },
    close() {},
  });
  if (reader.format === null) throw new Error(reader.reason);
  return reader;
}

/** Every batch of a capture, each in memory of its own. */
export async function batchesOf(bytes: Uint8Array): Promise<Batch[]> {
  const reader = await readerOf(bytes);
  const batches: Batch[] = [];
  for (let batch = await reader.next(); batch !== null; batch = await reader.next())
    batches.push(structuredClone(batch));
  return batches;
}

/** A TCP segment with the stamp and number of its frame. */
export interface Stamped {
  readonly packet: Packet;
  readonly seconds: number;
  readonly nanos: number;
  readonly frame: number;
}

/** Every TCP segment of a capture, decoded: an object each, which the sensor never makes. */
export async function segmentsOf(bytes: Uint8Array): Promise<Stamped[]> {
  const segments: Stamped[] = [];
  for (const batch of await batchesOf(bytes)) {
    for (let i = 0; i < batch.count; i++) {
      const decoder = new Decoder(limits);
      if (decoder.decode(batch, i) !== Next.tcp) continue;
      const { packet } = decoder;
      segments.push({ packet, seconds: batch.seconds[i], nanos: batch.nanos[i], frame: batch.frame[i] });
    }
  }
  return segments;
}

/** Runs segments through a new tracker to the end of input. */
export function track(segments: readonly Stamped[], consumer: StreamConsumer): void {
  const tracker = new Tracker(limits, consumer);
  for (const { packet, seconds, nanos, frame } of segments) {
    tracker.tick(seconds, nanos);
    tracker.segment(packet, 0, 0, frame);
  }
  tracker.finish();
}

/** Takes everything and does nothing with it. */
export const ignored: StreamConsumer = { data() {}, gap() {}, close() {}, ended() {}, path() {} };

/** A piece of an ordered stream. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** The ordered bytes of each direction that has any, in the pieces in which they came. */
export function streamsOf(segments: readonly Stamped[]): Piece[][] {
  const streams = new Map<number, Piece[]>();
  const data = (slot: number, side: Side, bytes: Uint8Array, start: number, end: number): void => {
    const row = 2 * slot + side;
    const pieces = streams.get(row) ?? [];
    streams.set(row, pieces);
    pieces.push({ bytes, start, end });
  };
  track(segments, { ...ignored, data });
  return [...streams.values()];
}

const silent: PduSink = { dataBegins() {}, whole() {}, malformed() {}, lostStep() {} };

/** Runs one direction through a new deframer. `values` takes the presentation data values. */
export function deframe(pieces: readonly Piece[], values: Values): void {
  const deframer = new Deframer(0, values as unknown as Messages, silent, new Account(), limits, false);
  for (const { bytes, start, end } of pieces) deframer.data(bytes, start, end);
  deframer.close();
}

/** The part of `Messages` that a deframer calls. */
export type Values = Pick<
  Messages,
  'begin' | 'bytes' | 'unneeded' | 'position' | 'unneededFrom' | 'passed' | 'gap' | 'end' | 'hole'
>;

export const ignoredValues: Values = {
  begin() {},
  bytes() {},
  unneeded: 0,
  position: 0,
  unneededFrom: () => 0,
  passed() {},
  gap() {},
  end() {},
  hole() {},
};

const COMMAND = 1;
const LAST = 2;

/** The data sets of one direction, each in the pieces in which it came. */
export function dataSetsOf(pieces: readonly Piece[]): Piece[][] {
  const dataSets: Piece[][] = [];
  let current: Piece[] = [];
  let control = COMMAND;
  deframe(pieces, {
    ...ignoredValues,
    begin(_, next) {
      control = next;
    },
    bytes(bytes, start, end) {
      if ((control & COMMAND) === 0) current.push({ bytes, start, end });
    },
    end() {
      if ((control & COMMAND) !== 0 || (control & LAST) === 0) return;
      dataSets.push(current);
      current = [];
    },
  });
  return dataSets;
}
