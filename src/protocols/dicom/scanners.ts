import type { AnalyzerContext } from '../analyzer.ts';
import { DataSetScanner } from './dataset.ts';

/**
 * The scanners of one connection. One that is done is used for the next data set: an association of a hundred
 * contexts, used one after the other, needs one, and a scanner remembers the hashes of the data set before.
 */
export class Scanners {
  private readonly context: AnalyzerContext;
  private spare: DataSetScanner | null = null;

  constructor(context: AnalyzerContext) {
    this.context = context;
  }

  begin(transferSyntax: string | null, proposed: readonly string[]): DataSetScanner {
    const { spare } = this;
    if (spare === null) {
      const { hash, limits, reveal } = this.context;
      return new DataSetScanner({ transferSyntax, proposed, hash, limits, reveal });
    }
    this.spare = null;
    spare.begin(transferSyntax, proposed);
    return spare;
  }

  /** The scanner's data set is over and stated. */
  end(scanner: DataSetScanner): void {
    this.spare = scanner;
  }
}
