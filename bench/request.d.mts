/** What a run of the benchmark is asked for. */
export interface BenchRequest {
  readonly quick: boolean;
  readonly parts: readonly {
    readonly name: string;
    readonly kind: string;
    readonly size: number;
    readonly programs: readonly string[];
  }[];
  readonly leftOut: readonly string[];
  readonly rounds: number;
  readonly scale: number;
  readonly out: string | null;
  readonly build: boolean;
}

export function requestOf(words: readonly string[]): BenchRequest;
