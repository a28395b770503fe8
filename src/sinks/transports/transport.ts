import type { OutMessage } from '../message.ts';

/** A message with its text. */
export interface Outgoing {
  readonly message: OutMessage;
  readonly text: string;
}

/** A message that the collector will never take, however often it is sent. */
export interface Refusal {
  readonly id: string;
  readonly sentence: string;
}

/**
 * How messages leave. Every method rejects when the way is lost; then it is closed, opened again, and all that was not
 * settled is sent again.
 */
export interface Transport {
  /** Such as `syslog-tls`. */
  readonly kind: string;
  /** Where to, for sentences: never with a secret. */
  readonly target: string;
  /** What `settle` confirms, in words. */
  readonly confirms: string;
  /** At most so many messages, or ms, are sent before they are settled; 0 ms: after each `send`. */
  readonly settleMessages: number;
  readonly settleMs: number;
  /** `lost` is called when the way is lost while nothing is under way. */
  open(lost: (error: unknown) => void): Promise<void>;
  send(messages: readonly Outgoing[]): Promise<void>;
  /** Resolves when all that was sent is confirmed, as far as this transport can; but for what was refused for good. */
  settle(): Promise<readonly Refusal[]>;
  close(): void;
  /** A file is opened anew, for it may have been moved away. */
  reopen?(): Promise<void>;
}

/** How long is waited for the other side, in ms. */
export interface Patience {
  /** For a connection, its TLS handshake included. */
  readonly connectMs: number;
  /** For a peer that takes no more bytes. */
  readonly stallMs: number;
  /** For its end of a connection that is closed, and for answers. */
  readonly answerMs: number;
}

export const patience: Patience = { connectMs: 10_000, stallMs: 30_000, answerMs: 30_000 };
