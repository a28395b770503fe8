import { runInThisContext } from 'node:vm';
import { seeded } from '../support/chunks.ts';
import type { Coverage } from './coverage.ts';
import { type Crash, crashKey, crashMessage, minimised } from './crash.ts';
import { joined, Mutator } from './mutator.ts';
import type { Target } from './target.ts';

export interface FuzzerOptions {
  readonly seed: number;
  /** Inputs to begin with, beside the target's own. */
  readonly corpus?: readonly Uint8Array[];
  /** Of the inputs to begin with only this many, evenly chosen. */
  readonly seedsMax?: number;
  /** Tries to make an input smaller that is kept. */
  readonly trimsMax?: number;
  /** A batch that runs for longer is a crash. */
  readonly hangMs?: number;
}

/** Inputs run between two looks at the coverage. */
const batchInputs = 64;
/** Shapes are many more than ways through the code where they combine: beyond, coverage alone guides. */
const shapesMax = 1000;
const crashesMax = 20;

/**
 * Coverage-guided fuzzing: inputs are changed at random; those that run code which never ran before, or end in a way
 * never seen before, are kept and changed further. Everything but time limits follows from the seed.
 */
export class Fuzzer {
  executions = 0;
  readonly corpus: Uint8Array[] = [];
  readonly crashes: Crash[] = [];
  /** Batches whose new coverage no single input of theirs showed again. */
  unsteady = 0;
  private readonly target: Target;
  private readonly coverage: Coverage;
  private readonly options: FuzzerOptions;
  private readonly mutator: Mutator;
  private readonly bytesMax: number;
  private readonly shapes = new Set<string>();
  private readonly keys = new Set<string>();

  constructor(target: Target, coverage: Coverage, options: FuzzerOptions) {
    this.target = target;
    this.coverage = coverage;
    this.options = options;
    this.bytesMax = target.bytesMax ?? 4096;
    this.mutator = new Mutator(seeded(options.seed), target.dictionary ?? [], this.bytesMax);
  }

  /** Runs what there is to begin with, smallest first, and keeps what shows something new. */
  async begin(): Promise<void> {
    const given = [...(await this.target.seeds()), ...(this.options.corpus ?? [])];
    // What ran to make them is not what they run.
    this.coverage.look();
    const inputs = given.map((bytes) => bytes.slice(0, this.bytesMax)).sort((a, b) => a.length - b.length);
    const every = Math.max(1, inputs.length / (this.options.seedsMax ?? Infinity));
    for (let i = 0; i < inputs.length; i += every) await this.single(inputs[Math.floor(i)]);
    if (this.corpus.length === 0) this.corpus.push(new Uint8Array(8));
  }

  /** Runs one batch of new inputs. */
  async step(): Promise<void> {
    const inputs = Array.from({ length: batchInputs }, () => this.mutator.mutate(this.pick(), this.pick()));
    await this.runAll(inputs);
    if (!this.coverage.look()) return;
    const before = this.corpus.length;
    await this.attribute(inputs);
    if (this.corpus.length > before) return;
    this.unsteady++;
    await this.runAll(inputs);
    this.coverage.look();
    this.coverage.accept();
  }

  /** Leaves out of the corpus what others cover, smaller ones first. */
  async thin(): Promise<void> {
    const inputs = this.corpus.splice(0).sort((a, b) => a.length - b.length);
    this.coverage.look();
    this.coverage.forget();
    this.shapes.clear();
    for (const bytes of inputs) await this.single(bytes);
  }

  private pick(): Uint8Array {
    const { corpus, mutator } = this;
    // What was found last leads further most often.
    const recent = mutator.below(2) === 0 ? Math.ceil(corpus.length / 4) : corpus.length;
    return corpus[corpus.length - 1 - mutator.below(recent)];
  }

  private async single(bytes: Uint8Array): Promise<void> {
    const before = this.corpus.length;
    await this.runAll([bytes]);
    if (!this.coverage.look()) return;
    this.coverage.accept();
    if (this.corpus.length === before) this.corpus.push(bytes);
  }

  /** Finds the inputs that made the last look show something new, by halves. */
  private async attribute(inputs: readonly Uint8Array[]): Promise<void> {
    if (inputs.length === 1) {
      await this.keep(inputs[0]);
      return;
    }
    const middle = inputs.length >>> 1;
    for (const half of [inputs.slice(0, middle), inputs.slice(middle)]) {
      await this.runAll(half);
      if (this.coverage.look()) await this.attribute(half);
    }
  }

  /** Keeps an input, made smaller as long as it runs what is new. */
  private async keep(bytes: Uint8Array): Promise<void> {
    const places = this.coverage.places();
    this.coverage.accept();
    let best = bytes;
    let tries = this.options.trimsMax ?? 24;
    for (let size = Math.ceil(best.length / 2); size >= 4 && tries > 0; size = Math.ceil(size / 2)) {
      for (let at = 0; at < best.length && tries > 0; tries--) {
        const candidate = joined(best.subarray(0, at), best.subarray(at + size));
        await this.runAll([candidate]);
        this.coverage.look();
        if (this.coverage.ran(places)) best = candidate;
        else at += size;
      }
    }
    this.corpus.push(best);
  }

  private async runAll(inputs: readonly Uint8Array[]): Promise<void> {
    for (let i = 0; i < inputs.length; ) i = await this.runSome(inputs, i);
  }

  /** Runs inputs until one breaks; answers the index of the next. A watchdog of V8's ends a run that hangs. */
  private async runSome(inputs: readonly Uint8Array[], from: number): Promise<number> {
    let last = from;
    try {
      let pending: Promise<string> | null = null;
      watched(() => {
        for (let at = from; at < inputs.length && pending === null; at++) {
          last = at;
          this.executions++;
          const outcome = this.target.run(inputs[at]);
          if (typeof outcome === 'string') this.shape(outcome, inputs[at]);
          else pending = outcome;
        }
      }, this.options.hangMs ?? 10_000);
      if (pending !== null) this.shape(await pending, inputs[last]);
    } catch (error) {
      await this.crashed(inputs[last], error);
    }
    return last + 1;
  }

  private shape(shape: string, bytes: Uint8Array): void {
    if (shape === '' || this.shapes.size >= shapesMax || this.shapes.has(shape)) return;
    this.shapes.add(shape);
    this.corpus.push(bytes);
  }

  private async crashed(bytes: Uint8Array, error: unknown): Promise<void> {
    const key = crashKey(error);
    if (this.keys.has(key) || this.crashes.length >= crashesMax) return;
    this.keys.add(key);
    const breaks = async (candidate: Uint8Array): Promise<boolean> => {
      this.executions++;
      try {
        await this.target.run(candidate);
        return false;
      } catch (again) {
        return crashKey(again) === key;
      }
    };
    // A run that hangs is kept as it is: each try would hang.
    const least = isHang(error) ? bytes : await minimised(bytes, breaks);
    this.crashes.push({ key, message: crashMessage(error), bytes: Uint8Array.from(least) });
  }
}

/** Where a watched function is found by the script that V8 may end. */
const seat = globalThis as { dicomtapFuzzed?: () => void };

/** Runs a function, and throws when it takes longer: the only way to end an endless loop in the same thread. */
function watched(work: () => void, timeout: number): void {
  seat.dicomtapFuzzed = work;
  runInThisContext('dicomtapFuzzed()', { timeout });
}

function isHang(error: unknown): boolean {
  return (error as { code?: string } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
