import { PcapWriter } from './pcap-writer.mjs';
import { seeded } from './random.mjs';

const delayedShare = 0.02;
const twiceShare = 0.01;
const missingShare = 0.005;
const placesMax = 64;
/** Ethernet, IPv4 and TCP headers of the frames that `Connection` writes: what is longer has payload. */
const headerBytes = 54;
const ipIdAt = 18;
const frameBytesMax = 65_536;

/**
 * A pcap file whose segments with payload suffer: 2 % come up to 64 places late, 1 % come again up to 64 places
 * later (a retransmission, so with an IP identification of its own), 0.5 % are missing. Bare ones stay as they are.
 */
export class DisorderedWriter {
  constructor(file, seed = 20_261_122) {
    this.file = new PcapWriter(file);
    this.random = seeded(seed);
    this.block = Buffer.alloc(frameBytesMax);
    this.staged = 0;
    this.place = 0;
    /** Frames that come later, by place. */
    this.late = new Map();
  }

  get bytes() {
    return this.file.bytes;
  }

  /** Room for a frame, as of `PcapWriter`: its fate is decided when the next one is asked for. */
  frame(length) {
    this.settle();
    this.staged = length;
    return 0;
  }

  close() {
    this.settle();
    for (const place of [...this.late.keys()].sort((a, b) => a - b)) this.release(place);
    this.file.close();
  }

  settle() {
    if (this.staged === 0) return;
    const frame = this.block.subarray(0, this.staged);
    this.staged = 0;
    this.place++;
    if (frame.length === headerBytes) this.file.raw(frame);
    else this.suffer(frame);
    this.release(this.place);
  }

  suffer(frame) {
    const fate = this.random();
    if (fate < missingShare) return;
    if (fate < missingShare + delayedShare) {
      this.keep(Buffer.from(frame));
      return;
    }
    this.file.raw(frame);
    if (fate >= missingShare + delayedShare + twiceShare) return;
    const again = Buffer.from(frame);
    again.writeUInt16BE((again.readUInt16BE(ipIdAt) + 0x8000) & 0xffff, ipIdAt);
    this.keep(again);
  }

  keep(frame) {
    const place = this.place + 1 + Math.floor(this.random() * placesMax);
    const others = this.late.get(place);
    if (others === undefined) this.late.set(place, [frame]);
    else others.push(frame);
  }

  release(place) {
    for (const frame of this.late.get(place) ?? []) this.file.raw(frame);
    this.late.delete(place);
  }
}
