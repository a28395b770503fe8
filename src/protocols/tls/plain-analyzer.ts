import type { Side } from '../../model/facts.ts';
import { Account } from '../account.ts';
import type { Analyzer, AnalyzerContext } from '../analyzer.ts';
import { type Carried, type CarriedBy, Carrying } from './carried.ts';
import { PlainRecords } from './plain-records.ts';
import type { PlainStep } from './plain-step.ts';

/** TLS joined in the middle whose records showed that they do not encrypt: what they carry is read. */
export class PlainTlsAnalyzer implements Analyzer {
  readonly accounts: readonly [Account, Account] = [new Account(), new Account()];
  private readonly context: AnalyzerContext;
  private readonly carried: Carried;
  private readonly records: readonly [PlainRecords, PlainRecords];
  private stated = false;

  constructor(context: AnalyzerContext, step: PlainStep, carriedBy: CarriedBy) {
    this.context = context;
    this.carried = carriedBy(context, this.accounts, true);
    this.records = [this.recordsOf(0, step), this.recordsOf(1, step)];
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (!this.stated) this.context.emit({ kind: 'tls-unencrypted', side });
    this.stated = true;
    this.records[side].data(bytes, start, end);
  }

  gap(side: Side, length: number): void {
    this.records[side].gap(length);
  }

  close(side: Side, how: 'fin' | 'cut' = 'cut'): void {
    this.records[side].close();
    this.carried.close(side, how);
  }

  private recordsOf(side: Side, { suite, version }: PlainStep): PlainRecords {
    const start = { suite, version, offset: 0, left: 0, changed: false, anywhere: true };
    return new PlainRecords(
      new Carrying(side, this.carried, this.context),
      this.accounts[side],
      start,
      this.context.budget,
    );
  }
}
