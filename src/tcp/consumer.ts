import type { Packet } from '../decode/packet.ts';
import type { Side } from '../model/facts.ts';
import type { ConnectionRecord } from '../model/records.ts';

export type Ended = ConnectionRecord['ended'];

/** Who takes the ordered bytes of the connections. `slot` names a connection until `ended` was called for it. */
export interface StreamConsumer {
  data(slot: number, side: Side, bytes: Uint8Array, start: number, end: number): void;
  /** Bytes that will never come: lost, or cut off by the snap length. */
  gap(slot: number, side: Side, length: number): void;
  /**
   * How many of the next bytes of a side it need not be shown, whatever they are and whatever comes of the other side
   * meanwhile. Asked after `data`; absent of one that wants to see all.
   */
  unneeded?(slot: number, side: Side): number;
  /**
   * Bytes `start` to `end` of a side came early, `ahead` after the next one, and are held. How many of those after them
   * it need not be shown either, once these were, whatever comes of what lies before: 0 if that cannot be told yet.
   */
  unneededAfter?(slot: number, side: Side, bytes: Uint8Array, start: number, end: number, ahead: number): number;
  /**
   * The next `length` bytes of a side came, all of them such as it need not be shown. Told before anything else of the
   * connection but a `path`.
   */
  passed?(slot: number, side: Side, length: number): void;
  close(slot: number, side: Side, how: 'fin' | 'cut'): void;
  ended(slot: number, how: Ended): void;
  /**
   * `packet` of a connection came in other VLANs or tunnels than the one before it; the first only if it came in any.
   * Told before the bytes of the packet; often, where a connection is mirrored from two VLANs.
   */
  path(slot: number, packet: Packet): void;
}
