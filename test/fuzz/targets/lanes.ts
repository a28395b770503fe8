import type { Side } from '../../../src/model/facts.ts';
import { batches } from '../../support/batch.ts';
import { counting } from '../../support/bytes.ts';
import type { Frame } from '../../support/capture.ts';
import { tracked } from '../../support/lanes.ts';
import { ethernet } from '../../support/link.ts';
import { ip, tcp } from '../../support/packet.ts';
import { Tape } from '../tape.ts';
import { promisedSame, type Target } from '../target.ts';

const framesMax = 250;
const streamBytes = 1 << 13;
/** Both streams as they were sent, again and again; the third holds bytes that contradict them. */
const [client, server, other] = [1, 2, 3].map((from) => counting(streamBytes, from));
const limits = { windowBytesMax: 1 << 15, reorderBytesMax: 6000, reorderPiecesMax: 12 };
const rowsMax = 64;

/**
 * Segments of four connections → what the tracker calls, counts and has in its table. The input is a program: nearly
 * all of its steps are what the shortest lane takes, or nearly: bytes in order, early ones, such as fill a hole,
 * acknowledgements.
 */
export const lanesTarget: Target = {
  name: 'lanes',
  bytesMax: 800,
  seeds: () => [
    Uint8Array.of(1, ...Array.from({ length: 40 }, (_, i) => (i % 5 === 4 ? 0x88 : 7))),
    Uint8Array.of(3, ...Array.from({ length: 60 }, (_, i) => [7, 7, 12, 4, 90, 0x88, 7, 16, 0x88][i % 9])),
    Uint8Array.of(
      5,
      ...Array.from({ length: 90 }, (_, i) => [7, 0x87, 39, 0x88, 8, 14, 2, 50, 0xa8, 5, 17, 6][i % 12]),
    ),
    Uint8Array.of(7, ...Array.from({ length: 90 }, (_, i) => [3, 12, 3, 30, 18, 1, 9, 20, 0x8a, 21, 60, 26][i % 12])),
    Uint8Array.of(
      2,
      7,
      7,
      0x88,
      12,
      9,
      40,
      25,
      3,
      22,
      16,
      0x96,
      7,
      30,
      7,
      7,
      23,
      7,
      28,
      7,
      27,
      7,
      29,
      0x88,
      31,
      24,
      0,
      9,
      8,
    ),
  ],
  run,
};

function run(input: Uint8Array): string {
  const tape = new Tape(input);
  const flags = tape.u8();
  const wire = new Wire((flags & 1) === 1);
  while (tape.left > 0 && wire.frames.length < framesMax) step(wire, tape);
  const list = batches(wire.frames, undefined, 40 + 8 * (flags >>> 3));
  const options = { limits, rowsMax, eager: true, unneededMax: 1200 * ((flags >>> 1) & 3) };
  const [all, two, long] = (['all', 'two', 'long'] as const).map((lanes) => tracked(list, lanes, options));
  promisedSame([two.calls, two.after], [long.calls, long.after], 'the short lane does what the long one does');
  promisedSame([all.calls, all.after], [long.calls, long.after], 'the shortest lane does what the long one does');
  return `${Math.min(9, Math.ceil(all.inRuns / 10))} ${[...new Set(all.calls.map((call) => call.split(' ', 1)[0]))].sort()}`;
}

function step(wire: Wire, tape: Tape): void {
  const first = tape.u8();
  const side: Side = first & 0x80 ? 1 : 0;
  const talk = wire.talks[(first >>> 5) & 3];
  const kind = first & 31;
  const { furthest, acknowledged, hole } = talk;
  const end = furthest[side];
  if (kind < 8) wire.send(talk, side, end, 100 * (kind + 1));
  else if (kind < 10) {
    acknowledged[1 - side] = furthest[1 - side];
    wire.send(talk, side, end, 0);
  } else if (kind < 12) {
    acknowledged[1 - side] = kind === 10 ? hole[1 - side].from : tape.u16();
    wire.send(talk, side, end, 0);
  } else if (kind < 16) {
    const ahead = 1 + 8 * tape.u8();
    hole[side] = { from: end, to: end + ahead };
    wire.send(talk, side, end + ahead, 4 * tape.u8());
  } else if (kind < 18) wire.send(talk, side, hole[side].from, hole[side].to - hole[side].from);
  else if (kind < 20) wire.send(talk, side, tape.u16() % (end + 1), 4 * tape.u8());
  else if (kind === 20) hole[side] = { ...hole[side], from: hole[side].from + 100 };
  else if (kind === 21) wire.ms += 4 * tape.u8();
  else if (kind === 22) wire.send(talk, side, end, 0, { flags: 'FA' });
  else if (kind === 23) wire.send(talk, side, end, 0, { flags: 'RA' });
  else if (kind === 24) wire.send(talk, side, tape.u16() % (end + 1), 4 * tape.u8(), { bytes: other });
  else if (kind === 25) wire.send(talk, side, end, 200, { cut: tape.u8() });
  else if (kind === 26) wire.again();
  else if (kind === 27) wire.send(talk, side, hole[side].from, 100, { checksum: tape.u8() });
  else if (kind === 28) wire.send(talk, side, end, 100, { vlan: tape.u8() & 1 });
  else if (kind === 29) wire.send(talk, side, end, 0, { beyond: tape.u16() });
  else if (kind === 30) wire.ms -= tape.u8();
  else wire.send(talk, side, end, 100, { flags: 'P' });
}

interface How {
  readonly flags?: string;
  readonly bytes?: Uint8Array;
  /** Bytes that the snap length cut off. */
  readonly cut?: number;
  readonly checksum?: number;
  readonly vlan?: number;
  /** It acknowledges so many bytes more. */
  readonly beyond?: number;
}

/** By side: the end of what was sent, what of it the other acknowledged, and the hole that was left last. */
interface Talk {
  readonly client: string;
  readonly furthest: [number, number];
  readonly acknowledged: [number, number];
  readonly hole: [Hole, Hole];
}

interface Hole {
  readonly from: number;
  readonly to: number;
}

const archive = '10.0.9.2';

/** Frames as they are sent. */
class Wire {
  readonly frames: Frame[] = [];
  ms = 100;
  readonly talks: readonly Talk[];
  private id = 0;

  constructor(handshakes: boolean) {
    this.talks = [0, 1, 2, 3].map((i) => talkOf(i % 2 === 0 ? `10.0.1.${i}` : `10.0.10.${i}`));
    if (!handshakes) return;
    for (const talk of this.talks) {
      this.send(talk, 0, -1, 0, { flags: 'S' });
      this.send(talk, 1, -1, 0, { flags: 'SA' });
    }
  }

  /** One segment: `length` bytes of a stream from `at`. */
  send(talk: Talk, side: Side, at: number, length: number, how: How = {}): void {
    const { flags = length > 0 ? 'PA' : 'A', checksum, beyond = 0, vlan } = how;
    const bytes = how.bytes ?? [client, server][side];
    const begin = at & (streamBytes - 1);
    const payload = at < 0 ? bytes.subarray(0, 0) : bytes.subarray(begin, begin + length);
    const ends = side === 0 ? { source: talk.client, target: archive } : { source: archive, target: talk.client };
    const ports = side === 0 ? { sourcePort: 4000, targetPort: 104 } : { sourcePort: 104, targetPort: 4000 };
    const sequence = (initial[side] + 1 + at) >>> 0;
    const acknowledgement = (initial[1 - side] + 1 + talk.acknowledged[1 - side] + beyond) >>> 0;
    const segment = tcp(payload, {
      ...{ ...ends, ...ports, sequence, acknowledgement, flags },
      ...(checksum === undefined ? {} : { checksum }),
    });
    talk.furthest[side] = Math.max(talk.furthest[side], at + payload.length);
    const tags = vlan === undefined ? [] : [{ vlan }];
    this.came(ethernet(ip(segment, { ...ends, id: ++this.id & 0xffff }), { tags }), how.cut ?? 0);
  }

  /** Once more the same frame. */
  again(): void {
    const last = this.frames[this.frames.length - 1];
    if (last !== undefined) this.frames.push(this.stamped(last.bytes, last.original ?? last.bytes.length));
  }

  private came(bytes: Uint8Array, cut: number): void {
    this.frames.push(this.stamped(bytes.subarray(0, bytes.length - Math.min(cut, 100)), bytes.length));
  }

  private stamped(bytes: Uint8Array, original: number): Frame {
    return { bytes, original, seconds: 1_700_000_000 + Math.floor(this.ms / 1000), nanos: (this.ms % 1000) * 1e6 };
  }
}

/** One of them wraps around soon. */
const initial = [0xffff_f000, 1000] as const;

function talkOf(address: string): Talk {
  const none = { from: 0, to: 0 };
  return { client: address, furthest: [0, 0], acknowledged: [0, 0], hole: [none, none] };
}
