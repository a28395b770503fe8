import type { Budget } from '../bytes/held-bytes.ts';
import type { Fact, Side } from '../model/facts.ts';
import type { Limits } from '../model/limits.ts';
import type { Account } from './account.ts';

/**
 * What an analyzer is: ordered bytes of two directions in, facts out. It has no clock, file, socket or log, and
 * keeps no reference to `bytes` after `data` returns, for the memory is reused.
 */
export interface Analyzer {
  /** What became of each side's bytes; absent of a reader that does not count them. */
  readonly accounts?: readonly [Account, Account];
  /** Bytes `start` to `end` of `bytes` are the next ones of `side`. */
  data(side: Side, bytes: Uint8Array, start: number, end: number): void;
  /** The next `length` bytes of `side` were sent but never seen. */
  gap(side: Side, length: number): void;
  /**
   * How many of the next bytes of `side` it need not be shown, whatever they are and whatever the other side says
   * meanwhile: of those that came it is told their number before anything else. These are absent of a reader that wants
   * to see all.
   */
  unneeded?(side: Side): number;
  /** As `StreamConsumer.unneededAfter`. */
  unneededAfter?(side: Side, bytes: Uint8Array, start: number, end: number, ahead: number): number;
  /** The next `length` bytes of `side` came, all of them such as it need not be shown. */
  passed?(side: Side, length: number): void;
  /** `side` will send no more; `how` is `fin`, or `cut` when the connection was reset, expired or the input ended. */
  close(side: Side, how: 'fin' | 'cut'): void;
}

/** What every analyzer is given. */
export interface AnalyzerContext {
  /** A command's and a data set's fact are good until this returns: their objects are used for the next ones. */
  emit(fact: Fact): void;
  readonly hash: KeyedHash;
  readonly limits: Limits;
  /** Bounds what the analyzers of all connections hold together; each by itself where it is not given. */
  readonly budget?: Budget;
  /** With `--reveal`: shown attributes carry their decoded values. */
  readonly reveal: boolean;
}

/**
 * HMAC-SHA-256 of a value's bytes, `start` to `end`, under the site's key and a domain, its first 128 bits in
 * lower-case hexadecimal; of `content` 64, for what is hashed there is but a checksum.
 */
export type KeyedHash = (
  domain: 'patient' | 'study' | 'instance' | 'content',
  bytes: Uint8Array,
  start: number,
  end: number,
) => string;

/**
 * What a recogniser says of the first bytes of one direction: `yes`, `no`, or `more` while they could still
 * become the protocol. Pure; called again with a longer prefix after `more`.
 */
export type Recognise = (bytes: Uint8Array, start: number, end: number) => 'yes' | 'no' | 'more';
