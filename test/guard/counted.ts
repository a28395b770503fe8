import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { limits } from '../../src/model/limits.ts';
import { root } from '../support/source-tree.ts';

/** Bytes allocated, bytes copied, asynchronous steps begun: see counting.mjs. */
export type Counted = 'allocated' | 'copied' | 'steps';

/** How much more of a thing a larger capture needs than a smaller one, and by how much it is larger. */
export interface Growth {
  readonly count: number;
  readonly packets: number;
  readonly payloadBytes: number;
  /** Blocks in which the file is read. */
  readonly reads: number;
}

/** Collections few, and code optimised in the one thread when it is due: nearly the same count in each run. */
const flags = ['--min-semi-space-size=64', '--max-semi-space-size=64', '--single-threaded'];

/** pcap record header, Ethernet, IPv4 and TCP, as the makers of inputs write them. */
const headerBytes = 16 + 14 + 20 + 20;
const fileHeaderBytes = 24;

/**
 * The program of this source tree, built into a folder of its own. It is run over two captures of a kind, so that the
 * difference leaves out what starting and warming up costs.
 */
export class Program {
  private readonly folder: string;

  constructor() {
    const cache = join(root, 'node_modules', '.cache');
    mkdirSync(cache, { recursive: true });
    this.folder = mkdtempSync(join(cache, 'guard-'));
    // Imports of packages are found upwards from here, and the program's version beside it.
    copyFileSync(join(root, 'package.json'), join(this.folder, 'package.json'));
    const bundler = join(root, 'node_modules', 'rolldown', 'bin', 'cli.mjs');
    const built = node([bundler, '-c', join(root, 'rolldown.config.mjs'), '--dir', join(this.folder, 'dist')]);
    if (built.status !== 0) throw new Error(built.stderr);
    const kept = node([join(root, 'packaging', 'bytecode.mjs'), join(this.folder, 'dist')]);
    if (kept.status !== 0) throw new Error(kept.stderr);
    writeFileSync(join(this.folder, 'key'), `${'07'.repeat(32)}\n`, { mode: 0o600 });
  }

  /** `kind` and `sizes` of two captures, as bench/make-input.mjs takes them. */
  growth(what: Counted, kind: string, sizes: readonly [smaller: number, larger: number]): Growth {
    const [smaller, larger] = sizes.map((size) => this.run(what, this.capture(kind, size)));
    return {
      count: larger.count - smaller.count,
      packets: larger.packets - smaller.packets,
      payloadBytes: larger.payloadBytes - smaller.payloadBytes,
      reads: larger.reads - smaller.reads,
    };
  }

  /** Names of the files of code, of the program and of packages, that `dicomtap` with these words loads. */
  loaded(words: readonly string[]): string[] {
    const folder = mkdtempSync(join(this.folder, 'loaded-'));
    // What Node notes for coverage begins with a list of all code there was.
    const run = node([join(this.folder, 'dist', 'cli.js'), ...words], { NODE_V8_COVERAGE: folder });
    if (run.status !== 0) throw new Error(`${words.join(' ')}: status ${run.status}: ${run.stderr}`);
    const notes = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Coverage);
    const urls = notes.flatMap(({ result }) => result.map(({ url }) => url));
    return urls.flatMap((url) => {
      const own = /^dicomtap:(.*)$/.exec(url);
      if (own !== null) return [join(this.folder, 'dist', own[1])];
      return url.startsWith('file:') ? [fileURLToPath(url)] : [];
    });
  }

  /**
   * Names of the program's files of which V8 compiles the text itself: bytecode of them is not there, or does not fit.
   */
  notTaken(words: readonly string[]): string[] {
    const preload = ['--import', join(root, 'test', 'guard', 'not-taken.mjs')];
    const run = node([...preload, join(this.folder, 'dist', 'cli.js'), ...words]);
    return run.stderr.split('\n').flatMap((line) => /^not taken: (.*)$/.exec(line)?.[1] ?? []);
  }

  /** What optimised code relied on, and V8 was made to give up, while a capture was replayed, of all threads. */
  givenUp(kind: string, size: number): string[] {
    const words = ['replay', this.capture(kind, size), '--db', this.newStore(), '--hash-key', join(this.folder, 'key')];
    const run = node(['--trace-protector-invalidation', join(this.folder, 'dist', 'cli.js'), ...words]);
    if (run.status !== 0) throw new Error(`replay: status ${run.status}: ${run.stderr}`);
    return run.stdout.split('\n').flatMap((line) => /^Invalidating protector cell (\w+)/.exec(line)?.[1] ?? []);
  }

  /** What `dicomtap` with these words writes when no package lies beside or above its files. */
  alone(words: readonly string[]): string {
    const folder = mkdtempSync(join(tmpdir(), 'guard-alone-'));
    try {
      cpSync(join(this.folder, 'dist'), join(folder, 'dist'), { recursive: true });
      copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
      return node([join(folder, 'dist', 'cli.js'), ...words]).stdout;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** The licences that go with the code of packages. */
  licences(): string {
    return readFileSync(join(this.folder, 'dist', 'LICENSES.txt'), 'utf8');
  }

  /** `replay` of a capture without packets, into a store that is not there yet. */
  emptyReplay(): string[] {
    return ['replay', this.capture('empty', 0), '--db', this.newStore(), '--hash-key', join(this.folder, 'key')];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private newStore(): string {
    return join(mkdtempSync(join(this.folder, 'store-')), 'store.db');
  }

  private capture(kind: string, size: number): string {
    const file = join(this.folder, `${kind}-${size}.pcap`);
    if (existsSync(file)) return file;
    const made = node([join(root, 'bench', 'make-input.mjs'), kind, file, String(size)]);
    if (made.status !== 0) throw new Error(made.stderr);
    return file;
  }

  private run(what: Counted, capture: string): Growth {
    const store = join(this.folder, 'store.db');
    const countTo = join(this.folder, 'count');
    rmSync(store, { force: true });
    const preload = ['--import', join(root, 'test', 'guard', 'counting.mjs')];
    const words = ['replay', capture, '--db', store, '--hash-key', join(this.folder, 'key'), '--json'];
    const run = node([...flags, ...preload, join(this.folder, 'dist', 'cli.js'), ...words], {
      COUNT: what,
      COUNT_TO: countTo,
    });
    if (run.status !== 0) throw new Error(`replay: status ${run.status}: ${run.stderr}`);
    const { packets } = JSON.parse(run.stdout).totals;
    const bytes = statSync(capture).size;
    return {
      count: Number(readFileSync(countTo, 'utf8')),
      packets,
      payloadBytes: bytes - fileHeaderBytes - packets * headerBytes,
      reads: Math.ceil(bytes / limits.readBytes),
    };
  }
}

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

function node(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, NODE_OPTIONS: '', ...environment };
  return spawnSync(process.execPath, words, { encoding: 'utf8', env, maxBuffer: 1 << 28 });
}
