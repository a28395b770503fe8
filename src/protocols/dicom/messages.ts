import type { Side } from '../../model/facts.ts';
import type { AnalyzerContext } from '../analyzer.ts';
import { type MessageSink, MessageStream } from './message-stream.ts';
import type { Negotiation } from './negotiation.ts';

/** The presentation data values of one direction, sorted into the message streams of their contexts. */
export class Messages {
  private readonly side: Side;
  private readonly context: AnalyzerContext;
  private readonly negotiation: Negotiation;
  private readonly sink: MessageSink;
  private streams = new Map<number, MessageStream>();
  private doubt: boolean;
  private current: MessageStream | null = null;
  private control = 0;
  /** Streams that reached Pixel Data during this call of `data`. */
  private readonly atBulk: MessageStream[] = [];

  /** `doubt`: the direction was joined in the middle, so that a message may be going on. */
  constructor(side: Side, context: AnalyzerContext, negotiation: Negotiation, sink: MessageSink, doubt: boolean) {
    this.side = side;
    this.context = context;
    this.negotiation = negotiation;
    this.sink = sink;
    this.doubt = doubt;
  }

  begin(contextId: number, control: number, offset: number): void {
    this.control = control;
    this.current = this.streams.get(contextId) ?? this.make(contextId, offset);
    this.current.begin(control, offset);
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

  /** A new association: closes what is open and forgets the contexts. */
  reset(): void {
    this.close();
    this.streams = new Map();
    this.current = null;
    this.doubt = false;
  }

  private make(contextId: number, offset: number): MessageStream {
    const stream = new MessageStream(this.side, contextId, this.context, this.negotiation, this.sink, this.doubt);
    this.streams.set(contextId, stream);
    if ((contextId & 1) === 0) this.sink.malformed(this.side, offset, 'presentation-context-id', 'is even');
    return stream;
  }
}
