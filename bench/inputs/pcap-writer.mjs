import { closeSync, openSync, writeSync } from 'node:fs';

const blockBytes = 4 << 20;

/** Writes a classic pcap file of Ethernet frames with TCP in IPv4, or anything else as it is. */
export class PcapWriter {
  constructor(file, micros = 1_767_600_000_000_000, stepMicros = 6) {
    this.file = openSync(file, 'w');
    this.block = Buffer.alloc(blockBytes);
    this.used = 0;
    this.bytes = 0;
    this.packets = 0;
    this.micros = micros;
    this.stepMicros = stepMicros;
    const { block } = this;
    block.writeUInt32LE(0xa1b2c3d4, 0);
    block.writeUInt16LE(2, 4);
    block.writeUInt16LE(4, 6);
    block.writeUInt32LE(262_144, 16);
    block.writeUInt32LE(1, 20);
    this.used = 24;
  }

  /** Room for a frame of `length` bytes, its header written; where it starts in `block`. */
  frame(length) {
    if (this.used + 16 + length > blockBytes) this.flush();
    this.micros += this.stepMicros;
    const { block, used } = this;
    block.writeUInt32LE(Math.floor(this.micros / 1e6), used);
    block.writeUInt32LE(this.micros % 1e6, used + 4);
    block.writeUInt32LE(length, used + 8);
    block.writeUInt32LE(length, used + 12);
    this.used = used + 16 + length;
    this.bytes += 16 + length;
    this.packets++;
    return used + 16;
  }

  /** A frame as it is. */
  raw(bytes) {
    bytes.copy(this.block, this.frame(bytes.length));
  }

  flush() {
    writeSync(this.file, this.block, 0, this.used);
    this.used = 0;
  }

  close() {
    this.flush();
    closeSync(this.file);
  }
}

export const FIN = 1;
export const SYN = 2;
export const PSH = 8;
export const ACK = 16;

const none = Buffer.alloc(0);

/** One TCP connection, its frames handed to `sink(length) → { block, at }` in order. */
export class Connection {
  /** `client` and `server`: four address bytes and a port. */
  constructor(writer, client, clientPort, server, serverPort, seed) {
    this.writer = writer;
    this.ends = [
      { address: client, port: clientPort, next: (seed * 7919 + 1000) >>> 0, ipId: seed & 0xffff },
      { address: server, port: serverPort, next: (seed * 104_729 + 9000) >>> 0, ipId: (seed * 3) & 0xffff },
    ];
  }

  open() {
    this.packet(0, SYN, none);
    this.packet(1, SYN | ACK, none);
    this.packet(0, ACK, none);
  }

  close() {
    this.packet(0, FIN | ACK, none);
    this.packet(1, FIN | ACK, none);
    this.packet(0, ACK, none);
  }

  /** A bare acknowledgement by `from` (0 client, 1 server). */
  acknowledge(from) {
    this.packet(from, ACK, none);
  }

  packet(from, flags, payload) {
    const me = this.ends[from];
    const peer = this.ends[1 - from];
    let at = this.writer.frame(54 + payload.length);
    const { block } = this.writer;
    block.fill(0, at, at + 54);
    block[at + 5] = 2 - from;
    block[at + 11] = from + 1;
    block[at + 12] = 8;
    at += 14;
    block[at] = 0x45;
    block.writeUInt16BE(40 + payload.length, at + 2);
    block.writeUInt16BE(me.ipId, at + 4);
    me.ipId = (me.ipId + 1) & 0xffff;
    block[at + 6] = 0x40;
    block[at + 8] = 64;
    block[at + 9] = 6;
    block.set(me.address, at + 12);
    block.set(peer.address, at + 16);
    at += 20;
    block.writeUInt16BE(me.port, at);
    block.writeUInt16BE(peer.port, at + 2);
    block.writeUInt32BE(me.next, at + 4);
    block.writeUInt32BE(flags & ACK ? peer.next : 0, at + 8);
    block[at + 12] = 0x50;
    block[at + 13] = flags;
    block.writeUInt16BE(65_535, at + 14);
    // Stands for the checksum, which differs between segments: copies of a frame are told by it.
    block.writeUInt16BE((me.next ^ (me.next >>> 16)) & 0xffff, at + 16);
    payload.copy(block, at + 20);
    me.next = (me.next + payload.length + (flags & (SYN | FIN) ? 1 : 0)) >>> 0;
  }

  /**
   * `bytes` in segments of at most `mss`, acknowledged every second one; a generator, so that connections can take
   * turns.
   */
  *stream(from, bytes, mss = 1448, segmentsPerTurn = 4) {
    let segments = 0;
    for (let at = 0; at < bytes.length; at += mss) {
      const end = Math.min(bytes.length, at + mss);
      this.packet(from, end === bytes.length ? ACK | PSH : ACK, bytes.subarray(at, end));
      if (++segments % 2 === 0) this.acknowledge(1 - from);
      if (segments % segmentsPerTurn === 0) yield;
    }
  }

  /** The same at once. */
  send(from, bytes, mss) {
    for (const _ of this.stream(from, bytes, mss));
  }
}
