import type { Side } from '../../model/facts.ts';
import type { Account } from '../account.ts';
import type { Analyzer, AnalyzerContext } from '../analyzer.ts';
import type { PlaintextTaker } from './plain-records.ts';

/** What reads the plaintext that records carry where the suite does not encrypt. It accounts every byte it is given. */
export interface Carried extends Analyzer {
  /** At least about `length` bytes are missing, nobody knows how many: records were among them. */
  astray(side: Side, length: number): void;
}

/** `midStream`: its first bytes may be anywhere. */
export type CarriedBy = (
  context: AnalyzerContext,
  accounts: readonly [Account, Account],
  midStream: boolean,
) => Carried;

/** One direction of what is carried. */
export class Carrying implements PlaintextTaker {
  private readonly side: Side;
  private readonly carried: Carried;
  private readonly context: AnalyzerContext;

  constructor(side: Side, carried: Carried, context: AnalyzerContext) {
    this.side = side;
    this.carried = carried;
    this.context = context;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    this.carried.data(this.side, bytes, start, end);
  }

  gap(length: number): void {
    this.carried.gap(this.side, length);
  }

  astray(length: number): void {
    this.carried.astray(this.side, length);
  }

  malformed(offset: number, field: string, reason: string): void {
    this.context.emit({ kind: 'malformed', side: this.side, offset, field, reason });
  }
}
