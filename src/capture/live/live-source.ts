import type { InterfaceStatus } from '../../model/live-status.ts';
import type { Batch } from '../batch.ts';

/** What happened to a capture, in the order of the packets: told between batches. */
export type LiveEvent =
  /**
   * A stream of packets begins: `start` counts from 1. What follows is another capture than what came before. `missed`:
   * packets that the interface counted while nothing captured, since the one before ended; null where that is not
   * known.
   */
  | { readonly kind: 'began'; readonly start: number; readonly engine: string; readonly missed: number | null }
  | { readonly kind: 'packets'; readonly batch: Batch }
  /** So many packets were lost at a place (`interface`, `kernel`, `helper`) since it was last told. */
  | { readonly kind: 'dropped'; readonly place: string; readonly packets: number }
  /** The stream ended; `why` in words. Unless `stop` was asked, another will begin. */
  | { readonly kind: 'ended'; readonly why: string };

/**
 * One interface being listened to through a helper, for as long as wanted: when the helper dies or the interface goes,
 * it begins again with back-off. Never throws for anything that the outside does.
 */
export interface LiveSource {
  /**
   * The next event; null after `stop`, when all that was received has been given out. A batch is reused by the next
   * call.
   */
  next(): Promise<LiveEvent | null>;
  /** Ends the helper; what it had captured still comes out of `next`. */
  stop(): void;
  readonly status: InterfaceStatus;
}
