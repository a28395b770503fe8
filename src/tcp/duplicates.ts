import { Head } from '../decode/heads.ts';
import type { Packet } from '../decode/packet.ts';

/**
 * Notes kept, a power of two: copies come within some packets of each other, and so many still lie in the processor's
 * cache.
 */
const notesMax = 1 << 14;
/** Words of a note: connection, sequence number, acknowledgement, shape, label, milliseconds. */
const noteWords = 6;
/** Chains that notes are found by, a power of two, and how many notes of one are looked at. */
const chainBits = 13;
const linksMax = 16;

/**
 * Tells an exact copy of a frame (both ports of a switch mirrored) from a retransmission: same connection, IP
 * identification, numbers, flags, length and TCP checksum, which stands for the payload, within a short time.
 * A copy that comes after its note was overwritten counts as a retransmission, which is harmless.
 *
 * A packet that tells something new is no copy (`Tracker`), and only noted: in the order of packets, which takes no
 * hash and no place far away in memory. Notes are chained by a hash when a packet asks that may be a copy. On a wire in
 * order none does for a long time, and most notes are overwritten as they are.
 */
export class Duplicates {
  /** A ring: note `n` lies at place `n` modulo its size. Numbers wrap at 32 bits. */
  private readonly notes = new Int32Array(noteWords * notesMax);
  private next = notesMax + 1;
  /** Notes from this one on are in no chain yet. */
  private unchained = this.next;
  /** By hash the newest note of a chain, and by place the one before it: the chain ends where one was overwritten. */
  private readonly heads = new Int32Array(1 << chainBits);
  private readonly before = new Int32Array(notesMax);
  private readonly msMax: number;

  constructor(msMax: number) {
    this.msMax = msMax;
  }

  /**
   * Remembers a packet of connection `slot` that is no copy, for it is the first to say what it says. `nowMs` counts
   * modulo 2^32, signed.
   */
  note(slot: number, packet: Packet, nowMs: number): void {
    this.add(slot, packet.sequence, packet.acknowledgement, shapeOf(packet), labelOf(packet), nowMs);
  }

  /** The same of a packet that has a row of heads. */
  noteRow(slot: number, rows: Int32Array, row: number, nowMs: number): void {
    const ports = rows[row + Head.ports];
    const shape = (rows[row + Head.shape] & 0xff00_0000) ^ (rows[row + Head.length] << 1) ^ ((ports >>> 16) << 8);
    this.add(slot, rows[row + Head.sequence], rows[row + Head.acknowledgement], shape, rows[row + Head.label], nowMs);
  }

  /** Whether this packet of connection `slot` was seen just before; remembers it. */
  seen(slot: number, packet: Packet, nowMs: number): boolean {
    const { notes, heads, before } = this;
    const { sequence, acknowledgement } = packet;
    const shape = shapeOf(packet);
    const label = labelOf(packet);
    this.chain();
    let n = heads[chainOf(slot, sequence, acknowledgement, label)];
    for (let links = 0; links < linksMax && (this.next - n) >>> 0 <= notesMax; links++) {
      const place = n & (notesMax - 1);
      const at = noteWords * place;
      const same =
        notes[at] === slot &&
        notes[at + 1] === sequence &&
        notes[at + 2] === acknowledgement &&
        notes[at + 3] === shape &&
        notes[at + 4] === label;
      if (same && (nowMs - notes[at + 5]) >>> 0 <= this.msMax) return true;
      n = before[place];
    }
    this.add(slot, sequence, acknowledgement, shape, label, nowMs);
    return false;
  }

  private add(slot: number, sequence: number, acknowledgement: number, shape: number, label: number, ms: number): void {
    const { notes, next } = this;
    const at = noteWords * (next & (notesMax - 1));
    notes[at] = slot;
    notes[at + 1] = sequence;
    notes[at + 2] = acknowledgement;
    notes[at + 3] = shape;
    notes[at + 4] = label;
    notes[at + 5] = ms;
    this.next = (next + 1) | 0;
  }

  /** Puts the notes that are in none into their chains. */
  private chain(): void {
    const { notes, heads, before, next } = this;
    const count = Math.min(notesMax, (next - this.unchained) >>> 0);
    for (let n = (next - count) | 0; n !== next; n = (n + 1) | 0) {
      const place = n & (notesMax - 1);
      const at = noteWords * place;
      const chain = chainOf(notes[at], notes[at + 1], notes[at + 2], notes[at + 4]);
      before[place] = heads[chain];
      heads[chain] = n;
    }
    this.unchained = next;
  }
}

function chainOf(slot: number, sequence: number, acknowledgement: number, label: number): number {
  const hash = Math.imul(sequence ^ (slot << 7), 0x9e3779b1) ^ Math.imul(label ^ acknowledgement, 0x85ebca6b);
  return Math.imul(hash ^ (hash >>> 15), 0x27d4eb2f) >>> (32 - chainBits);
}

function shapeOf({ flags, payloadLength, sourcePort }: Packet): number {
  return (flags << 24) ^ (payloadLength << 1) ^ (sourcePort << 8);
}

function labelOf({ identification, checksum }: Packet): number {
  return (identification << 16) ^ checksum ^ (identification >>> 16);
}
