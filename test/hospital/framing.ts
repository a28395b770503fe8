import type { Frame } from '../support/capture.ts';
import { frame, type Segment, stamp } from '../support/conversation.ts';

/**
 * Frames of many segments of one conversation: what `frame` makes, for a capture of a hundred thousand. The headers of
 * each side are made once, and what differs is written over: IP length and id, numbers, flags and both checksums.
 */
export class Framing {
  private readonly heads = new Map<string, Uint8Array>();

  frame(segment: Segment): Frame {
    if (segment.options.length > 0) return frame(segment);
    const head = this.headOf(segment);
    const bytes = roomFor(head.length + segment.payload.length);
    bytes.set(head);
    bytes.set(segment.payload, head.length);
    const tcp = head.length - 20;
    const v4 = bytes[14] >> 4 === 4;
    if (v4) {
      put16(bytes, 16, bytes.length - 14);
      put16(bytes, 18, segment.ipId);
      put16(bytes, 24, 0);
      put16(bytes, 24, ~sum(bytes, 14, 34, 0));
    } else put16(bytes, 18, bytes.length - 54);
    put32(bytes, tcp + 4, segment.sequence);
    put32(bytes, tcp + 8, segment.acknowledgement);
    bytes[tcp + 13] = [...segment.flags].reduce((bits, letter) => bits | (1 << 'FSRPAUEC'.indexOf(letter)), 0);
    put16(bytes, tcp + 16, 0);
    // The pseudo-header: both addresses, which stand before TCP in either family; protocol and length.
    const pseudo = sum(bytes, v4 ? 26 : 22, tcp, 6 + bytes.length - tcp);
    put16(bytes, tcp + 16, ~sum(bytes, tcp, bytes.length, pseudo));
    return { bytes, ...stamp(segment.at) };
  }

  private headOf(segment: Segment): Uint8Array {
    const { path, from } = segment;
    const name = `${from} ${path.client.address} ${path.client.port} ${path.server.address} ${path.server.port}`;
    let head = this.heads.get(name);
    if (head === undefined) {
      if (this.heads.size > 100) this.heads.clear();
      head = frame({ ...segment, payload: new Uint8Array(0) }).bytes;
      this.heads.set(name, head);
    }
    return head;
  }
}

let room = new Uint8Array(0);
let used = 0;

/** Small arrays with a memory of their own each are slow to make. */
function roomFor(length: number): Uint8Array {
  if (used + length > room.length) {
    room = new Uint8Array(1 << 20);
    used = 0;
  }
  used += length;
  return room.subarray(used - length, used);
}

/** RFC 1071, carried and folded; an odd end counts as if a zero followed. */
function sum(bytes: Uint8Array, from: number, to: number, before: number): number {
  let total = before;
  for (let i = from; i + 1 < to; i += 2) total += (bytes[i] << 8) | bytes[i + 1];
  if ((to - from) % 2 === 1) total += bytes[to - 1] << 8;
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
}

function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

function put32(bytes: Uint8Array, at: number, value: number): void {
  put16(bytes, at, value >>> 16);
  put16(bytes, at + 2, value);
}
