import { type Packet, SYN } from '../decode/packet.ts';
import type { Closing } from './closing.ts';
import type { Matching } from './matching.ts';
import { Age, Flag } from './slots.ts';
import type { Streams } from './streams.ts';

/**
 * Segments with strange numbers between ends that have a connection: a port pair used again, or an attempt to end
 * what lives. A host that gets a SYN which is not its peer's acknowledges it with the numbers it has and goes on
 * (RFC 5961 section 4.2): so a living connection is over only when the SYN of another is answered.
 */
export class Claims {
  private readonly streams: Streams;
  private readonly matching: Matching;
  private readonly closing: Closing;

  constructor(streams: Streams, matching: Matching, closing: Closing) {
    this.streams = streams;
    this.matching = matching;
    this.closing = closing;
  }

  /**
   * Makes room for a connection beside those that `matching` counted; how many of them stay. A SYN replaces at once
   * what is over and what nobody answered, and so does a SYN-ACK, where one direction alone is captured; on another
   * VLAN it is another network's, and both live.
   */
  makeRoom(packet: Packet): number {
    const { matching, closing } = this;
    const { slots, limits } = this.streams;
    let others = matching.count;
    for (let slot = packet.flags & SYN ? matching.newest : -1; slot !== -1; ) {
      const older = matching.older(slot, packet);
      const over = slots.age[slot] >= Age.closed || !matching.heardBoth(slot);
      if (over && matching.sameNetwork(slot, packet)) {
        closing.end(slot, 'replaced');
        others--;
      }
      slot = older;
    }
    if (others < limits.sameKeyConnectionsMax) return others;
    closing.end(matching.spare, 'replaced');
    return others - 1;
  }

  /** The SYN of a connection that claims the ends of others was answered: those of its network are over. */
  answered(claim: number, packet: Packet): void {
    const { matching } = this;
    const { slots } = this.streams;
    slots.flags[claim] &= ~Flag.claim;
    for (let slot = slots.first(packet, slots.ends.tunnel(claim)); slot !== -1; ) {
      const older = matching.older(slot, packet);
      if (slot !== claim && matching.sameNetwork(slot, packet)) this.closing.end(slot, 'replaced');
      slot = older;
    }
  }
}
