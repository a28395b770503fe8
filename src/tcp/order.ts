import { reaching } from '../bytes/column.ts';
import type { Share } from '../decode/share.ts';

/**
 * When something is stated, where several trackers share connections among them and each sees all packets: by this what
 * they state is put in the order in which one tracker would have stated it. At nearly every moment (a packet, or time
 * led on) one connection states something. Where time or input ends several do: in the order of the lists that they
 * wait in, and there of when they were put in.
 */
export class Order {
  /** Which connections this tracker has. */
  readonly share: Share;
  /** Segments of other shares that came to it. */
  passedOver = 0;
  /** Moments so far. */
  moment = 0;
  /** Within a moment: `Stage`, or above it the list of age. */
  stage: number = Stage.packet;
  /** Within a stage: the moment at which what waited was put there. */
  since = 0;
  /** By slot, when it was put where it is in its list. */
  private putAt = new Float64Array(4096);

  constructor(share: Share) {
    this.share = share;
  }

  next(): void {
    this.moment++;
  }

  /** A slot was put where it is now in its list. */
  put(slot: number): void {
    this.putAt = reaching(this.putAt, slot);
    this.putAt[slot] = this.moment;
  }

  /** What is stated from here on is of a connection in a list of age. */
  ofList(age: number, slot: number): void {
    this.waited(Stage.firstAge + age, this.putAt[slot]);
  }

  /** It is of something that waited since a moment. */
  waited(stage: number, since: number): void {
    this.stage = stage;
    this.since = since;
  }

  /** It is of the packet at hand. */
  atHand(): void {
    this.stage = Stage.packet;
    this.since = 0;
  }
}

/** Holes are given up first, then lists of age in turn, and then the packet is read. */
export const Stage = { holes: 0, firstAge: 1, packet: 15 } as const;
