import { type Batch, batchPacketsMax } from '../capture/batch.ts';
import { headWords } from '../decode/heads.ts';

const columns = ['start', 'captured', 'original', 'seconds', 'nanos', 'frame', 'linkType'] as const;
const headsAt = 4 * columns.length * batchPacketsMax;
const bytesAt = headsAt + 4 * headWords * batchPacketsMax;
const bytesLeast = 1 << 20;

/** Packets in memory that several threads see: columns as of a batch, then the bytes. */
export class PacketBlock {
  readonly memory: SharedArrayBuffer;
  readonly batch: Batch & { readonly heads: Int32Array };

  constructor(memory: SharedArrayBuffer) {
    const column = (i: number): Uint32Array => new Uint32Array(memory, 4 * i * batchPacketsMax, batchPacketsMax);
    const [start, captured, original, seconds, nanos, frame] = columns.map((_, i) => column(i));
    const linkType = new Uint16Array(memory, 24 * batchPacketsMax, batchPacketsMax);
    const heads = new Int32Array(memory, headsAt, headWords * batchPacketsMax);
    const bytes = new Uint8Array(memory, bytesAt);
    this.memory = memory;
    this.batch = { bytes, count: 0, start, captured, original, seconds, nanos, frame, linkType, heads };
  }

  /** One with room for so many bytes of packets. */
  static of(bytes: number): PacketBlock {
    return new PacketBlock(new SharedArrayBuffer(bytesAt + Math.max(bytes, bytesLeast)));
  }

  holds(bytes: number): boolean {
    return bytes <= this.batch.bytes.length;
  }

  /** Takes packets `from` to `to` of a batch, with their heads, whose bytes lie where `spanOf` says. */
  fill(batch: Batch, rows: Int32Array, from: number, to: number, [first, end]: readonly [number, number]): void {
    this.batch.bytes.set(batch.bytes.subarray(first, end));
    for (const column of columns) this.batch[column].set(batch[column].subarray(from, to));
    const { start, heads } = this.batch;
    heads.set(rows.subarray(headWords * from, headWords * to));
    for (let i = 0; i < to - from; i++) start[i] -= first;
    this.batch.count = to - from;
  }
}

/** Where the bytes of packets `from` to `to` lie. */
export function spanOf({ start, captured }: Batch, from: number, to: number): [first: number, end: number] {
  let first = Number.POSITIVE_INFINITY;
  let end = 0;
  for (let i = from; i < to; i++) {
    first = Math.min(first, start[i]);
    end = Math.max(end, start[i] + captured[i]);
  }
  return [first, end];
}
