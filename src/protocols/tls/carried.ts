import type { Side } from '../../model/facts.ts';
import type { Account } from '../account.ts';
import type { Analyzer, AnalyzerContext } from '../analyzer.ts';

/** What reads the plaintext that records carry where the suite does not encrypt. It accounts every byte it is given. */
export interface Carried extends Analyzer {
  /** At least about `length` bytes are missing, nobody knows how many: records were among them. */
  astray(side: Side, length: number): void;
}

export type CarriedBy = (context: AnalyzerContext, accounts: readonly [Account, Account]) => Carried;
