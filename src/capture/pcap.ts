import { u32be, u32le } from '../bytes/reader.ts';
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
  private linkType = 0;
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
    this.linkType = this.u32(at + 20) & 0xffff;
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
    const { window, batch, headerBytes } = this;
    const end = window.end;
    let at = window.start;
    let count = 0;
    const { packetBytesMax } = this.window.limits;
    while (count < batchPacketsMax && end - at >= headerBytes) {
      const captured = this.u32(at + 8);
      if (captured > packetBytesMax) {
        if (count === 0) this.fail(`claims a packet of ${captured} bytes (the limit is ${packetBytesMax})`, at);
        break;
      }
      if (end - at - headerBytes < captured) break;
      let seconds = this.u32(at);
      let units = this.u32(at + 4);
      if (units >= this.unitsPerSecond) {
        seconds += Math.floor(units / this.unitsPerSecond);
        units %= this.unitsPerSecond;
      }
      batch.start[count] = at + headerBytes;
      batch.captured[count] = captured;
      batch.original[count] = Math.max(captured, this.u32(at + 12));
      batch.seconds[count] = seconds;
      batch.nanos[count] = units * this.nanosPerUnit;
      batch.linkType[count] = this.linkType;
      batch.frame[count] = ++this.frames;
      count++;
      at += headerBytes + captured;
    }
    window.start = at;
    batch.bytes = window.bytes;
    batch.count = count;
    return count;
  }

  private u32(at: number): number {
    return this.little ? u32le(this.window.bytes, at) : u32be(this.window.bytes, at);
  }

  private fail(what: string, at = this.window.start): void {
    this.error = `${what} at offset ${this.window.offset(at)}`;
  }
}
