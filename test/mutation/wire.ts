import { openCapture } from '../../src/capture/open.ts';
import { concat } from '../support/bytes.ts';
import type { Frame } from '../support/capture.ts';
import { chunkedSource } from '../support/chunks.ts';

/** A TCP segment in an Ethernet frame without tags, and where its parts are. */
export interface Segment {
  readonly frame: Frame;
  readonly family: 4 | 6;
  /** Where the TCP header and the payload begin, and where the IP packet ends. */
  readonly tcpAt: number;
  readonly payloadAt: number;
  readonly end: number;
  /** One direction of a connection, and the connection, whichever of its directions. */
  readonly direction: string;
  readonly connection: string;
  readonly sequence: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

export const SYN = 2;
export const FIN = 1;
export const RST = 4;

/** The frames of a capture: whole Ethernet frames. */
export async function framesOf(capture: Uint8Array): Promise<Frame[]> {
  const reader = await openCapture(chunkedSource(capture, capture.length));
  if (reader.format === null) throw new Error(reader.reason);
  const list: Frame[] = [];
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    for (let i = 0; i < batch.count; i++) {
      const start = batch.start[i];
      const bytes = batch.bytes.slice(start, start + batch.captured[i]);
      list.push({ bytes, seconds: batch.seconds[i], nanos: batch.nanos[i] });
    }
  }
  return list;
}

/** The segment in a frame; null in any other frame, and of a fragment. */
export function segmentOf(frame: Frame): Segment | null {
  const { bytes } = frame;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const etherType = view.getUint16(12);
  if (etherType !== 0x0800 && etherType !== 0x86dd) return null;
  const family = etherType === 0x0800 ? 4 : 6;
  const protocol = family === 4 ? bytes[23] : bytes[20];
  if (protocol !== 6) return null;
  const tcpAt = family === 4 ? 14 + (bytes[14] & 0xf) * 4 : 54;
  const isFragment = family === 4 && (view.getUint16(20) & 0x3fff) !== 0;
  if (isFragment || bytes.length < tcpAt + 20) return null;
  const end = family === 4 ? 14 + view.getUint16(16) : 54 + view.getUint16(18);
  const payloadAt = tcpAt + (bytes[tcpAt + 12] >>> 4) * 4;
  const addresses = family === 4 ? bytes.subarray(26, 34) : bytes.subarray(22, 54);
  const half = addresses.length / 2;
  const source = `${addresses.subarray(0, half).join('.')}:${view.getUint16(tcpAt)}`;
  const target = `${addresses.subarray(half).join('.')}:${view.getUint16(tcpAt + 2)}`;
  return {
    frame,
    family,
    tcpAt,
    payloadAt,
    end,
    direction: `${source} ${target}`,
    connection: [source, target].sort().join(' '),
    sequence: view.getUint32(tcpAt + 4),
    flags: bytes[tcpAt + 13],
    payload: bytes.subarray(payloadAt, end),
  };
}

/** The frame of a segment with another payload from `sequence` on; lengths, checksums and IP id are made to fit. */
export function remade(
  segment: Segment,
  change: { sequence?: number; payload?: Uint8Array; flags?: number; ipId?: number },
): Frame {
  const { frame, family, tcpAt, payloadAt } = segment;
  const payload = change.payload ?? segment.payload;
  const bytes = concat(frame.bytes.subarray(0, payloadAt), payload);
  const view = new DataView(bytes.buffer);
  view.setUint32(tcpAt + 4, (change.sequence ?? segment.sequence) >>> 0);
  bytes[tcpAt + 13] = change.flags ?? segment.flags;
  if (family === 4) {
    view.setUint16(16, bytes.length - 14);
    if (change.ipId !== undefined) view.setUint16(18, change.ipId & 0xffff);
    view.setUint16(24, 0);
    view.setUint16(24, checksum(bytes.subarray(14, tcpAt), 0));
  } else {
    view.setUint16(18, bytes.length - 54);
    if (change.ipId !== undefined) view.setUint16(16, change.ipId & 0xffff);
  }
  view.setUint16(tcpAt + 16, 0);
  const addresses = family === 4 ? bytes.subarray(26, 34) : bytes.subarray(22, 54);
  const pseudo = 6 + bytes.length - tcpAt + words(addresses);
  view.setUint16(tcpAt + 16, checksum(bytes.subarray(tcpAt), pseudo));
  return { ...frame, bytes };
}

/** The IP fragments of a segment's frame with `size` bytes each, a multiple of eight. */
export function fragmented(segment: Segment, size: number, ipId: number): Frame[] {
  const { frame, family, tcpAt, end } = segment;
  if (family === 6) return [frame];
  const head = frame.bytes.subarray(0, tcpAt);
  const body = frame.bytes.subarray(tcpAt, end);
  const list: Frame[] = [];
  for (let offset = 0; offset < body.length; offset += size) {
    const piece = body.subarray(offset, offset + size);
    const bytes = concat(head, piece);
    const view = new DataView(bytes.buffer);
    view.setUint16(16, bytes.length - 14);
    view.setUint16(18, ipId & 0xffff);
    view.setUint16(20, (offset / 8) | (offset + size < body.length ? 0x2000 : 0));
    view.setUint16(24, 0);
    view.setUint16(24, checksum(bytes.subarray(14, tcpAt), 0));
    list.push({ ...frame, bytes });
  }
  return list;
}

function checksum(bytes: Uint8Array, before: number): number {
  let sum = before + words(bytes);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

function words(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i] << 8) | (bytes[i + 1] ?? 0);
  return sum;
}
