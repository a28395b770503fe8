import { Decoder } from '../../../src/decode/decode.ts';
import { ACK, FIN, RST, SYN } from '../../../src/decode/packet.ts';
import type { Side } from '../../../src/model/facts.ts';
import { limits as defaults, type Limits } from '../../../src/model/limits.ts';
import type { Ended, StreamConsumer } from '../../../src/tcp/consumer.ts';
import { Tracker } from '../../../src/tcp/tracker.ts';
import { Tape } from '../tape.ts';
import { promised, promisedSame, type Target } from '../target.ts';

const streamBytes = 2048;
const packetsMax = 100;
const small = { reorderBytesMax: 200, reorderTotalBytesMax: 300, reorderPiecesMax: 4, holePacketsMax: 4 };

/** Both streams as they were sent; the third holds bytes that contradict them. */
const sent = [0, 1].map((side) => Uint8Array.from({ length: streamBytes + 256 }, (_, i) => content(side, i)));
const other = sent.map((bytes) => bytes.map((byte) => byte ^ 0xff));

function content(side: number, at: number): number {
  return (at * 31 + side * 7 + (at >>> 8) * 13) & 0xff;
}

/** In place of bytes: they are missing, or came and were not shown. */
const [missing, passed] = [-1, -2];
/** Of each stream, from `needed` of so many bytes on none need be shown to who says so. */
const [needed, period] = [24, 600];

/**
 * Segments → ordered bytes, to who wants to see all and to who says what it need not be shown. The input is a program:
 * how the connection begins and its initial sequence numbers, then segments of two known streams: any piece of them,
 * any order, copies, acknowledgements of anything, FINs, resets, time.
 */
export const tcpTarget: Target = {
  name: 'tcp',
  bytesMax: 600,
  seeds: () => [
    Uint8Array.of(1, 0, 0, 0, 9, 255, 255, 255, 250, 0, 0, 0, 100, 0, 0, 100, 50, 128, 0, 0, 200, 9, 137),
    Uint8Array.of(1, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 200, 90, 8, 1, 0, 0, 0, 0, 200, 9, 136, 0, 100),
    Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0, 1, 60, 0, 0, 100, 10, 11, 255, 0, 0, 200, 7, 10),
    Uint8Array.of(1, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 90, 1, 12, 0, 1, 60, 13, 0, 100, 10, 14, 0, 0, 50, 40, 9, 137),
    Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 90, 99, 0, 1, 1, 60, 0, 2, 100, 10, 0, 3, 0, 50, 0, 4, 0, 50),
    Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 251, 255, 0, 250, 0, 100, 9, 0, 9, 251, 255),
  ],
  run,
};

function run(input: Uint8Array): string {
  const low = (input[0] & 4) === 4;
  // Bytes that need not be shown cost no memory: where that is short, more of the others is kept for it.
  const bounds = low ? { holePacketsMax: small.holePacketsMax } : {};
  const all = play(input, bounds, 'all');
  const some = play(input, bounds, 'needed');
  promisedSame(some.lines, all.lines, 'what need not be shown changes nothing');
  return (low ? play(input, small, 'all') : all).shape;
}

function play(input: Uint8Array, bounds: Partial<Limits>, shown: 'all' | 'needed') {
  const tape = new Tape(input);
  const flags = tape.u8();
  const wire = new Wire(tape.u32(), tape.u32(), { ...defaults, ...bounds }, shown);
  if (flags & 1) wire.shakeHands();
  wire.calm = (flags & 5) === 1;
  for (let packets = 0; tape.left > 0 && packets < packetsMax; packets++) step(wire, tape);
  return { shape: wire.finish(), lines: wire.lines };
}

function step(wire: Wire, tape: Tape): void {
  const first = tape.u8();
  const side: Side = first & 0x80 ? 1 : 0;
  switch (first & 15) {
    case 8:
      wire.acknowledged[1 - side] = tape.u16() % streamBytes;
      wire.send(side, wire.furthest[side], 0, ACK);
      break;
    case 9:
      wire.fin(side);
      break;
    case 10:
      wire.calm = false;
      wire.send(side, wire.furthest[side], 0, RST | ACK);
      break;
    case 11:
      wire.ms += tape.u8() * 20;
      if (wire.ms > 500) wire.calm = false;
      break;
    case 12:
      wire.calm = false;
      wire.send(side, tape.u16() % streamBytes, tape.u8(), ACK, { bytes: other[side] });
      break;
    case 13:
      wire.calm = false;
      wire.send(side, tape.u16() % streamBytes, tape.u8(), ACK, { cut: tape.u8() });
      break;
    case 14:
      wire.again();
      break;
    default:
      wire.send(side, tape.u16() % streamBytes, tape.u8(), ACK);
  }
}

function unneededFrom(position: number): number {
  const within = position % period;
  return within < needed ? 0 : period - within;
}

/** A tracker, what was sent to it, and what it told. */
class Wire implements StreamConsumer {
  /** Nothing happened for which bytes that were sent may be given up. */
  calm = false;
  ms = 0;
  /** Of each side: what the other acknowledged, and the end of what was sent. */
  readonly acknowledged = [0, 0];
  readonly furthest = [0, 0];
  private readonly fins = [-1, -1];
  private readonly initial: readonly number[];
  private readonly wasSent = [new Uint8Array(streamBytes + 256), new Uint8Array(streamBytes + 256)];
  private readonly tracker: Tracker;
  private readonly packet = new Decoder(defaults).packet;
  private frame = 0;
  private readonly told: Told[] = [];
  private open: Told | null = null;
  private handshake = false;
  /** What was told of needed bytes and of all else: at which frame, and where both sides were. */
  readonly lines: string[] = [];
  private readonly shown: 'all' | 'needed';

  constructor(client: number, server: number, limits: Limits, shown: 'all' | 'needed') {
    this.initial = [client, server];
    this.shown = shown;
    this.tracker = new Tracker(limits, this);
    this.packet.words.set([0, 0, 0xffff, 0x0a000001, 0, 0, 0xffff, 0x0a000002]);
  }

  shakeHands(): void {
    this.handshake = true;
    this.send(0, -1, 0, SYN);
    this.send(1, -1, 0, SYN | ACK);
  }

  fin(side: Side): void {
    const end = this.furthest[side];
    if (this.fins[side] < 0) this.fins[side] = end;
    this.send(side, end, 0, FIN | ACK);
  }

  /** One segment: `length` bytes of a stream from `at`. */
  send(side: Side, at: number, length: number, flags: number, how: { bytes?: Uint8Array; cut?: number } = {}): void {
    const { packet } = this;
    const end = at + length;
    if (length > 0) {
      this.wasSent[side].fill(1, at, end);
      this.furthest[side] = Math.max(this.furthest[side], end);
      if (this.fins[side] >= 0 && end > this.fins[side]) this.calm = false;
    }
    packet.bytes = how.bytes ?? sent[side];
    packet.sequence = (this.initial[side] + 1 + at) >>> 0;
    packet.acknowledgement = (flags & ACK) === 0 ? 0 : (this.initial[1 - side] + 1 + this.acknowledged[1 - side]) >>> 0;
    packet.flags = flags;
    packet.payloadStart = Math.max(0, at);
    packet.payloadEnd = Math.max(packet.payloadStart, end - (how.cut ?? 0));
    packet.payloadLength = length;
    packet.identification++;
    packet.sourcePort = side === 0 ? 4000 : 104;
    packet.targetPort = side === 0 ? 104 : 4000;
    packet.words[3] = 0x0a000001 + side;
    packet.words[7] = 0x0a000002 - side;
    this.frameCame();
  }

  /** Once more the same frame. */
  again(): void {
    if (this.frame > 0) this.frameCame();
  }

  private frameCame(): void {
    this.tracker.tick(1_700_000_000 + Math.floor(this.ms / 1000), (this.ms % 1000) * 1e6);
    this.tracker.segment(this.packet, 0, 0, ++this.frame);
  }

  finish(): string {
    this.tracker.finish();
    promised(this.open === null, 'every connection ends');
    if (this.calm) this.checkAll();
    return this.told.map(({ ended, gaps, closed }) => `${ended} ${Math.min(gaps, 3)} ${closed}`).join(',');
  }

  data(slot: number, side: Side, bytes: Uint8Array, start: number, end: number): void {
    const told = this.of(slot);
    promised(end > start, 'data is some bytes');
    promised(told.closed[side] === '', 'no data comes after the end');
    for (let i = start; i < end; i++) {
      if (unneededFrom(told.bytes[side].length) === 0) this.line(`data ${side} ${bytes[i]}`);
      told.bytes[side].push(bytes[i]);
    }
  }

  gap(slot: number, side: Side, length: number): void {
    const told = this.of(slot);
    this.line(`gap ${side} ${length}`);
    promised(length > 0 && length <= 2 * streamBytes, 'a hole is some bytes', () => length);
    promised(told.closed[side] === '', 'no hole comes after the end');
    told.gaps++;
    for (let i = 0; i < length; i++) told.bytes[side].push(missing);
  }

  close(slot: number, side: Side, how: 'fin' | 'cut'): void {
    const told = this.of(slot);
    this.line(`close ${side} ${how}`);
    promised(told.closed[side] === '', 'a side ends once');
    told.closed[side] = how;
  }

  ended(slot: number, how: Ended): void {
    const told = this.of(slot);
    this.line(`ended ${how}`);
    told.ended = how;
    this.open = null;
    const { covered, missed } = this.tracker.slots;
    for (const side of [0, 1]) {
      const length = covered[2 * slot + side] + missed[2 * slot + side];
      promised(length === told.bytes[side].length, 'what was told adds up', () => `${length}`);
      promised(told.closed[side] !== '', 'sides end before their connection');
      this.checkTold(side, told.bytes[side]);
    }
  }

  path(): void {}

  unneeded(slot: number, side: Side): number {
    return this.shown === 'all' ? 0 : unneededFrom(this.of(slot).bytes[side].length);
  }

  /** Of some bytes that come early nothing is said. */
  unneededAfter(slot: number, side: Side, _: Uint8Array, start: number, end: number, ahead: number): number {
    const position = this.of(slot).bytes[side].length + ahead + end - start;
    return this.shown === 'all' || (position & 7) === 0 ? 0 : unneededFrom(position);
  }

  passed(slot: number, side: Side, length: number): void {
    const told = this.of(slot);
    promised(length > 0, 'what is passed is some bytes');
    promised(told.closed[side] === '', 'no bytes are passed after the end');
    for (let i = 0; i < length; i++) {
      promised(unneededFrom(told.bytes[side].length) > 0, 'only what is not needed is passed');
      told.bytes[side].push(passed);
    }
  }

  private line(what: string): void {
    const at = this.open?.bytes.map(({ length }) => length);
    this.lines.push(`${this.frame} ${at}: ${what}`);
  }

  private of(slot: number): Told {
    if (this.open === null) {
      this.open = { slot, bytes: [[], []], closed: ['', ''], gaps: 0, ended: '' };
      this.told.push(this.open);
    }
    promised(this.open.slot === slot, 'ends of equal numbers are one connection');
    return this.open;
  }

  /**
   * Every byte told is the one that was sent at its place. Without a handshake (which a later connection has not) any
   * place may be the first.
   */
  private checkTold(side: number, bytes: readonly number[]): void {
    const isSent = (at: number, byte: number): boolean =>
      byte === missing ||
      (this.wasSent[side][at] === 1 && (byte === passed || byte === sent[side][at] || byte === other[side][at]));
    const bases = this.handshake && this.told.length === 1 ? 1 : streamBytes + 256;
    for (let base = 0; base < bases; base++) if (bytes.every((byte, i) => isSent(base + i, byte))) return;
    promised(false, 'every byte is the one that was sent', () => `side ${side}: ${bytes}`);
  }

  /** No byte that was sent was given up. */
  private checkAll(): void {
    for (const side of [0, 1]) {
      for (let at = 0; at < this.furthest[side]; at++) {
        if (this.wasSent[side][at] === 0) continue;
        const byte = this.told[0]?.bytes[side][at];
        promised(
          byte === sent[side][at] || byte === passed,
          'what was sent and not lost is read',
          () => `side ${side} at ${at}: ${byte}`,
        );
      }
    }
  }
}

interface Told {
  readonly slot: number;
  readonly bytes: [number[], number[]];
  readonly closed: [string, string];
  gaps: number;
  ended: string;
}
