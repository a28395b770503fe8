import type { Fact } from '../model/facts.ts';
import type { Ended } from '../tcp/consumer.ts';
import type { Order } from '../tcp/order.ts';
import type { PathNotes } from '../tcp/path-notes.ts';
import type { Slots } from '../tcp/slots.ts';
import type { Streams } from '../tcp/streams.ts';

/**
 * Who takes what is stated of connections, in the order of the packets: between the two halves of the engine. `slot` is
 * where the connection stands as it is now (`Seen`); `row`, of one of a protocol of ours, what `begun` gave for it.
 */
export interface Statements {
  /** Records are due: `settle` is called before the next packet. */
  readonly due: boolean;
  settle(): void;
  /** A connection was identified. */
  begun(slot: number, protocol: string, why: string): number;
  fact(row: number, slot: number, fact: Fact): void;
  /** An error of ours ended the reading of a connection. */
  failed(row: number, slot: number): void;
  /** The capture was interrupted while it lasted. */
  interrupted(row: number, slot: number): void;
  /**
   * A connection is over, of whichever protocol: `protocol` as the record has it. `row` is `noRow` of those that are
   * none of ours.
   */
  ended(row: number, slot: number, how: Ended, protocol: string, why: string): void;
}

export const noRow = -1;

/** What stands behind a statement at the moment at which it is made. */
export interface Seen {
  readonly slots: Slots;
  readonly paths: PathNotes;
  /** Time and packet of the statement. */
  readonly at: Pick<Streams, 'seconds' | 'nanos' | 'input' | 'frame'>;
  /** Null where one dissector has all connections. */
  readonly order: Order | null;
}
