import type { Side } from '../../model/facts.ts';
import type { Account } from '../account.ts';

export interface LossSink {
  /** `bytes` bytes from `offset` on could not be read. */
  lostStep(side: Side, offset: number, bytes: number): void;
}

/** What one direction lost since it lost its step: counted at once, said when the step is found again. */
export class Loss {
  private readonly side: Side;
  private readonly sink: LossSink;
  private readonly account: Account;
  /** Joined in the middle, first PDU not found yet: what comes before it is no loss of step. */
  private joining: boolean;
  /** Where the loss began; -1 when there is none. */
  private from = -1;
  private bytes = 0;

  constructor(side: Side, sink: LossSink, account: Account, joining: boolean) {
    this.side = side;
    this.sink = sink;
    this.account = account;
    this.joining = joining;
  }

  /** Bytes from `offset` on are lost; of one loss only the first offset counts. */
  add(offset: number, bytes: number): void {
    if (this.from < 0) this.from = offset;
    this.skipped(bytes);
  }

  /** Bytes are passed over: part of the loss if there is one, else of a PDU that breaks its format. */
  skipped(bytes: number): void {
    if (this.from >= 0) {
      this.bytes += bytes;
      this.account.lostStep += bytes;
    } else this.account.malformed += bytes;
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
