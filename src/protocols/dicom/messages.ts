import type { Budget } from '../../bytes/held-bytes.ts';
import type { Side } from '../../model/facts.ts';
import type { Account } from '../account.ts';
import type { AnalyzerContext } from '../analyzer.ts';
import { FewByNumber } from '../few-by-number.ts';
import type { ValueSink } from './deframed.ts';
import { MessageStream, type SharedByStreams } from './message-stream.ts';
import type { Negotiation } from './negotiation.ts';
import type { Scanners } from './scanners.ts';

export interface MessageSink {
  malformed(side: Side, offset: number, field: string, reason: string): void;
}

/** The presentation data values of one direction, sorted into the message streams of their contexts. */
export class Messages implements ValueSink, SharedByStreams {
  readonly side: Side;
  readonly context: AnalyzerContext;
  readonly negotiation: Negotiation;
  readonly scanners: Scanners;
  readonly account: Account;
  readonly budget: Budget;
  private readonly sink: MessageSink;
  private readonly streams = new FewByNumber<MessageStream>();
  private doubt: boolean;
  private current: MessageStream | null = null;
  private control = 0;
  /** Streams that reached Pixel Data during this call of `data`. */
  private readonly atBulk: MessageStream[] = [];
  /** Mistakes of a sender that it makes in each message: said once. */
  private readonly said: string[] = [];

  /** `doubt`: the direction was joined in the middle, so that a message may be going on. */
  constructor(
    side: Side,
    context: AnalyzerContext,
    negotiation: Negotiation,
    scanners: Scanners,
    sink: MessageSink,
    account: Account,
    doubt: boolean,
  ) {
    this.side = side;
    this.context = context;
    this.negotiation = negotiation;
    this.scanners = scanners;
    this.budget = { bytesLeft: context.limits.commandSetBytesMax };
    this.sink = sink;
    this.account = account;
    this.doubt = doubt;
  }

  /** Whether no value came yet in this association. */
  get untouched(): boolean {
    return this.streams.size === 0;
  }

  begin(contextId: number, control: number, offset: number, length: number): void {
    this.control = control;
    this.current = this.streams.get(contextId) ?? this.make(contextId, offset);
    this.current.begin(control, offset, length);
  }

  bytes(bytes: Uint8Array, start: number, end: number): void {
    const current = this.current!;
    if (current.bytes(bytes, start, end)) this.atBulk.push(current);
  }

  gap(length: number): void {
    this.current!.gap(length);
  }

  end(): void {
    this.current!.end(this.control);
  }

  /** `length` bytes are missing or unreadable, in which values of any context may have been. */
  hole(length: number): void {
    this.doubt = true;
    for (const stream of this.streams.values()) stream.hole(stream === this.current ? length : 0);
  }

  /** The end of a call of `data`: states what reached Pixel Data and goes on. */
  settle(): void {
    if (this.atBulk.length === 0) return;
    for (const stream of this.atBulk) stream.interim();
    this.atBulk.length = 0;
  }

  /** States what is open as cut. */
  close(): void {
    for (const stream of this.streams.values()) stream.close();
  }

  /**
   * A new association: closes what is open and forgets the contexts. The side that asks for it is at the beginning of a
   * message; the other may still be in the middle of one, whose rest is none of the new association's.
   */
  reset(asks: boolean): void {
    this.close();
    this.doubt = !asks && this.streams.size > 0;
    this.streams.clear();
  }

  malformed(offset: number, field: string, reason: string): void {
    const mistake = `${field} ${reason}`;
    if (this.said.includes(mistake)) return;
    this.said.push(mistake);
    this.sink.malformed(this.side, offset, field, reason);
  }

  private make(contextId: number, offset: number): MessageStream {
    const stream = new MessageStream(this, contextId, this.doubt);
    this.streams.set(contextId, stream);
    if ((contextId & 1) === 0) this.malformed(offset, 'presentation-context-id', 'is even');
    else if (!this.doubt && this.negotiation.refuses(contextId)) {
      this.malformed(offset, 'presentation-context-id', 'was never accepted');
    }
    return stream;
  }
}
