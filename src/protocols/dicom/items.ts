import { Malformed } from '../../bytes/malformed.ts';
import type { Reader } from '../../bytes/reader.ts';

/**
 * Items and sub-items of A-ASSOCIATE PDUs, PS3.8 section 9.3.1, one after the other:
 *
 *    0  1  type
 *    1  1  reserved
 *    2  2  length of what follows
 *    4  …  value
 *
 * Each is read with a reader that cannot see past it, so that a bad one costs itself only. One that is longer than
 * its container ends the walk, for nothing tells where the next would begin.
 */
export function readItems(container: Reader, faults: Faults, read: (type: number, item: Reader) => void): void {
  try {
    while (container.left > 0) {
      const type = container.u8('item-type');
      container.skip(1, 'item-reserved');
      const item = container.sub(container.u16be('item-length'), 'item-length');
      try {
        read(type, item);
      } catch (error) {
        faults.caught(error);
      }
    }
  } catch (error) {
    faults.caught(error);
  }
}

/** What was wrong with one PDU: each kind once, so that 128 equal mistakes are one fact. */
export class Faults {
  readonly list: Malformed[] = [];
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  add(field: string, offset: number, reason: string): void {
    if (this.list.length >= this.most) return;
    for (const known of this.list) if (known.field === field && known.reason === reason) return;
    this.list.push(new Malformed(field, offset, reason));
  }

  /** Takes a thrown `Malformed`; anything else is a bug and goes on. */
  caught(error: unknown): void {
    if (!(error instanceof Malformed)) throw error;
    this.add(error.field, error.offset, error.reason);
  }
}
