import type { Budget } from '../bytes/held-bytes.ts';
import type { Fact } from '../model/facts.ts';
import type { Limits } from '../model/limits.ts';
import type { Analyzer, AnalyzerContext, KeyedHash } from '../protocols/analyzer.ts';
import type { ScannerContext } from '../protocols/dicom/scanners.ts';

/** A connection that is read: what its analyzer is given, and of whom it tells. */
export class Reading implements AnalyzerContext {
  readonly hash: KeyedHash;
  readonly limits: Limits;
  readonly reveal: boolean;
  readonly budget: Budget;
  /** What is stated of it goes by it. */
  readonly row: number;
  readonly slot: number;
  /** In the order in which they began. */
  readonly ordinal: number;
  /** When it was identified (`Order`). */
  readonly since: number;
  analyzer: Analyzer | undefined = undefined;
  private readonly all: AllReadings;

  constructor(all: AllReadings, row: number, slot: number, ordinal: number, since: number) {
    this.hash = all.hash;
    this.limits = all.limits;
    this.reveal = all.reveal;
    this.budget = all.budget;
    this.all = all;
    this.row = row;
    this.slot = slot;
    this.ordinal = ordinal;
    this.since = since;
  }

  emit(fact: Fact): void {
    this.all.stated(this, fact);
  }
}

/** What the readers of all connections are given alike, and whom they tell. */
export interface AllReadings extends ScannerContext {
  readonly budget: Budget;
  readonly stated: (reading: Reading, fact: Fact) => void;
}
