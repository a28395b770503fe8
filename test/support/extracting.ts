import { openCapture } from '../../src/capture/open.ts';
import { PacketCopy } from '../../src/evidence/packet-copy.ts';
import { PacketFile } from '../../src/evidence/packet-file.ts';
import { type Found, Selection, type StreamTap, type Wanted } from '../../src/evidence/selection.ts';
import { type Limits, limits } from '../../src/model/limits.ts';
import { concat } from './bytes.ts';
import { chunkedSource } from './chunks.ts';

export interface Extracted {
  readonly file: Uint8Array;
  readonly packets: number;
  readonly found: readonly Found[];
}

/** The packets of connections out of a capture, as a capture. */
export async function extracted(
  capture: Uint8Array,
  wanted: readonly Wanted[],
  tap: StreamTap | null = null,
  lowered: Partial<Limits> = {},
): Promise<Extracted> {
  const parts: Uint8Array[] = [];
  const comments = wanted.map(({ id }) => `connection ${id}`);
  const file = new PacketFile('dicomtap test', comments, (bytes) => parts.push(bytes.slice()));
  const all = { ...limits, ...lowered };
  const selection = new Selection(wanted, all, tap);
  const copy = new PacketCopy(selection, file, all);
  const reader = await openCapture(chunkedSource(capture, capture.length));
  if (reader.format === null) throw new Error(reader.reason);
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    copy.packets(batch, 0, batch.count, 0);
  }
  copy.finish();
  return { file: concat(...parts), packets: file.packets, found: selection.found };
}
