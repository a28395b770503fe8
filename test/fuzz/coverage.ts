import { type Profiler, Session } from 'node:inspector';

/** The places of one script that were ever executed, and those of the last look. */
interface Script {
  seen: Uint8Array;
  now: Uint8Array;
  /** What the last look painted, to be wiped before the next. */
  touched: readonly Profiler.FunctionCoverage[];
  /**
   * Where blocks begin, as far as V8 has told of them: it leaves out those that ran as often as what is around them.
   */
  readonly blocks: Set<number>;
}

/** New places of one look: per script the offsets that never ran before. */
export type Places = ReadonlyMap<string, readonly number[]>;

/**
 * V8's precise block coverage of source files of ours, looked at between runs: it costs nothing while code runs, and
 * about half a millisecond a look. Only code compiled after `start` counts, so what is measured is imported later.
 */
export class Coverage {
  private readonly session = new Session();
  private readonly covers: readonly string[];
  private readonly scripts = new Map<string, Script>();
  private looked: Profiler.ScriptCoverage[] = [];

  /** `covers`: parts of the URLs of the scripts that count, such as `src/decode/`. */
  constructor(covers: readonly string[]) {
    // The program as it is compiled has files of another ending.
    this.covers = covers.map((part) => `/${part.replace(/ts$/, '')}`);
  }

  start(): void {
    this.session.connect();
    this.session.post('Profiler.enable');
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Looks at what ran since the last look; whether any of it is new. */
  look(): boolean {
    for (const { url } of this.looked) wipe(this.scripts.get(url) as Script);
    this.looked = this.taken();
    let found = false;
    for (const { url, functions } of this.looked) {
      const script = this.scriptOf(url, functions);
      paint(script, functions);
      found ||= hasNew(script);
    }
    return found;
  }

  /** The new code of the last look. */
  places(): Places {
    const places = new Map<string, number[]>();
    for (const { url } of this.looked) {
      const { seen, now } = this.scripts.get(url) as Script;
      const offsets: number[] = [];
      for (let i = 0; i < now.length; i++) if (now[i] > seen[i]) offsets.push(i);
      if (offsets.length > 0) places.set(url, offsets);
    }
    return places;
  }

  /** Whether the last look ran all these places. */
  ran(places: Places): boolean {
    for (const [url, offsets] of places) {
      const script = this.scripts.get(url);
      if (script === undefined || !offsets.every((at) => script.now[at] === 1)) return false;
    }
    return true;
  }

  /** What the last look saw is not new any more. */
  accept(): void {
    for (const { url } of this.looked) {
      const { seen, now } = this.scripts.get(url) as Script;
      for (let i = 0; i < now.length; i++) seen[i] |= now[i];
    }
  }

  /** Nothing counts as seen. */
  forget(): void {
    for (const { seen } of this.scripts.values()) seen.fill(0);
  }

  get blocks(): { covered: number; total: number } {
    let covered = 0;
    let total = 0;
    for (const { seen, blocks } of this.scripts.values()) {
      total += blocks.size;
      for (const start of blocks) covered += seen[start];
    }
    return { covered, total };
  }

  /** Source lines of blocks never run, as `URL offset`, for who wants to know what is missing. */
  missing(): string[] {
    return [...this.scripts].flatMap(([url, { seen, blocks }]) =>
      [...blocks].filter((start) => seen[start] === 0).map((start) => `${url} ${start}`),
    );
  }

  private taken(): Profiler.ScriptCoverage[] {
    let list: Profiler.ScriptCoverage[] = [];
    this.session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) throw error;
      list = taken.result.filter(({ url }) => this.covers.some((part) => url.includes(part)));
    });
    return list;
  }

  private scriptOf(url: string, functions: readonly Profiler.FunctionCoverage[]): Script {
    let script = this.scripts.get(url);
    if (script === undefined) {
      script = { seen: new Uint8Array(0), now: new Uint8Array(0), touched: [], blocks: new Set() };
      this.scripts.set(url, script);
    }
    const end = functions.reduce((most, { ranges }) => Math.max(most, ranges[0].endOffset), 0);
    if (end > script.now.length) {
      script.seen = larger(script.seen, end);
      script.now = larger(script.now, end);
    }
    return script;
  }
}

/** Functions come outermost first, and in each its ranges: what is inside is painted over what is around it. */
function paint(script: Script, functions: readonly Profiler.FunctionCoverage[]): void {
  const { now, blocks } = script;
  script.touched = functions;
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count } of ranges) {
      now.fill(count > 0 ? 1 : 0, startOffset, endOffset);
      blocks.add(startOffset);
    }
  }
}

function wipe(script: Script): void {
  for (const { ranges } of script.touched) script.now.fill(0, ranges[0].startOffset, ranges[0].endOffset);
}

function hasNew({ seen, now, touched }: Script): boolean {
  for (const { ranges } of touched) {
    const { startOffset, endOffset } = ranges[0];
    for (let i = startOffset; i < endOffset; i++) if (now[i] > seen[i]) return true;
  }
  return false;
}

function larger(bytes: Uint8Array, length: number): Uint8Array {
  const grown = new Uint8Array(length);
  grown.set(bytes);
  return grown;
}
