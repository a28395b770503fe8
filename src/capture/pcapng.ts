import { u16be, u16le, u32be, u32le } from '../bytes/reader.ts';
import { type Batch, batchPacketsMax, makeBatch } from './batch.ts';
import type { CaptureReader } from './reader.ts';
import type { Window } from './window.ts';

/** Blocks that hold no packets but say something of the capture: told in their place between the packets. */
export interface PcapngMarks {
  /** A section begins. Texts are as written, at most `textBytesMax` of each; null when there is none. */
  section(comment: string | null, application: string | null): void;
  /** An interface was described: packets of it may follow. */
  described(): void;
  statistics(told: InterfaceStatistics): void;
}

/** Numbers of an interface statistics block (section 4.6) since the capture began; null where it does not say. */
export interface InterfaceStatistics {
  readonly comment: string | null;
  /** Options 4 to 8: received, dropped by the interface, accepted by the filter, dropped by the system, delivered. */
  readonly received: number | null;
  readonly interfaceDropped: number | null;
  readonly accepted: number | null;
  readonly systemDropped: number | null;
  readonly delivered: number | null;
}

const textBytesMax = 1024;

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const PACKET = 2; // obsolete
const SIMPLE_PACKET = 3;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;
// No packets, but Wireshark numbers them as frames.
const JOURNAL_ENTRY = 9;
const CUSTOM = 0xbad;
const CUSTOM_NOT_COPIED = 0x40000bad;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** A block larger than a packet and this is passed over, or is an error if it should hold a packet. */
const besidePacketBytesMax = 65_536;

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  /** Time stamp units in a second; seconds added to each stamp. */
  readonly unitsPerSecond: number;
  readonly offsetSeconds: number;
  /** Packets dropped there since the capture began, as last told. */
  dropped: number;
}

/**
 * pcapng (draft-ietf-opsawg-pcapng): sections of either byte order, interfaces with time resolutions of their
 * own, enhanced, simple and obsolete packet blocks; unknown blocks and options are passed over.
 *
 *    block                     enhanced packet block
 *       0  4  type               8  4  interface
 *       4  4  total length      12  8  time stamp, upper half first
 *       8  …  body              20  4  captured length
 *       …  4  total length      24  4  original length
 *                               28  …  the packet, padded to 4 bytes; options
 */
export class PcapngReader implements CaptureReader {
  readonly format = 'pcapng';
  error: string | null = null;
  private readonly window: Window;
  private readonly batch: Batch;
  private little = true;
  private interfaces: Interface[] = [];
  /** Dropped in the sections before. */
  private droppedBefore = 0;
  private frames = 0;
  private seconds = 0;
  private nanos = 0;
  private skipBytes = 0;
  private readonly marks: PcapngMarks | null;
  /** A mark was told: what asked for packets is answered, if only with a batch of none. */
  private marked = false;

  /** With `marks`, a batch ends before each block that is told to it, and may have no packet. */
  constructor(window: Window, marks: PcapngMarks | null = null) {
    this.window = window;
    this.marks = marks;
    this.batch = makeBatch(window.bytes);
  }

  get dropped(): number {
    return this.interfaces.reduce((sum, { dropped }) => sum + dropped, this.droppedBefore);
  }

  get bytesRead(): number {
    return this.window.bytesRead;
  }

  async next(): Promise<Batch | null> {
    while (this.error === null) {
      this.marked = false;
      if (this.parse() > 0 || this.marked) return this.batch;
      if (this.error !== null) break;
      if (this.skipBytes > 0) {
        const skipped = await this.window.skip(this.skipBytes);
        this.skipBytes = 0;
        if (!skipped) this.fail('is cut in a block');
        continue;
      }
      if (await this.window.fill()) continue;
      const left = this.window.end - this.window.start;
      if (left > 0) this.fail(left < 12 ? 'is cut in a block header' : 'is cut in a block');
      break;
    }
    return null;
  }

  private parse(): number {
    const { window, batch } = this;
    const blockBytesMax = window.limits.packetBytesMax + besidePacketBytesMax;
    batch.bytes = window.bytes;
    batch.count = 0;
    while (batch.count < batchPacketsMax && window.end - window.start >= 12) {
      const at = window.start;
      const type = this.u32(at);
      if (this.marks !== null && batch.count > 0 && isMark(type)) break;
      // A section header has the same type in both byte orders, and tells which one follows.
      if (type === SECTION_HEADER && !this.beginSection(at)) break;
      const length = this.u32(at + 4);
      if (length < 12 || length % 4 !== 0) return this.stop(`has a block of ${length} bytes`, at);
      if (length > blockBytesMax) {
        if (batch.count > 0) break;
        if (type === PACKET || type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === SECTION_HEADER) {
          return this.stop(`has a packet block of ${length} bytes (the limit is ${blockBytesMax})`, at);
        }
        this.otherFrame(type);
        this.skipBytes = length;
        break;
      }
      if (window.end - at < length) break;
      if (this.u32(at + length - 4) !== length) return this.stop('has a block whose two lengths differ', at);
      const problem = this.block(type, at, at + length - 4);
      if (problem !== null) return this.stop(problem, at);
      window.start = at + length;
      if (this.marks !== null && isMark(type)) {
        this.mark(this.marks, type, at, at + length - 4);
        break;
      }
    }
    return batch.count;
  }

  /** Reads the byte order; false when the packets before must be handed on first or more bytes are needed. */
  private beginSection(at: number): boolean {
    const { bytes } = this.window;
    const magic = u32le(bytes, at + 8);
    if (magic === BYTE_ORDER_MAGIC) this.little = true;
    else if (u32be(bytes, at + 8) === BYTE_ORDER_MAGIC) this.little = false;
    else {
      this.stop('has a section header without byte-order magic', at);
      return false;
    }
    this.droppedBefore = this.dropped;
    this.interfaces = [];
    return true;
  }

  private block(type: number, at: number, end: number): string | null {
    switch (type) {
      case INTERFACE_DESCRIPTION:
        return this.describeInterface(at, end);
      case ENHANCED_PACKET:
        return this.packet(at + 28, end, this.u32(at + 8), at + 12, this.u32(at + 20), this.u32(at + 24));
      case PACKET:
        return this.packet(at + 28, end, this.u16(at + 8), at + 12, this.u32(at + 20), this.u32(at + 24));
      case SIMPLE_PACKET: {
        const original = this.u32(at + 8);
        const snapLength = this.interfaces[0]?.snapLength ?? 0;
        const captured = snapLength === 0 ? original : Math.min(original, snapLength);
        return this.packet(at + 12, end, 0, -1, captured, original);
      }
      case INTERFACE_STATISTICS:
        this.statistics(at, end);
        return null;
      default:
        this.otherFrame(type);
        return null;
    }
  }

  /**
   * Interface statistics block, section 4.6: numbers since the capture began
   *   8  4  interface
   *  12  8  time stamp
   *  20  …  options: 5 dropped by the interface, 7 by the operating system, each 8 bytes
   */
  private statistics(at: number, end: number): void {
    const source = end - at < 12 ? undefined : this.interfaces[this.u32(at + 8)];
    if (source === undefined) return;
    let dropped = 0;
    for (let option = at + 20; option + 4 <= end; ) {
      const code = this.u16(option);
      const length = this.u16(option + 2);
      const value = option + 4;
      if (code === 0 || value + length > end) break;
      if ((code === 5 || code === 7) && length === 8) dropped += this.u64(value);
      option = value + length + ((4 - (length % 4)) % 4);
    }
    if (dropped <= Number.MAX_SAFE_INTEGER) source.dropped = dropped;
  }

  /** Section header block, section 4.1: options from offset 24. Interface statistics block: from offset 20. */
  private mark(marks: PcapngMarks, type: number, at: number, end: number): void {
    this.marked = true;
    if (type === INTERFACE_DESCRIPTION) marks.described();
    else if (type === SECTION_HEADER) marks.section(this.text(at + 24, end, 1), this.text(at + 24, end, 4));
    else {
      marks.statistics({
        comment: this.text(at + 20, end, 1),
        received: this.count(at + 20, end, 4),
        interfaceDropped: this.count(at + 20, end, 5),
        accepted: this.count(at + 20, end, 6),
        systemDropped: this.count(at + 20, end, 7),
        delivered: this.count(at + 20, end, 8),
      });
    }
  }

  private text(from: number, end: number, code: number): string | null {
    const value = this.option(from, end, code);
    if (value < 0) return null;
    const length = Math.min(this.u16(value - 2), textBytesMax);
    return Buffer.from(this.window.bytes.buffer, this.window.bytes.byteOffset + value, length).toString('utf8');
  }

  private count(from: number, end: number, code: number): number | null {
    const value = this.option(from, end, code);
    if (value < 0 || this.u16(value - 2) !== 8) return null;
    return Math.min(this.u64(value), Number.MAX_SAFE_INTEGER);
  }

  /** Where the value of the first option of that code lies; negative when there is none. Its length is before it. */
  private option(from: number, end: number, wanted: number): number {
    for (let option = from; option + 4 <= end; ) {
      const code = this.u16(option);
      const length = this.u16(option + 2);
      if (code === 0 || option + 4 + length > end) break;
      if (code === wanted) return option + 4;
      option += 4 + length + ((4 - (length % 4)) % 4);
    }
    return -1;
  }

  private otherFrame(type: number): void {
    if (type === JOURNAL_ENTRY || type === CUSTOM || type === CUSTOM_NOT_COPIED) this.frames++;
  }

  private packet(
    start: number,
    end: number,
    index: number,
    stampAt: number,
    captured: number,
    original: number,
  ): string | null {
    const source = this.interfaces[index];
    if (source === undefined) return `has a packet of interface ${index}, which was not described,`;
    if (start > end || captured > end - start) return `has a packet of ${captured} bytes in a shorter block`;
    const { packetBytesMax } = this.window.limits;
    if (captured > packetBytesMax) {
      return `has a packet of ${captured} bytes (the limit is ${packetBytesMax})`;
    }
    if (stampAt >= 0) this.stamp(source, this.u32(stampAt), this.u32(stampAt + 4));
    const { batch } = this;
    const i = batch.count++;
    batch.start[i] = start;
    batch.captured[i] = captured;
    batch.original[i] = Math.max(captured, original);
    batch.seconds[i] = this.seconds;
    batch.nanos[i] = this.nanos;
    batch.linkType[i] = source.linkType;
    batch.frame[i] = ++this.frames;
    return null;
  }

  /** A 64-bit count of units since 1970 as seconds and nanoseconds. A simple packet block keeps the stamp before it. */
  private stamp(source: Interface, high: number, low: number): void {
    const units = source.unitsPerSecond;
    if (units <= 1e6 && high < 0x20_0000) {
      const count = high * 0x1_0000_0000 + low;
      const seconds = Math.floor(count / units);
      this.seconds = seconds + source.offsetSeconds;
      this.nanos = Math.floor(((count - seconds * units) * 1e9) / units);
      return;
    }
    if (units === 1e9) {
      // Long division by halves of 16 bits: each step stays below 2^53.
      let rest = (high % units) * 0x1_0000 + (low >>> 16);
      let seconds = Math.floor(rest / units);
      rest = (rest % units) * 0x1_0000 + (low & 0xffff);
      seconds = seconds * 0x1_0000 + Math.floor(rest / units);
      this.seconds = seconds + source.offsetSeconds;
      this.nanos = rest % units;
      return;
    }
    const count = (BigInt(high) << 32n) | BigInt(low);
    const unit = BigInt(units);
    this.seconds = Number(count / unit) + source.offsetSeconds;
    this.nanos = Number(((count % unit) * 1_000_000_000n) / unit);
  }

  /**
   *   8  2  link type, 2 reserved
   *  12  4  snap length, 0 for none
   *  16  …  options: 2 code, 2 length, value padded to 4 bytes
   */
  private describeInterface(at: number, end: number): string | null {
    if (end - at < 16) return 'has an interface description that is too short';
    let unitsPerSecond = 1e6;
    let offsetSeconds = 0;
    let option = at + 16;
    while (option + 4 <= end) {
      const code = this.u16(option);
      const length = this.u16(option + 2);
      const value = option + 4;
      if (code === 0 || value + length > end) break;
      if (code === 9 && length >= 1) unitsPerSecond = resolution(this.window.bytes[value]);
      if (code === 14 && length >= 8) {
        const high = this.u32(this.little ? value + 4 : value);
        offsetSeconds = (high | 0) * 0x1_0000_0000 + this.u32(this.little ? value : value + 4);
      }
      option = value + length + ((4 - (length % 4)) % 4);
    }
    const linkType = this.u16(at + 8);
    this.interfaces.push({ linkType, snapLength: this.u32(at + 12), unitsPerSecond, offsetSeconds, dropped: 0 });
    return null;
  }

  private u16(at: number): number {
    return this.little ? u16le(this.window.bytes, at) : u16be(this.window.bytes, at);
  }

  private u64(at: number): number {
    const high = this.u32(this.little ? at + 4 : at);
    return high * 0x1_0000_0000 + this.u32(this.little ? at : at + 4);
  }

  private u32(at: number): number {
    return this.little ? u32le(this.window.bytes, at) : u32be(this.window.bytes, at);
  }

  /** Ends the input here, after the packets listed so far are handed on. */
  private stop(what: string, at: number): number {
    this.fail(what, at);
    return this.batch.count;
  }

  private fail(what: string, at = this.window.start): void {
    this.error = `${what} at offset ${this.window.offset(at)}`;
  }
}

function isMark(type: number): boolean {
  return type === SECTION_HEADER || type === INTERFACE_DESCRIPTION || type === INTERFACE_STATISTICS;
}

/** if_tsresol: a negative power of ten, or of two when the upper bit is set. */
function resolution(value: number): number {
  return value & 0x80 ? 2 ** (value & 0x7f) : 10 ** value;
}
