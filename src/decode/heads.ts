import { type Batch, batchPacketsMax } from '../capture/batch.ts';
import { ACK, FIN, RST, SYN } from './packet.ts';

/** Words of a row, and which is which. */
export const headWords = 8;
export const Head = {
  source: 0,
  target: 1,
  /** Source port in the upper half. */
  ports: 2,
  sequence: 3,
  acknowledgement: 4,
  /** IP identification in the upper half, TCP checksum in the lower. */
  label: 5,
  /** TCP flags in the upper byte; below, where the payload begins in the packet. 0 where there is no row. */
  shape: 6,
  length: 7,
} as const;

/** LINKTYPE_ETHERNET. */
const ETHERNET = 1;
const headersBytesMin = 54;

/** Packets listed at once at most: their rows stay in the processor's nearest cache until they are read. */
const aheadMax = 256;

/**
 * The headers of many packets as rows of numbers, read in one go: of plain packets (`plain.ts`), whole, that bring or
 * acknowledge bytes and open and close nothing. That is nearly every packet of a long transfer, and who asks only for
 * these numbers does not touch the packets' memory again. A packet that is anything else has no row.
 *
 * Packets are listed when they are asked for: one, and then more and more as long as each next one is.
 */
export class Heads {
  /** Those of a batch are here or where whoever read it listed them: packet i has row i. */
  rows: Int32Array;
  /** Packets before it are listed, from the last one on that was asked for. */
  listed = 0;
  private readonly own = new Int32Array(headWords * batchPacketsMax);
  private ahead = 0;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private viewed: Uint8Array | null = null;

  constructor() {
    this.rows = this.own;
  }

  /** Packets `from` to `to` of a batch are to be asked for. */
  begin(batch: Batch, from: number, to: number): void {
    this.rows = batch.heads ?? this.own;
    this.listed = batch.heads === null ? from : to;
    this.ahead = 0;
  }

  /** Lists packet `i`, which is not listed, and some of those after it, before `to`. */
  listOn(batch: Batch, i: number, to: number): void {
    this.ahead = i === this.listed ? Math.min(2 * this.ahead + 1, aheadMax) : 1;
    this.list(batch, i, Math.min(to, i + this.ahead));
  }

  /** Lists packets `from` to `to`. */
  list(batch: Batch, from: number, to: number): void {
    const { bytes, start, captured, original, linkType } = batch;
    if (this.viewed !== bytes) {
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      this.viewed = bytes;
    }
    const { view, rows } = this;
    for (let i = from; i < to; i++) {
      const row = headWords * i;
      const whole = Math.min(captured[i], original[i]);
      if (linkType[i] !== ETHERNET || whole < headersBytesMin || !reads(view, start[i], whole, rows, row))
        rows[row + Head.shape] = 0;
    }
    this.listed = to;
  }
}

/** Fills a row from the packet at `at`; false of one that has none. Offsets: `plain.ts`. */
function reads(view: DataView, at: number, whole: number, rows: Int32Array, row: number): boolean {
  // Ethernet type IPv4, no options; no fragment, TCP.
  if ((view.getInt32(at + 12) & ~0xff) !== 0x0800_4500) return false;
  if ((view.getInt32(at + 20) & 0x3fff_00ff) !== 6) return false;
  const lengths = view.getInt32(at + 16);
  const end = 14 + (lengths >>> 16);
  const words = view.getInt32(at + 46);
  const payload = 34 + (words >>> 28) * 4;
  const flags = (words >>> 16) & 0xff;
  if (end > whole || payload < headersBytesMin || payload > end) return false;
  if ((flags & (SYN | FIN | RST | ACK)) !== ACK) return false;
  rows[row + Head.source] = view.getInt32(at + 26);
  rows[row + Head.target] = view.getInt32(at + 30);
  rows[row + Head.ports] = view.getInt32(at + 34);
  rows[row + Head.sequence] = view.getInt32(at + 38);
  rows[row + Head.acknowledgement] = view.getInt32(at + 42);
  rows[row + Head.label] = (lengths << 16) | view.getUint16(at + 50);
  rows[row + Head.shape] = (flags << 24) | payload;
  rows[row + Head.length] = end - payload;
  return true;
}
