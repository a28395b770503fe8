import type { Batch } from '../capture/batch.ts';
import { Heads } from '../decode/heads.ts';
import { LossBook } from '../ledger/losses.ts';
import type { Losses, Micros, StreamBytes } from '../model/records.ts';
import type { Policy } from '../policy/policy.ts';
import { nothingCounted, summedLosses, type Totals, together } from './counted.ts';
import type { Held } from './dissector.ts';
import type { Counted, FromDissector, ToDissector, Told } from './far-dissector.ts';
import { PacketBlock, spanOf } from './packet-block.ts';
import { Registrar, type RegistrarOptions } from './registrar.ts';
import { type StatedAt, StatementReader } from './statement-reader.ts';
import { KnownLists } from './values.ts';

export interface SplitOptions extends Omit<RegistrarOptions, 'at'> {
  /** Errors of ours below an analyzer, as text. */
  readonly bug?: ((stack: unknown) => void) | undefined;
}

/** A thread with a `FarDissector` at its other end, each with another share of the connections. */
export interface DissectorPort {
  postMessage(message: ToDissector): void;
  on(event: 'message', take: (message: FromDissector) => void): unknown;
  on(event: 'error', take: (error: Error) => void): unknown;
  on(event: 'exit', take: () => void): unknown;
  terminate(): unknown;
}

/** Blocks of packets under way: who is ahead waits for who is behind. */
const blocksMax = 6;

/**
 * The engine in several threads: every dissector sees all packets and reads the connections of its share; here what
 * they state is put in the order in which one dissector would have stated it, and is made records of. So these are the
 * same, byte for byte, batch for batch.
 */
export class SplitSensor {
  private readonly options: SplitOptions;
  private readonly registrar: Registrar;
  private readonly at: StatedAt = { seconds: 0, nanos: 0, input: 0, frame: 0 };
  private readonly lanes: readonly Lane[];
  /** Moments (`Order`) given out. */
  private moment = 0;
  private finishAt = Number.POSITIVE_INFINITY;
  /** What is to be done here once everything was stated up to a moment. */
  private readonly acts: Act[] = [];
  private readonly heads = new Heads();
  private readonly blocks: PacketBlock[] = [];
  private readonly free: number[] = [];
  /** By command under way, its block, or none. */
  private readonly underWay: (number | null)[] = [];
  /** Commands that every dissector has answered. */
  private answered = 0;
  private waiting: Waiting[] = [];
  private failure: Error | null = null;
  private ended = false;
  private readonly inputLosses: Losses[][] = [];
  private readonly book = new LossBook();

  constructor(options: SplitOptions, ports: readonly DissectorPort[]) {
    this.options = options;
    this.registrar = new Registrar({ ...options, at: this.at });
    const lists = new KnownLists();
    this.lanes = ports.map((port) => ({ port, reader: new StatementReader(lists), told: null, answers: 0 }));
    this.lanes.forEach((lane, index) => {
      lane.port.on('message', (message) => this.hear(lane, index, message));
      lane.port.on('error', (error) => this.fail(error));
      lane.port.on('exit', () => this.fail(new Error('a thread of the engine ended')));
    });
  }

  input(capture: string): number {
    return this.registrar.input(capture);
  }

  packets(batch: Batch, from: number, to: number, input: number): void {
    const span = spanOf(batch, from, to);
    const length = span[1] - span[0];
    const number = this.free.pop() ?? this.blocks.length;
    const isNew = this.blocks[number]?.holds(length) !== true;
    if (isNew) this.blocks[number] = PacketBlock.of(length);
    const block = this.blocks[number];
    this.heads.list(batch, from, to);
    block.fill(batch, this.heads.rows, from, to, span);
    this.moment += to - from;
    this.give({ kind: 'packets', block: number, memory: isNew ? block.memory : null, count: to - from, input }, number);
  }

  /** Packet time of what was used, in microseconds. */
  get now(): Micros {
    return this.lanes[0].told?.now ?? 0;
  }

  advance(micros: Micros | null = null): void {
    this.moment++;
    this.afterwards((now) => this.registrar.flush('asked', now));
    this.give({ kind: 'advance', micros });
  }

  /** Resolves when all records are written, and the threads are over. */
  async finish(): Promise<void> {
    this.moment++;
    this.finishAt = this.moment;
    this.afterwards((now) => this.registrar.flush('end', now));
    this.give({ kind: 'finish' });
    await this.settled();
    this.ended = true;
    for (const { port } of this.lanes) port.terminate();
  }

  /** What is to be waited for before more packets are given. */
  room(): Promise<void> | null {
    return this.until(() => this.underWay.length < blocksMax);
  }

  /** What is to be waited for until records were made of everything that was given. */
  settled(): Promise<void> | null {
    return this.until(() => this.underWay.length === 0);
  }

  notCaptured(input: number, packets: number): void {
    this.book.add('not-captured', packets, 0);
    this.book.settle(input);
  }

  interrupted(input: number): void {
    this.moment++;
    this.give({ kind: 'interrupted', input });
  }

  usePolicy(policy: Policy): void {
    this.afterwards(() => this.registrar.usePolicy(policy));
    this.merge();
  }

  get totals(): Totals {
    const { packets, bytes, connections } = this.all;
    return { packets, bytes, connections, ...this.registrar.totals };
  }

  get protocols(): ReadonlyMap<string, number> {
    return this.all.protocols;
  }

  get streamBytes(): StreamBytes {
    return this.all.streamBytes;
  }

  get held(): Held {
    return this.all.held;
  }

  losses(input?: number): Losses {
    const theirs = input === undefined ? [this.all.losses] : this.inputLosses.map((byInput) => byInput[input] ?? {});
    return summedLosses([...theirs, this.book.losses(input)]);
  }

  get linkTypesUnsupported(): ReadonlyMap<number, number> {
    return this.all.linkTypes;
  }

  get encapsulationsUnsupported(): ReadonlyMap<number, number> {
    return this.all.encapsulations;
  }

  private get all(): Counted {
    return together(this.lanes.map(({ told }) => told ?? nothingCounted));
  }

  private give(command: ToDissector, block: number | null = null): void {
    if (this.failure !== null) throw this.failure;
    this.underWay.push(block);
    for (const { port } of this.lanes) port.postMessage(command);
  }

  /** To be done here once everything was stated up to now. */
  private afterwards(act: Act['act']): void {
    this.acts.push({ moment: this.moment, now: this.now, act });
  }

  private hear(lane: Lane, index: number, message: FromDissector): void {
    if (message.kind === 'bug') {
      this.options.bug?.(message.stack);
      return;
    }
    lane.told = message;
    lane.answers++;
    lane.reader.take(message.statements);
    this.inputLosses[index] ??= [];
    this.inputLosses[index][message.input] = message.inputLosses;
    for (const act of this.acts) if (act.moment === message.moment) act.now = message.now;
    try {
      this.merge();
    } catch (error) {
      this.fail(error as Error);
    }
  }

  /** Makes records of what everybody has stated, in the order of one dissector, and cuts batches where that would. */
  private merge(): void {
    const { lanes, registrar, acts, at } = this;
    const until = Math.min(...lanes.map(({ told }) => told?.moment ?? 0));
    for (;;) {
      const { reader } = foremost(lanes);
      const { moment, now } = reader;
      if (acts.length > 0 && acts[0].moment < moment && acts[0].moment <= until) {
        const act = acts.shift() as Act;
        act.act(act.now);
        continue;
      }
      if (moment > until) break;
      reader.state(registrar, at);
      if (registrar.due && moment < this.finishAt && foremost(lanes).reader.moment > moment)
        registrar.flush('full', now);
    }
    this.release();
  }

  private release(): void {
    const answers = Math.min(...this.lanes.map((lane) => lane.answers));
    for (; this.answered < answers; this.answered++) {
      const block = this.underWay.shift() as number | null;
      if (block !== null) this.free.push(block);
    }
    const waiting = this.waiting.filter(({ until }) => !until());
    const done = this.waiting.filter((each) => !waiting.includes(each));
    this.waiting = waiting;
    for (const { resolve } of done) resolve();
  }

  private until(until: () => boolean): Promise<void> | null {
    if (this.failure !== null) throw this.failure;
    if (until()) return null;
    return new Promise((resolve, reject) => this.waiting.push({ until, resolve, reject }));
  }

  /** Without one of them the rest is worth nothing. */
  private fail(error: Error): void {
    if (this.ended || this.failure !== null) return;
    this.failure = error;
    for (const { port } of this.lanes) port.terminate();
    for (const { reject } of this.waiting) reject(error);
    this.waiting = [];
  }
}

interface Lane {
  readonly port: DissectorPort;
  readonly reader: StatementReader;
  /** Its last answer. */
  told: Told | null;
  answers: number;
}

interface Act {
  readonly moment: number;
  /** Packet time then. */
  now: Micros;
  readonly act: (now: Micros) => void;
}

interface Waiting {
  readonly until: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Who made the next statement; of two at once the first. */
function foremost(lanes: readonly Lane[]): Lane {
  let first = lanes[0];
  for (const lane of lanes) if (lane.reader.before(first.reader)) first = lane;
  return first;
}
