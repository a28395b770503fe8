import type { Closing } from './closing.ts';
import { Age, Flag } from './slots.ts';
import type { Streams } from './streams.ts';

/** Which connections are given up, before their time, to keep memory bounded. */
export class Eviction {
  private readonly streams: Streams;
  private readonly closing: Closing;

  constructor(streams: Streams, closing: Closing) {
    this.streams = streams;
    this.closing = closing;
  }

  /** Frees the idlest slot: closed ones first of equal age, identified ones last. */
  any(): void {
    const { slots, counts } = this.streams;
    let idlest = -1;
    for (const age of [Age.closed, Age.reset, Age.halfOpen, Age.unknown, Age.identified]) {
      const slot = slots.idlest(age);
      if (slot !== -1 && (idlest === -1 || slots.idleSince[slot] < slots.idleSince[idlest])) idlest = slot;
    }
    if (slots.age[idlest] < Age.closed) counts.evicted++;
    this.closing.end(idlest, 'evicted');
  }

  /**
   * Ends the idlest connection of a protocol of ours: those that were reset first, then one that is not `spared`, if
   * there is one among the idlest. Not while a packet is being read: its connection, or one that it is held against,
   * may be the idlest.
   */
  identified(spared: (slot: number) => boolean): void {
    const { slots, counts } = this.streams;
    for (let slot = slots.idlest(Age.reset); slot !== -1; slot = slots.idlest(Age.reset)) {
      const ours = (slots.flags[slot] & Flag.ours) !== 0;
      this.closing.end(slot, 'evicted');
      if (ours) return;
    }
    const idlest = slots.idlest(Age.identified);
    if (idlest === -1) return;
    let slot = idlest;
    for (let i = 0; i < lookedAtMax && slot !== -1 && spared(slot); i++) slot = slots.younger(slot);
    if (slot === -1 || spared(slot)) slot = idlest;
    counts.evicted++;
    this.closing.end(slot, 'evicted');
  }
}

/** Of the idlest, how many are looked at for one that is not spared. */
const lookedAtMax = 256;
