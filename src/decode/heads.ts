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

/**
 * The headers of many packets as rows of numbers, read in one go: of plain packets (`plain.ts`), whole, that bring or
 * acknowledge bytes and open and close nothing. That is nearly every packet of a long transfer, and who asks only for
 * these numbers does not touch the packets' memory again. A packet that is anything else has no row.
 */
export class Heads {
  /** With room for the packets of a batch. */
  rows: Int32Array = new Int32Array(headWords * batchPacketsMax);
  private view: DataView = new DataView(new ArrayBuffer(0));
  private viewed: Uint8Array | null = null;

  /** Rows of packets `from` to `to`, which whoever read them may have listed. */
  of(batch: Batch, from: number, to: number): Int32Array {
    if (batch.heads !== null) return batch.heads;
    this.list(batch, from, to);
    return this.rows;
  }

  /** Lists packets `from` to `to`: packet i has row i. */
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
      if (linkType[i] !== ETHERNET || whole < headersBytesMin || !list(view, start[i], whole, rows, row))
        rows[row + Head.shape] = 0;
    }
  }
}

/** Offsets: `plain.ts`. */
function list(view: DataView, at: number, whole: number, rows: Int32Array, row: number): boolean {
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
