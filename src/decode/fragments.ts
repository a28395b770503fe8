import type { Limits } from '../model/limits.ts';
import { Next, type Packet } from './packet.ts';

/** What a held piece costs beside its bytes: a flood of tiny fragments must not pass the bound by its objects. */
const pieceBytes = 200;

interface Datagram {
  readonly key: string;
  /** When its first fragment came, in milliseconds of packet time. */
  readonly sinceMs: number;
  /** The next header of the fragment at offset 0 (RFC 8200 section 4.5); of any until it came. */
  protocol: number;
  hasFirst: boolean;
  /** Pieces by offset, without overlap: the first copy of a byte is kept. */
  pieces: { start: number; bytes: Uint8Array }[];
  fragments: number;
  /** Bytes of the pieces, and what they cost. */
  covered: number;
  held: number;
  /** The end of the furthest piece, and that of the last fragment once it came. */
  reach: number;
  total: number | null;
}

/** IP datagrams being put together (RFC 791, RFC 8200 section 4.5), bounded in number, bytes and packet time. */
export class Fragments {
  /** Fragments whose datagram was given up: bounds passed, too old, contradictory. */
  givenUp = 0;
  /**
   * Fragments used, or copies of used ones, apart from those that made a datagram whole: these are packets like any
   * other.
   */
  used = 0;
  private readonly limits: Limits;
  private readonly datagrams = new Map<string, Datagram>();
  /**
   * When datagrams became whole: the copies of their fragments on a mirror of both ports come just after, and
   * must not wait for a later datagram of the same identification.
   */
  private readonly made = new Map<string, number>();
  /** Memory held. */
  heldBytes = 0;
  /** The datagram that the last fragment is of, until someone sets it back to null: for those who copy whole frames. */
  touched: string | null = null;
  /** Time of the packet at hand, in milliseconds. */
  private nowMs = 0;
  private readonly clock: () => number;

  /** `clock` tells milliseconds of packet time that never go back. */
  constructor(limits: Limits, clock: () => number) {
    this.limits = limits;
    this.clock = clock;
  }

  get waiting(): number {
    return this.datagrams.size;
  }

  /**
   * Adds the payload of `packet` at `offset` of its datagram. Once whole, the packet holds the datagram's
   * payload and the answer is `Next.transport`; until then `Next.held`.
   */
  add(packet: Packet, identification: number, offset: number, more: boolean): number {
    const length = packet.wireEnd - packet.at;
    // A cut fragment, one that passes 65,535, or a middle one not of whole 8 bytes can never make a datagram.
    const bad = packet.end < packet.wireEnd || offset + length > 65_535 || (more && length % 8 !== 0) || length === 0;
    if (bad) {
      this.givenUp++;
      return Next.fragmentRefused;
    }
    this.nowMs = this.clock();
    this.expire();
    const key = this.key(packet, identification);
    this.touched = key;
    if (this.copied(key)) {
      this.used++;
      return Next.held;
    }
    const datagram = this.datagramOf(key, packet);
    datagram.fragments++;
    if (offset === 0 && !datagram.hasFirst) {
      datagram.hasFirst = true;
      datagram.protocol = packet.protocol;
    }
    const end = offset + length;
    datagram.reach = Math.max(datagram.reach, end);
    if (!more) datagram.total ??= end;
    // Two last fragments with different ends, or bytes behind the last: whatever was made of it would be a guess.
    if (datagram.total !== null && (datagram.reach > datagram.total || (!more && end !== datagram.total))) {
      this.giveUp(datagram);
      return Next.fragmentRefused;
    }
    this.keep(datagram, packet.bytes, packet.at, packet.end, offset);
    this.bound();
    if (datagram.total === null || datagram.covered < datagram.total || !this.datagrams.has(key)) return Next.held;
    const whole = assemble(datagram);
    if (whole === null) return Next.held;
    this.forget(datagram);
    this.made.set(key, this.nowMs);
    this.used += datagram.fragments - 1;
    packet.bytes = whole;
    packet.at = 0;
    packet.end = whole.length;
    packet.wireEnd = whole.length;
    packet.protocol = datagram.protocol;
    return Next.transport;
  }

  /** Gives up every datagram that is not whole: the input ended. */
  finish(): void {
    for (const datagram of this.datagrams.values()) this.giveUp(datagram);
  }

  /** Two tenants may send equal numbers: the tunnel's tell their datagrams apart. */
  private key(packet: Packet, identification: number): string {
    const { words, tunnel } = packet;
    const protocol = packet.family === 4 ? packet.protocol : 0;
    return `${packet.family} ${protocol} ${identification} ${tunnel} ${words.join(' ')}`;
  }

  private datagramOf(key: string, { protocol }: Packet): Datagram {
    const known = this.datagrams.get(key);
    if (known !== undefined) return known;
    const datagram: Datagram = {
      key,
      sinceMs: this.nowMs,
      protocol,
      hasFirst: false,
      pieces: [],
      fragments: 0,
      covered: 0,
      held: 0,
      reach: 0,
      total: null,
    };
    this.datagrams.set(key, datagram);
    return datagram;
  }

  private copied(key: string): boolean {
    for (const [oldest, ms] of this.made) {
      if (this.nowMs - ms <= this.limits.duplicateMsMax && this.made.size <= this.limits.fragmentDatagramsMax) break;
      this.made.delete(oldest);
    }
    return this.made.has(key);
  }

  private keep(datagram: Datagram, bytes: Uint8Array, from: number, to: number, offset: number): void {
    const last = datagram.pieces.at(-1);
    if (last === undefined || last.start + last.bytes.length <= offset) {
      datagram.pieces.push(this.copy(datagram, bytes, from, to - from, offset));
      return;
    }
    let start = offset;
    let at = from;
    const pieces: Datagram['pieces'] = [];
    for (const piece of datagram.pieces) {
      const end = start + (to - at);
      if (at < to && piece.start > start) {
        const length = Math.min(end, piece.start) - start;
        pieces.push(this.copy(datagram, bytes, at, length, start));
        at += length;
        start += length;
      }
      const pieceEnd = piece.start + piece.bytes.length;
      if (at < to && pieceEnd > start) {
        const over = Math.min(to - at, pieceEnd - start);
        at += over;
        start += over;
      }
      pieces.push(piece);
    }
    if (at < to) pieces.push(this.copy(datagram, bytes, at, to - at, start));
    datagram.pieces = pieces;
  }

  private copy(datagram: Datagram, bytes: Uint8Array, at: number, length: number, start: number) {
    datagram.covered += length;
    datagram.held += length + pieceBytes;
    this.heldBytes += length + pieceBytes;
    return { start, bytes: bytes.slice(at, at + length) };
  }

  /** A Map keeps insertion order, so the first is the oldest. */
  private expire(): void {
    for (const datagram of this.datagrams.values()) {
      if (this.nowMs - datagram.sinceMs <= this.limits.fragmentMsMax) return;
      this.giveUp(datagram);
    }
  }

  private bound(): void {
    for (const datagram of this.datagrams.values()) {
      if (this.datagrams.size <= this.limits.fragmentDatagramsMax && this.heldBytes <= this.limits.fragmentBytesMax)
        return;
      this.giveUp(datagram);
    }
  }

  private giveUp(datagram: Datagram): void {
    this.givenUp += datagram.fragments;
    this.forget(datagram);
  }

  private forget(datagram: Datagram): void {
    this.datagrams.delete(datagram.key);
    this.heldBytes -= datagram.held;
  }
}

function assemble(datagram: Datagram): Uint8Array | null {
  let next = 0;
  for (const piece of datagram.pieces) {
    if (piece.start !== next) return null;
    next += piece.bytes.length;
  }
  const total = datagram.total as number;
  if (next < total) return null;
  const whole = new Uint8Array(next);
  for (const piece of datagram.pieces) whole.set(piece.bytes, piece.start);
  return whole.subarray(0, total);
}
