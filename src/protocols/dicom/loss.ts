import type { Side } from '../../model/facts.ts';

export interface LossSink {
  /** `bytes` bytes from `offset` on could not be read. */
  lostStep(side: Side, offset: number, bytes: number): void;
  /** Bytes that were there and were not understood. */
  unread(side: Side, bytes: number): void;
}

/** What one direction lost since it lost its step: counted at once, said when the step is found again. */
export class Loss {
  private readonly side: Side;
  private readonly sink: LossSink;
  /** Joined in the middle, first PDU not found yet: what comes before it is no loss of step. */
  private joining: boolean;
  /** Where the loss began; -1 when there is none. */
  private from = -1;
  private bytes = 0;

  constructor(side: Side, sink: LossSink, joining: boolean) {
    this.side = side;
    this.sink = sink;
    this.joining = joining;
  }

  /** Bytes from `offset` on are lost; of one loss only the first offset counts. */
  add(offset: number, bytes: number): void {
    if (this.from < 0) this.from = offset;
    this.skipped(bytes);
  }

  /** Bytes are passed over: part of the loss if there is one. */
  skipped(bytes: number): void {
    if (this.from >= 0) this.bytes += bytes;
    if (bytes > 0) this.sink.unread(this.side, bytes);
  }

  /** A PDU was found by looking for it. */
  stepFound(): void {
    if (this.joining) this.from = -1;
    this.joining = false;
    this.end();
  }

  /** The loss is over, or the direction is: it is said. */
  end(): void {
    const { from, bytes } = this;
    this.from = -1;
    this.bytes = 0;
    if (from >= 0 && !(this.joining && bytes === 0)) this.sink.lostStep(this.side, from, bytes);
  }
}
