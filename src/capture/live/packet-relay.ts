import { limits } from '../../model/limits.ts';
import { type PcapFormat, pcapMagic } from '../pcap.ts';
import { packetBlockBytes, writePacket } from './pcapng-blocks.ts';

/** What a relay has to say of the stream that goes through it. */
export interface RelayOutlet {
  /** The engine's file header came: packets may follow. */
  began(linkType: number, snapLength: number): void;
  /** Whole enhanced packet blocks. Their memory is used again after `done`. */
  blocks(bytes: Buffer, done: () => void): void;
}

/**
 * Turns an engine's pcap stream, in whatever pieces it comes, into enhanced packet blocks: only whole packets leave it,
 * so that other blocks can be put between them at any time, after `flush`. Many packets leave it at once, for each time
 * wakes the reader: none waits for longer than `gatherMs`.
 */
export class PacketRelay {
  /** Packets that left it. */
  packets = 0;
  /** Time stamp of the last one that came, µs. */
  lastMicros = 0;
  /** Null while all is well; else what is wrong with the stream. */
  error: string | null = null;
  private readonly outlet: RelayOutlet;
  private format: PcapFormat | null = null;
  private little = true;
  /** The beginning of a packet whose end has not come yet. */
  private readonly held = Buffer.allocUnsafe(24 + limits.packetBytesMax);
  private heldBytes = 0;
  private out: Buffer | null = null;
  private outBytes = 0;
  private outPackets = 0;
  private readonly spare: Buffer[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(outlet: RelayOutlet) {
    this.outlet = outlet;
  }

  push(chunk: Buffer): void {
    let at = 0;
    if (this.heldBytes > 0 || this.format === null) at = this.completeHeld(chunk);
    while (this.error === null && this.format !== null && at < chunk.length) {
      const end = this.endOf(chunk, at, chunk.length);
      if (end > chunk.length || end < 0) break;
      this.relay(chunk, at, this.format);
      at = end;
    }
    if (this.error === null && at < chunk.length) {
      chunk.copy(this.held, this.heldBytes, at);
      this.heldBytes += chunk.length - at;
    }
    if (this.outBytes >= gatherBytes) this.flush();
    else if (this.outBytes > 0) this.timer ??= setTimeout(() => this.flush(), gatherMs);
  }

  /** Hands on the packets gathered so far. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const { out, outBytes } = this;
    if (out === null || outBytes === 0) return;
    this.packets += this.outPackets;
    this.out = null;
    this.outBytes = 0;
    this.outPackets = 0;
    this.outlet.blocks(out.subarray(0, outBytes), () => {
      if (out.length === bufferBytes && this.spare.length < sparesMax) this.spare.push(out);
    });
  }

  /** Fills up what is held with the head of a chunk; how much of that was used. */
  private completeHeld(chunk: Buffer): number {
    let at = 0;
    for (;;) {
      const wanted = this.heldWanted();
      if (this.error !== null) return at;
      if (this.heldBytes < wanted) {
        const part = Math.min(wanted - this.heldBytes, chunk.length - at);
        chunk.copy(this.held, this.heldBytes, at, at + part);
        this.heldBytes += part;
        at += part;
        if (this.heldBytes < wanted) return at;
        continue;
      }
      if (this.format === null) this.open();
      else this.relay(this.held, 0, this.format);
      this.heldBytes = 0;
      return at;
    }
  }

  /** Bytes that what is held must have before it can be used, as far as is known. */
  private heldWanted(): number {
    if (this.format === null) return 24;
    const end = this.endOf(this.held, 0, this.heldBytes);
    return end < 0 ? this.format.recordHeaderBytes : end;
  }

  /** Where the record at `at` ends; negative while its header is not whole. */
  private endOf(bytes: Buffer, at: number, limit: number): number {
    const headerBytes = this.format?.recordHeaderBytes ?? 0;
    if (limit - at < headerBytes) return -1;
    const captured = this.u32(bytes, at + 8);
    if (captured <= limits.packetBytesMax) return at + headerBytes + captured;
    this.error = `the engine wrote a packet of ${captured} bytes`;
    return -1;
  }

  /** The file header: see PcapReader. */
  private open(): void {
    const { held } = this;
    const magic = held.readUInt32LE(0);
    this.little = pcapMagic(magic) !== null;
    this.format = pcapMagic(this.little ? magic : held.readUInt32BE(0));
    if (this.format === null) this.error = 'the engine does not write pcap';
    else this.outlet.began(this.u32(held, 20) & 0xffff, this.u32(held, 16));
  }

  private relay(bytes: Buffer, at: number, format: PcapFormat): void {
    const captured = this.u32(bytes, at + 8);
    const original = Math.max(captured, this.u32(bytes, at + 12));
    const micros = this.u32(bytes, at) * 1e6 + Math.floor((this.u32(bytes, at + 4) * 1e6) / format.unitsPerSecond);
    const needed = packetBlockBytes + captured + 3;
    const out = this.room(needed);
    const from = at + format.recordHeaderBytes;
    this.outBytes = writePacket(out, this.outBytes, micros, original, bytes, from, captured);
    this.outPackets++;
    this.lastMicros = micros;
  }

  private room(bytes: number): Buffer {
    if (this.out !== null && this.out.length - this.outBytes < bytes) this.flush();
    this.out ??=
      bytes > bufferBytes ? Buffer.allocUnsafeSlow(bytes) : (this.spare.pop() ?? Buffer.allocUnsafeSlow(bufferBytes));
    return this.out;
  }

  private u32(bytes: Buffer, at: number): number {
    return this.little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }
}

const bufferBytes = 1 << 18;
/** So many bytes leave at once, or what came within so many ms. */
const gatherBytes = 1 << 17;
const gatherMs = 5;
/** More wait only while the reader stands still. */
const sparesMax = 4;
