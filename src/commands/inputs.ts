import { resolve } from 'node:path';
import type { Batch } from '../capture/batch.ts';
import { decompressed } from '../capture/compression.ts';
import { type FoundFile, type InputProblem, reasonOf } from '../capture/files.ts';
import { changed, type FollowOptions, FollowSource, nextRingFile } from '../capture/follow.ts';
import { type InputSource, rawSource } from '../capture/input-source.ts';
import type { Series, SeriesBatch } from '../capture/merge.ts';
import { openCapture } from '../capture/open.ts';
import type { Outside } from '../capture/range.ts';
import type { CaptureReader } from '../capture/reader.ts';
import type { PacketTime } from '../capture/series.ts';
import type { ReadLimits } from '../capture/window.ts';
import type { Micros } from '../model/records.ts';
import { counted } from './quantities.ts';

/** One capture: opened when its turn comes, read to its end, and what became of it. */
export class CaptureInput {
  readonly path: string;
  readonly size: number;
  firstTime: PacketTime | null = null;
  format: 'pcap' | 'pcapng' | null = null;
  packets = 0;
  /** Bytes of these packets on the wire. */
  bytes = 0;
  firstMicros: Micros | null = null;
  lastMicros: Micros | null = null;
  readonly linkTypes = new Set<number>();
  /** Left out by a time range. */
  readonly outside: Outside = { packets: 0, bytes: 0 };
  /** Why nothing of it can be read; null while something can. */
  problem: InputProblem | null = null;
  /** Why it was not read to its proper end: "FILE …"; null while all is well. */
  error: string | null = null;
  /** What to do about it. */
  remedy: string | null = null;
  /** What the engine and the store call it; set with its first packets. */
  number = -1;
  captureId: string | null = null;
  /** Whether something is missing at its end, or all of it. */
  cut = false;
  /** Packets that its recorder says it dropped. */
  dropped = 0;
  /** Read to its end, proper or not. */
  finished = false;

  private readonly file: FoundFile;
  private readonly follow: FollowOptions | null;
  private source: InputSource | null = null;
  private reader: CaptureReader | null = null;
  private readonly limits: ReadLimits;
  /** Packets read while looking for the first one. */
  private held: Batch | null = null;

  constructor(file: FoundFile, limits: ReadLimits, follow: FollowOptions | null = null) {
    this.file = file;
    this.limits = limits;
    this.path = file.path;
    this.size = file.size;
    this.follow = follow;
  }

  /** Bytes of it, as stored, read so far. */
  get consumed(): number {
    if (this.source !== null) return this.source.consumed;
    return this.finished ? this.size : 0;
  }

  /**
   * Learns the time of the first packet; `told` may look at the first packets. Unless `keep`, the file is closed again,
   * to be opened when its turn comes.
   */
  async peek(keep: boolean, told: (batch: Batch) => void = () => {}): Promise<void> {
    await this.open();
    if (this.reader === null) return;
    this.held = await this.reader.next();
    if (this.held !== null) this.firstTime = { seconds: this.held.seconds[0], nanos: this.held.nanos[0] };
    if (this.held !== null) told(this.held);
    if (keep || this.file.once) return;
    this.close();
  }

  /** The next packets, or null at the end. */
  async next(): Promise<Batch | null> {
    if (this.finished) return null;
    if (this.reader === null) await this.open();
    const batch = this.held ?? (await this.reader?.next()) ?? null;
    this.held = null;
    if (batch !== null) this.count(batch);
    else this.finish();
    return batch;
  }

  /** Ends it where it is, also while a read waits for more. */
  interrupt(): void {
    if (this.finished) return;
    this.error ??= 'was not read to its end: interrupted';
    this.close();
  }

  /** Packets of it could not be decoded: those on these link types (LINKTYPE_ numbers). */
  notDecoded(packets: number, linkTypes: readonly number[]): void {
    const types = `link type${linkTypes.length > 1 ? 's' : ''} ${linkTypes.join(', ')}`;
    this.error ??= `has ${counted(packets, 'packet')} of ${types}, which dicomtap does not decode`;
    this.remedy ??=
      'Record on an Ethernet, Linux cooked, raw IP, PPP or loopback interface: tcpdump -L -i NAME shows what it gives.';
  }

  private close(): void {
    this.dropped = Math.max(this.dropped, this.reader?.dropped ?? 0);
    this.held = null;
    this.source?.close();
    this.source = null;
    this.reader = null;
  }

  private async open(): Promise<void> {
    try {
      const { path, once } = this.file;
      const raw = this.follow === null ? rawSource(path, once) : new FollowSource(path, this.follow);
      this.source = raw;
      this.source = await decompressed(raw);
    } catch (error) {
      this.fail(`${this.path} cannot be read: ${reasonOf(error)}`, 'Check its permissions, and who runs the command.');
      return;
    }
    const opened = await openCapture(this.source, this.limits);
    if (opened.format !== null) {
      this.format = opened.format;
      this.reader = opened;
    } else if (opened.reason === 'empty' && this.source.error === null)
      this.end('is empty: it has no bytes', emptyRemedy);
    else if (this.source.error !== null) this.end(this.source.error, copyRemedy);
    else this.fail(`${this.path} is ${opened.reason}`, formatRemedy);
  }

  private finish(): void {
    this.error ??= this.source?.error ?? this.reader?.error ?? null;
    this.cut = this.error !== null;
    if (this.cut) this.remedy ??= this.packets > 0 ? `What came before is used. ${copyRemedy}` : copyRemedy;
    this.finished = true;
    this.close();
  }

  private end(error: string, remedy: string): void {
    this.error = error;
    this.remedy = remedy;
    this.finish();
  }

  private fail(sentence: string, remedy: string): void {
    this.problem = { path: this.path, code: 'input-unreadable', sentence, remedy };
    this.end(sentence.slice(this.path.length + 1), remedy);
  }

  private count(batch: Batch): void {
    const { count, original, seconds, nanos, linkType } = batch;
    let bytes = 0;
    let first = 0;
    let last = 0;
    let link = -1;
    for (let i = 0; i < count; i++) {
      bytes += original[i];
      // Nearly always in order: what is later than all before it is not earlier.
      if (seconds[i] > seconds[last] || (seconds[i] === seconds[last] && nanos[i] >= nanos[last])) last = i;
      else if (seconds[i] < seconds[first] || (seconds[i] === seconds[first] && nanos[i] < nanos[first])) first = i;
      if (linkType[i] !== link) {
        link = linkType[i];
        this.linkTypes.add(link);
      }
    }
    this.packets += count;
    this.bytes += bytes;
    if (count === 0) return;
    this.firstMicros = Math.min(this.firstMicros ?? Infinity, microsOf(batch, first));
    this.lastMicros = Math.max(this.lastMicros ?? 0, microsOf(batch, last));
  }
}

const copyRemedy = 'Copy the file again if its recorder still has it whole.';
const emptyRemedy = 'Its recorder wrote nothing, or its disk was full: check there.';
const formatRemedy =
  'Captures are pcap or pcapng, plain, gzip or zstd. Wireshark converts others: editcap -F pcapng FILE NEW.';

export function microsOf(batch: Batch, at: number): Micros {
  return batch.seconds[at] * 1_000_000 + Math.floor(batch.nanos[at] / 1000);
}

/** Inputs of one ring, one after the other. */
export class InputSeries implements Series {
  private readonly inputs: CaptureInput[];
  private readonly begun: (input: CaptureInput, batch: Batch) => void;
  private readonly successor: ((last: CaptureInput) => CaptureInput | null) | null;
  private readonly stopped: () => boolean;
  private at = 0;
  private lastPause = performance.now();

  /**
   * `begun` is called with an input's first packets, before they are handed on, and gives the input its number.
   * Ends when `stopped`. `successor` is asked at the end for a further input, when a ring is followed.
   */
  constructor(
    inputs: CaptureInput[],
    begun: (input: CaptureInput, batch: Batch) => void,
    stopped: () => boolean,
    successor: ((last: CaptureInput) => CaptureInput | null) | null = null,
  ) {
    this.inputs = inputs;
    this.begun = begun;
    this.stopped = stopped;
    this.successor = successor;
  }

  get firstTime(): PacketTime | null {
    return this.inputs[0].firstTime;
  }

  async next(): Promise<SeriesBatch | null> {
    await this.breathe();
    while (this.at < this.inputs.length && !this.stopped()) {
      const input = this.inputs[this.at];
      const batch = await input.next();
      if (batch !== null) {
        if (input.number < 0) this.begun(input, batch);
        return { batch, input: input.number };
      }
      this.at++;
      const next = this.at === this.inputs.length ? (this.successor?.(input) ?? null) : null;
      if (next !== null) this.inputs.push(next);
    }
    return null;
  }

  /** Plain files never wait: now and then signals and timers need their turn. */
  private async breathe(): Promise<void> {
    if (performance.now() - this.lastPause < 20) return;
    await new Promise((resume) => setImmediate(resume));
    this.lastPause = performance.now();
  }
}

/** What following a ring needs of its surroundings. */
interface RingOptions {
  readonly stopped: () => boolean;
  readonly idle: () => void;
  readonly limits: ReadLimits;
}

/** A ring that is still written: follows its newest file, and goes on to the next one when there is one. */
export class FollowedRing {
  private readonly stopped: () => boolean;
  private readonly idle: () => void;
  private readonly limits: ReadLimits;
  /** Files read to their end, with the time of their last change then. */
  private readonly done = new Map<string, bigint>();

  constructor({ stopped, idle, limits }: RingOptions) {
    this.stopped = stopped;
    this.idle = idle;
    this.limits = limits;
  }

  /** An older file of the ring was read before the one that grows. */
  skip(path: string): void {
    this.done.set(resolve(path), changed(path) ?? 0n);
  }

  input(path: string): CaptureInput {
    const over = (): boolean => nextRingFile(path, this.done) !== null;
    const follow = { stopped: this.stopped, over, idle: this.idle };
    return new CaptureInput({ path, size: 0, once: true }, this.limits, follow);
  }

  next(last: CaptureInput): CaptureInput | null {
    if (this.stopped()) return null;
    this.skip(last.path);
    const path = nextRingFile(last.path, this.done);
    return path === null ? null : this.input(path);
  }
}
