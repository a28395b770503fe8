import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openCapture } from '../../src/capture/open.ts';
import { Decoder } from '../../src/decode/decode.ts';
import { Next } from '../../src/decode/packet.ts';
import { limits } from '../../src/model/limits.ts';
import { Account } from '../../src/protocols/account.ts';
import { parseAssociateAccept } from '../../src/protocols/dicom/associate.ts';
import type { PduSink, ValueSink } from '../../src/protocols/dicom/deframed.ts';
import { Deframer } from '../../src/protocols/dicom/deframer.ts';
import { controlCommand, controlLast, pduType } from '../../src/protocols/dicom/pdu.ts';
import { Tracker } from '../../src/tcp/tracker.ts';
import { chunkedSource } from '../support/chunks.ts';
import { captureBytes } from '../support/scenes.ts';
import { repository } from './kept-inputs.ts';
import { joined } from './mutator.ts';

/** A recorded frame. */
export interface Recorded {
  readonly linkType: number;
  readonly bytes: Uint8Array;
}

/** Our smaller captures, decompressed. */
export function captures(bytesMax = 40_000): Uint8Array[] {
  const folder = join(repository(), 'pcaps');
  return readdirSync(folder)
    .filter((name) => /\.pcap(ng)?(\.gz)?$/.test(name))
    .sort()
    .filter((name) => statSync(join(folder, name)).size <= bytesMax)
    .map((name) => captureBytes(join(folder, name)));
}

export async function recordedFrames(capture: Uint8Array): Promise<Recorded[]> {
  const frames: Recorded[] = [];
  const reader = await openCapture(chunkedSource(capture, capture.length));
  if (reader.format === null) return [];
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    for (let i = 0; i < batch.count; i++) {
      const bytes = batch.bytes.slice(batch.start[i], batch.start[i] + batch.captured[i]);
      frames.push({ linkType: batch.linkType[i], bytes });
    }
  }
  return frames;
}

/** Both directions of each connection of a capture, the first `bytesMax` of each. */
async function streams(capture: Uint8Array, bytesMax = 16_384): Promise<[Uint8Array, Uint8Array][]> {
  const found: [Uint8Array, Uint8Array][] = [];
  const open = new Map<number, [Uint8Array, Uint8Array]>();
  const tracker = new Tracker(limits, {
    data(slot, side, bytes, start, end) {
      const sides = open.get(slot) ?? [new Uint8Array(0), new Uint8Array(0)];
      if (!open.has(slot)) found.push(sides);
      open.set(slot, sides);
      if (sides[side].length < bytesMax) sides[side] = joined(sides[side], bytes.slice(start, end));
    },
    gap() {},
    close() {},
    ended: (slot) => open.delete(slot),
    path() {},
  });
  const decoder = new Decoder(limits);
  const reader = await openCapture(chunkedSource(capture, capture.length));
  if (reader.format === null) return [];
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    for (let i = 0; i < batch.count; i++) {
      tracker.tick(batch.seconds[i], batch.nanos[i]);
      if (decoder.decode(batch, i) === Next.tcp) tracker.segment(decoder.packet, 0, 0, batch.frame[i]);
    }
  }
  tracker.finish();
  return found;
}

/** What the DICOM connections of our captures carry. */
export interface Carried {
  readonly directions: readonly Uint8Array[];
  readonly dialogues: readonly (readonly [Uint8Array, Uint8Array])[];
  readonly commandSets: readonly Uint8Array[];
  readonly dataSets: readonly { readonly transferSyntax: string; readonly bytes: Uint8Array }[];
}

let known: Promise<Carried> | null = null;

/** Read once. */
export function carried(): Promise<Carried> {
  known ??= readCarried();
  return known;
}

async function readCarried(): Promise<Carried> {
  const directions: Uint8Array[] = [];
  const dialogues: [Uint8Array, Uint8Array][] = [];
  const commandSets: Uint8Array[] = [];
  const dataSets: { transferSyntax: string; bytes: Uint8Array }[] = [];
  for (const capture of captures()) {
    for (const sides of await streams(capture)) {
      if (![1, 4].includes(sides[0][0]) && ![1, 4].includes(sides[1][0])) continue;
      dialogues.push(sides);
      const syntaxes = new Map<number, string>();
      // Acceptances first: they name the transfer syntaxes of both directions.
      for (const bytes of sides) readValues(bytes, syntaxes, () => {});
      for (const bytes of sides) {
        directions.push(bytes);
        readValues(bytes, syntaxes, (context, control, value) => {
          if (control & controlCommand) commandSets.push(value);
          else dataSets.push({ transferSyntax: syntaxes.get(context) ?? '', bytes: value });
        });
      }
    }
  }
  return { directions, dialogues, commandSets, dataSets };
}

/** Whole values of one direction, fragments joined. */
function readValues(
  bytes: Uint8Array,
  syntaxes: Map<number, string>,
  take: (context: number, control: number, value: Uint8Array) => void,
): void {
  let parts: Uint8Array[] = [];
  let context = 0;
  let control = 0;
  const values: ValueSink = {
    begin(id, bits) {
      context = id;
      control = bits;
    },
    bytes: (piece, start, end) => parts.push(piece.slice(start, end)),
    unneeded: 0,
    position: 0,
    unneededFrom: () => 0,
    passed() {},
    gap() {},
    end() {
      if ((control & controlLast) === 0) return;
      take(context, control, joined(...parts));
      parts = [];
    },
    hole() {},
  };
  const sink: PduSink = {
    dataBegins() {},
    whole(side, type, body, start, end) {
      if (type !== pduType.associateAccept) return;
      const { fact } = parseAssociateAccept(body, start, end, side, limits);
      for (const { id, result, transferSyntax } of fact.contexts) if (result === 0) syntaxes.set(id, transferSyntax);
    },
    malformed() {},
    lostStep() {},
  };
  new Deframer(0, values, sink, new Account(), limits, false).data(bytes, 0, bytes.length);
}
