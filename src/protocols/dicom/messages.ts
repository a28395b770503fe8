import type { Side } from '../../model/facts.ts';
import type { Account } from '../account.ts';
import type { AnalyzerContext } from '../analyzer.ts';
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
  /** Of command fragments, of all contexts together. */
  bytesLeft: number;
  private readonly sink: MessageSink;
  /** Nearly always one: it goes from context to context between messages. */
  private streams: readonly MessageStream[] = none;
  private doubt: boolean;
  private current: MessageStream | null = null;
  private control = 0;
  /** A stream reached Pixel Data during this call of `data`. */
  private atBulk = false;
  /** Mistakes of a sender that it makes in each message: said once. */
  private said: readonly string[] = none;

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
    this.bytesLeft = context.limits.commandSetBytesMax;
    this.sink = sink;
    this.account = account;
    this.doubt = doubt;
  }

  /** Whether no value came yet in this association. */
  get untouched(): boolean {
    return this.streams.length === 0;
  }

  begin(contextId: number, control: number, offset: number, length: number): void {
    this.control = control;
    this.current = this.streamOf(contextId, offset);
    this.current.begin(control, offset, length);
  }

  bytes(bytes: Uint8Array, start: number, end: number): void {
    if (this.current!.bytes(bytes, start, end)) this.atBulk = true;
  }

  get unneeded(): number {
    return this.current!.unneeded;
  }

  get position(): number {
    return this.current!.position;
  }

  unneededFrom(position: number): number {
    return this.current!.unneededFrom(position);
  }

  passed(length: number): void {
    this.current!.passed(length);
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
    for (const stream of this.streams) stream.hole(stream === this.current ? length : 0);
  }

  /** The end of a call of `data`: states what reached Pixel Data and goes on. */
  settle(): void {
    if (!this.atBulk) return;
    for (const stream of this.streams) stream.interim();
    this.atBulk = false;
  }

  /** States what is open as cut. */
  close(): void {
    for (const stream of this.streams) stream.close();
  }

  /**
   * A new association: closes what is open and forgets the contexts. The side that asks for it is at the beginning of a
   * message; the other may still be in the middle of one, whose rest is none of the new association's.
   */
  reset(asks: boolean): void {
    this.close();
    this.doubt = !asks && this.streams.length > 0;
    this.streams = none;
  }

  malformed(offset: number, field: string, reason: string): void {
    const mistake = `${field} ${reason}`;
    if (this.said.includes(mistake)) return;
    this.said = [...this.said, mistake];
    this.sink.malformed(this.side, offset, field, reason);
  }

  private streamOf(contextId: number, offset: number): MessageStream {
    for (const stream of this.streams) if (stream.contextId === contextId) return stream;
    this.judge(contextId, offset);
    for (const stream of this.streams) if (stream.turn(contextId, this.doubt)) return stream;
    const stream = new MessageStream(this, contextId, this.doubt);
    // A list of one is made as such: one that grows has room for many.
    this.streams = this.streams.length === 0 ? [stream] : [...this.streams, stream];
    return stream;
  }

  private judge(contextId: number, offset: number): void {
    if ((contextId & 1) === 0) this.malformed(offset, 'presentation-context-id', 'is even');
    else if (!this.doubt && this.negotiation.refuses(contextId)) {
      this.malformed(offset, 'presentation-context-id', 'was never accepted');
    }
  }
}

/** For all connections: most add nothing to it. */
const none: readonly never[] = [];
