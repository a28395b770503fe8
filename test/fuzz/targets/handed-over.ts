import type { Side } from '../../../src/model/facts.ts';
import type { Analyzer } from '../../../src/protocols/analyzer.ts';
import type { StreamConsumer } from '../../../src/tcp/consumer.ts';
import { Handover } from '../../../src/tcp/handover.ts';
import { Slots } from '../../../src/tcp/slots.ts';
import { seeded } from '../../support/chunks.ts';
import type { Step } from '../../support/dicom-dialogue.ts';
import { promisedSame } from '../target.ts';

/** What a direction is given at once: a piece of a step's bytes, or all of what else a step is. */
type Piece = readonly [side: Side, what: Uint8Array | number | 'fin' | 'cut'];

type Before = (piece: number) => void;

const memory = new Uint8Array(1 << 17);
/** Pieces have so many bytes at most. */
const lengths = [16, 100, 600, 4000];
/** How many pieces after the next one may come before it. */
const earlyMax = 12;

/**
 * Promises that bytes which a reader need not be shown change nothing by not being shown: the same is stated, at the
 * same pieces of a dialogue, and each byte is in the same account. `make` makes a reader, which tells its statements.
 */
export function promisedUnshown(steps: readonly Step[], seed: number, make: (tell: Tell) => Analyzer): void {
  const pieces = piecesOf(steps, seed);
  const listen = (show: typeof showAll) => {
    let at = 0;
    const told: string[] = [];
    const reader = make((fact) => told.push(`${at} ${JSON.stringify(fact)}`));
    const before = (piece: number): void => {
      at = piece;
    };
    show(pieces, reader, before, seed);
    return { told, accounts: reader.accounts };
  };
  promisedSame(listen(showNeeded), listen(showAll), 'what need not be shown changes nothing');
}

type Tell = (fact: unknown) => void;

/** Many small ones of each step's bytes or few long ones, as the seed has it. */
function piecesOf(steps: readonly Step[], seed: number): Piece[] {
  const random = seeded(seed);
  const longest = lengths[Math.floor(random() * lengths.length)];
  return steps.flatMap(([side, what]): Piece[] => {
    if (!(what instanceof Uint8Array)) return [[side, what]];
    const pieces: Piece[] = [];
    for (let at = 0; at < what.length; ) {
      const end = Math.min(what.length, at + 1 + Math.floor(random() * longest));
      pieces.push([side, what.subarray(at, end)]);
      at = end;
    }
    return pieces;
  });
}

/** Gives a reader all of the pieces; `before` is told which one comes. */
function showAll(pieces: readonly Piece[], reader: Analyzer, before: Before, _seed: number): void {
  for (const [i, [side, what]] of pieces.entries()) {
    before(i);
    if (typeof what === 'number') reader.gap(side, what);
    else if (typeof what === 'string') reader.close(side, what);
    else held(what, (bytes, start, end) => reader.data(side, bytes, start, end));
  }
}

/**
 * Gives a reader the same as the tracker does it: what it says that it need not be shown is only counted. Some pieces
 * come early: of these it is asked what it needs of those after them, and what it does not need is not kept until its
 * turn.
 */
function showNeeded(pieces: readonly Piece[], reader: Analyzer, before: Before, seed: number): void {
  const random = seeded(seed);
  const handover = new Handover(consumerOf(reader), new Slots());
  const early = [new Early(handover, 0), new Early(handover, 1)];
  for (const [i, [side, what]] of pieces.entries()) {
    before(i);
    if (random() < 0.4) {
      const next = pieces.slice(i, i + 2 + Math.floor(random() * earlyMax));
      early[next[next.length - 1][0]].comes(next);
    }
    if (typeof what === 'number') handover.gap(0, side, what);
    else if (typeof what === 'string') handover.close(0, side, what);
    else if (early[side].isUnread(pieces[i])) handover.pass(side, what.length);
    else held(what, (bytes, start, end) => handover.data(0, side, bytes, start, end));
    early[side].came(pieces[i]);
  }
  handover.ended(0, 'input-end');
}

/** The pieces of a side that came early, as `Holes` has it. */
class Early {
  private readonly handover: Handover;
  private readonly side: Side;
  /** Of each that still waits, whether it was not kept. */
  private readonly waiting = new Map<Piece, boolean>();
  private position = 0;
  private foreseenFrom = 0;
  private foreseenTo = 0;

  constructor(handover: Handover, side: Side) {
    this.handover = handover;
    this.side = side;
  }

  /** The last of the next pieces comes before the others. */
  comes(next: readonly Piece[]): void {
    const piece = next[next.length - 1];
    const [side, what] = piece;
    if (!(what instanceof Uint8Array) || this.waiting.has(piece)) return;
    let ahead = 0;
    for (const [of, before] of next.slice(0, -1)) {
      if (of === side) ahead += typeof before === 'number' ? before : before.length;
    }
    if (ahead === 0) return;
    const from = this.position + ahead;
    const to = from + what.length;
    const unread =
      ahead + what.length <= this.handover.unneeded(side) || (from >= this.foreseenFrom && to <= this.foreseenTo);
    this.waiting.set(piece, unread);
    if (unread) return;
    const unneeded = held(what, (bytes, start, end) =>
      this.handover.unneededAfter(0, this.side, bytes, start, end, ahead),
    );
    if (unneeded === 0) return;
    this.foreseenFrom = to;
    this.foreseenTo = to + unneeded;
  }

  isUnread(piece: Piece): boolean {
    return this.waiting.get(piece) === true;
  }

  came(piece: Piece): void {
    const [, what] = piece;
    if (typeof what !== 'string') this.position += typeof what === 'number' ? what : what.length;
    this.waiting.delete(piece);
    if (this.waiting.size === 0) this.foreseenTo = this.foreseenFrom;
  }
}

function consumerOf(reader: Analyzer): StreamConsumer {
  return {
    data: (_, side, bytes, start, end) => reader.data(side, bytes, start, end),
    gap: (_, side, length) => reader.gap(side, length),
    unneeded: (_, side) => reader.unneeded?.(side) ?? 0,
    unneededAfter: (_, side, bytes, start, end, ahead) => reader.unneededAfter?.(side, bytes, start, end, ahead) ?? 0,
    passed: (_, side, length) => reader.passed?.(side, length),
    close: (_, side, how) => reader.close(side, how),
    ended() {},
    path() {},
  };
}

/** Bytes in memory that is used for something else afterwards. */
function held<T>(bytes: Uint8Array, take: (bytes: Uint8Array, start: number, end: number) => T): T {
  memory.set(bytes, 3);
  const taken = take(memory, 3, 3 + bytes.length);
  memory.fill(0xaa, 3, 3 + bytes.length);
  return taken;
}
