import { type Batch, batchPacketsMax, makeBatch } from './batch.ts';
import type { CaptureReader } from './reader.ts';
import type { Window } from './window.ts';

export interface PcapFormat {
  /** Fractions of a second that the second field of a time stamp counts. */
  readonly unitsPerSecond: number;
  readonly recordHeaderBytes: number;
}

/** The format a magic number stands for, read in the file's own byte order; null if it is none. */
export function pcapMagic(magic: number): PcapFormat | null {
  switch (magic) {
    case 0xa1b2c3d4:
      return { unitsPerSecond: 1e6, recordHeaderBytes: 16 };
    case 0xa1b23c4d:
      return { unitsPerSecond: 1e9, recordHeaderBytes: 16 };
    case 0xa1b2cd34: // Kuznetzov's: eight more bytes a record
      return { unitsPerSecond: 1e6, recordHeaderBytes: 24 };
    default:
      return null;
  }
}

/**
 * The classic libpcap format (draft-ietf-opsawg-pcap).
 *
 *    file                          record
 *       0  4  magic                  0  4  seconds
 *       4  2  major, 2 minor         4  4  microseconds or nanoseconds
 *       8  8  zone, accuracy         8  4  captured length
 *      16  4  snap length           12  4  original length
 *      20  4  link type             16  …  the packet
 */
export class PcapReader implements CaptureReader {
  readonly format = 'pcap';
  /** The format has no place for it. */
  readonly dropped = 0;
  error: string | null = null;
  private readonly window: Window;
  private readonly little: boolean;
  private readonly unitsPerSecond: number;
  private readonly nanosPerUnit: number;
  private readonly headerBytes: number;
  private readonly batch: Batch;
  private frames = 0;

  constructor(window: Window, little: boolean, format: PcapFormat) {
    this.window = window;
    this.little = little;
    this.unitsPerSecond = format.unitsPerSecond;
    this.nanosPerUnit = 1e9 / format.unitsPerSecond;
    this.headerBytes = format.recordHeaderBytes;
    this.batch = makeBatch(window.bytes);
  }

  get bytesRead(): number {
    return this.window.bytesRead;
  }

  async open(): Promise<void> {
    if (!(await this.window.need(24))) {
      this.fail('is cut in its file header', this.window.start);
      return;
    }
    const at = this.window.start;
    // The upper bits of the field tell of frame check sequences, which IP lengths already leave out.
    this.batch.linkType.fill(this.window.view.getUint32(at + 20, this.little) & 0xffff);
    this.window.start += 24;
  }

  async next(): Promise<Batch | null> {
    while (this.error === null) {
      if (this.parse() > 0) return this.batch;
      if (this.error !== null) break;
      if (await this.window.fill()) continue;
      const left = this.window.end - this.window.start;
      if (left > 0) this.fail(left < this.headerBytes ? 'is cut in a packet header' : 'is cut in a packet');
      break;
    }
    return null;
  }

  /** Lists the whole packets of the window; how many. */
  private parse(): number {
    const { window, batch, headerBytes, little, unitsPerSecond, nanosPerUnit, frames } = this;
    const { view, end } = window;
    const { packetBytesMax } = window.limits;
    let at = window.start;
    let count = 0;
    let captured = 0;
    let recordBytes = headerBytes;
    while (count < batchPacketsMax && end - at >= headerBytes) {
      const length = view.getUint32(at + 8, little);
      // Lengths come again: where the next record begins the processor need not wait for, if this one's is the last
      // one's.
      if (length !== captured) {
        captured = length;
        recordBytes = headerBytes + length;
      }
      if (captured > packetBytesMax) {
        if (count === 0) this.fail(`claims a packet of ${captured} bytes (the limit is ${packetBytesMax})`, at);
        break;
      }
      if (end - at < recordBytes) break;
      let seconds = view.getUint32(at, little);
      let units = view.getUint32(at + 4, little);
      if (units >= unitsPerSecond) {
        seconds += Math.floor(units / unitsPerSecond);
        units %= unitsPerSecond;
      }
      batch.start[count] = at + headerBytes;
      batch.captured[count] = captured;
      batch.original[count] = Math.max(captured, view.getUint32(at + 12, little));
      batch.seconds[count] = seconds;
      batch.nanos[count] = units * nanosPerUnit;
      count++;
      batch.frame[count - 1] = frames + count;
      at += recordBytes;
    }
    window.start = at;
    batch.bytes = window.bytes;
    batch.count = count;
    this.frames = frames + count;
    return count;
  }

  private fail(what: string, at = this.window.start): void {
    this.error = `${what} at offset ${this.window.offset(at)}`;
  }
}
