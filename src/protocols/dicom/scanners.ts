import type { AnalyzerContext } from '../analyzer.ts';
import { DataSetScanner } from './dataset.ts';

/** What scanners need of their surroundings: the same for all connections, so that these may share them. */
export type ScannerContext = Pick<AnalyzerContext, 'hash' | 'limits' | 'reveal'>;

/** Spare scanners kept: as many as data sets are commonly open at once. */
const sparesMax = 64;

/**
 * Scanners for data sets. One that is done is used for the next data set, of whichever connection: its tables are
 * dear to make, and it remembers the hashes of the data set before.
 */
export class Scanners {
  private readonly context: ScannerContext;
  private readonly spares: DataSetScanner[] = [];

  constructor(context: ScannerContext) {
    this.context = context;
  }

  /** For a data set; `marked` as in `DataSetScanner.begin`. */
  begin(transferSyntax: string | null, proposed: readonly string[], marked: boolean): DataSetScanner {
    const scanner = this.spares.pop() ?? new DataSetScanner({ ...this.context, transferSyntax });
    scanner.begin(transferSyntax, proposed, marked);
    return scanner;
  }

  /** The scanner's data set is over and stated. */
  end(scanner: DataSetScanner): void {
    if (this.spares.length < sparesMax) this.spares.push(scanner);
  }
}
