import { HeldBytes } from '../bytes/held-bytes.ts';
import type { Side } from '../model/facts.ts';
import type { Analyzer } from './analyzer.ts';

/**
 * The first bytes, gaps and closes of a connection, in the order in which they came, to be replayed once its protocol
 * is known.
 */
export class Recording {
  /** Joined in the middle, or with a gap among the first bytes. */
  midStream: boolean;
  private readonly sides: readonly [SideBytes, SideBytes] = [new SideBytes(), new SideBytes()];
  private readonly events: Event[] = [];

  constructor(midStream: boolean) {
    this.midStream = midStream;
  }

  /** Memory held, in bytes. */
  get cost(): number {
    return this.sides[0].held.length + this.sides[1].held.length + eventBytes * this.events.length;
  }

  side(side: Side): { readonly bytes: Uint8Array; readonly length: number } {
    return this.sides[side].held;
  }

  /** Where the side's bytes after its last gap start. */
  tailStart(side: Side): number {
    return this.sides[side].tailStart;
  }

  /** Whether the side's bytes start where its capture does. */
  fromStart(side: Side): boolean {
    return this.sides[side].tailStart === 0;
  }

  /** Whether the side has so many more bytes that a look is due; `last` asks for any. */
  due(side: Side, last: boolean): boolean {
    const of = this.sides[side];
    if (of.held.length === 0) return false;
    if (!last && of.held.length < of.lookAt) return false;
    of.lookAt = 2 * of.held.length;
    return true;
  }

  add(side: Side, bytes: Uint8Array, start: number, end: number): void {
    this.sides[side].held.append(bytes, start, end);
    const last = this.events.at(-1);
    if (last !== undefined && last.side === side && 'length' in last) last.length += end - start;
    else this.events.push({ side, length: end - start });
  }

  gap(side: Side, length: number): void {
    const of = this.sides[side];
    of.tailStart = of.held.length;
    this.midStream = true;
    const last = this.events.at(-1);
    if (last !== undefined && last.side === side && 'gap' in last) last.gap += length;
    else this.events.push({ side, gap: length });
  }

  close(side: Side, how: 'fin' | 'cut'): void {
    this.events.push({ side, how });
  }

  replay(to: Analyzer): void {
    const at = [0, 0];
    for (const event of this.events) {
      const { side } = event;
      if ('length' in event) {
        to.data(side, this.sides[side].held.bytes, at[side], at[side] + event.length);
        at[side] += event.length;
      } else if ('gap' in event) to.gap(side, event.gap);
      else to.close(side, event.how);
    }
  }
}

type Event = { readonly side: Side } & ({ length: number } | { gap: number } | { readonly how: 'fin' | 'cut' });

/** What an event costs, so that a flood of tiny segments or of gaps counts for what it is. */
const eventBytes = 64;

/** First length at which the middle of a stream is looked at; then at each doubling, so that the work stays linear. */
const lookFirst = 1;

/** The bytes of a side, those on both sides of a gap next to each other. */
class SideBytes {
  /** Not bounded here: who records many bounds the cost of all. */
  readonly held = new HeldBytes(2 ** 30 - 1);
  /** Where the bytes after the last gap start. */
  tailStart = 0;
  lookAt = lookFirst;
}
