import type { Side } from '../../model/facts.ts';
import type { LossSink } from './loss.ts';

/** What a deframer finds besides presentation data values. `offset`s count from the direction's first byte. */
export interface PduSink extends LossSink {
  /** A P-DATA-TF begins. */
  dataBegins(side: Side, length: number, offset: number): void;
  /** The whole body of another PDU, which began at `offset`. */
  whole(side: Side, type: number, bytes: Uint8Array, start: number, end: number, offset: number): void;
  malformed(side: Side, offset: number, field: string, reason: string): void;
}

/** What takes the presentation data values, in order. */
export interface ValueSink {
  /** A value of `length` bytes begins, its header at `offset`. */
  begin(contextId: number, control: number, offset: number, length: number): void;
  bytes(bytes: Uint8Array, start: number, end: number): void;
  /** How many of the next bytes of the value it need not be shown, whatever comes of the other side meanwhile. */
  readonly unneeded: number;
  /** Of what the value is a part of, how many bytes came before its next one, missing ones too. */
  readonly position: number;
  /**
   * How many bytes from a later position on need not be shown either, of the same data set; 0 where that cannot be
   * told.
   */
  unneededFrom(position: number): number;
  /** The next `length` bytes of the value came, all of them such as it need not be shown. */
  passed(length: number): void;
  /** The next `length` bytes of the value are missing. */
  gap(length: number): void;
  end(): void;
  /** `length` bytes are missing or unreadable, in which any values may have been. */
  hole(length: number): void;
}
