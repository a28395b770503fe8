import { OperatorError } from '../model/errors.ts';
import type { CaptureRecord, RecordBatch } from '../model/records.ts';
import { BatchDecoder } from './batch-decoder.ts';
import { mayBeStore, moveAway } from './damaged.ts';
import { bytesOnDisk } from './disk-use.ts';
import { isDamage, sqliteCode } from './failures.ts';
import type { NewHealth } from './health-rows.ts';
import type { Keeping } from './keeping.ts';
import { type LiveEntry, type LiveRun, LiveSession } from './live-session.ts';
import { type Failure, failureOf } from './recorder-thread.ts';
import type { Clock } from './retention.ts';
import type { NewRun } from './runs.ts';
import type { Ending } from './writer.ts';

/**
 * What a person should know of the store, once: it cannot be written and why, it can again, a damaged one was moved.
 */
export interface StoreNotice {
  readonly level: 'info' | 'error';
  readonly sentence: string;
}

/** What the thread is begun with. */
export interface LiveData {
  readonly path: string;
  readonly run: NewRun;
  /** Of a run that had begun before this thread. */
  readonly runId: number | null;
  readonly keeping: Keeping;
  /**
   * How long records wait for others to be committed with, how soon what failed is tried again, and how often it is
   * looked for what has to go: 200 ms, 1 s and 1 s.
   */
  readonly flushMs: number;
  readonly retryMs: number;
  readonly tickMs: number;
}

/** `seq` numbers entries, ascending. */
export type ToLive =
  | { readonly kind: 'batch'; readonly seq: number; readonly records: number; readonly bytes: Uint8Array }
  | { readonly kind: 'capture'; readonly seq: number; readonly record: Omit<CaptureRecord, 'runId'> }
  | { readonly kind: 'health'; readonly seq: number; readonly record: NewHealth }
  | { readonly kind: 'keep'; readonly keeping: Keeping }
  | { readonly kind: 'finish'; readonly ending: Ending };

/** `done`: all up to `seq` is committed, but for so many records that were refused. */
export type FromLive =
  | { readonly kind: 'open'; readonly runId: number | null }
  | { readonly kind: 'unopenable'; readonly failure: Failure }
  | { readonly kind: 'done'; readonly seq: number; readonly refused: number }
  | { readonly kind: 'size'; readonly bytes: number }
  | { readonly kind: 'trouble'; readonly sentence: string | null }
  | { readonly kind: 'notice'; readonly notice: StoreNotice }
  | { readonly kind: 'finished'; readonly all: boolean };

/**
 * The thread that has the store of a live run. Entries wait here until 100 records are together or 200 ms have passed,
 * and are committed in their order. What fails for the disk, the file or its locks is told once, and tried again until
 * it works; a damaged database is moved away. Written again after a failure or a kill, an entry changes nothing.
 */
export class LiveThread {
  readonly #data: LiveData;
  readonly #send: (message: FromLive) => void;
  readonly #clock: Clock;
  readonly #open: OpenSession;
  readonly #decoder = new BatchDecoder();
  readonly #run: LiveRun;
  readonly #waiting: Waiting[] = [];
  readonly #captures = new Map<string, Omit<CaptureRecord, 'runId'>>();
  #records = 0;
  #keeping: Keeping;
  #session: LiveSession | null = null;
  #trouble: string | null = null;
  /** So many entries are tried one by one, for one of them cannot be written. */
  #single = 0;
  #held = false;
  #timer: NodeJS.Timeout | null = null;
  #keeper: NodeJS.Timeout | null = null;
  #keepingHouse = false;

  /** `open` makes a session. */
  constructor(
    data: LiveData,
    send: (message: FromLive) => void,
    clock: Clock = systemClock,
    open: OpenSession = (...parts) => new LiveSession(...parts),
  ) {
    this.#open = open;
    this.#data = data;
    this.#send = send;
    this.#clock = clock;
    this.#keeping = data.keeping;
    this.#run = { run: data.run, id: data.runId };
  }

  /** Opens the store. What an operator has to mend first is told as `unopenable`; anything else will be tried again. */
  begin(): void {
    let failed: unknown = null;
    try {
      this.#opened();
    } catch (error) {
      if (isMistake(error, this.#data.path)) {
        this.#send({ kind: 'unopenable', failure: failureOf(error) });
        return;
      }
      failed = error;
    }
    this.#send({ kind: 'open', runId: this.#run.id });
    if (failed !== null) this.#failed(failed);
    this.#keeper = setInterval(() => this.#tick(), this.#data.tickMs);
  }

  take(message: ToLive): void {
    switch (message.kind) {
      case 'keep':
        this.#keeping = message.keeping;
        this.#try(() => this.#session?.keep(message.keeping));
        return;
      case 'finish':
        this.#finish(message.ending);
        return;
      case 'batch':
        for (const batch of this.#decoder.decode(message.bytes)) {
          this.#wait({ kind: 'batch', batch }, message.seq, message.records);
        }
        return;
      case 'capture':
        this.#captures.set(message.record.id, message.record);
        this.#wait({ kind: 'capture', record: message.record }, message.seq, 1);
        return;
      case 'health':
        this.#wait({ kind: 'health', record: message.record }, message.seq, 1);
    }
  }

  #wait(entry: LiveEntry, seq: number, records: number): void {
    this.#waiting.push({ entry, seq, records });
    this.#records += records;
    // In trouble the time to try again is set.
    if (this.#trouble !== null) return;
    if (this.#records >= RECORDS_PER_COMMIT) this.#attempt();
    else this.#timer ??= setTimeout(() => this.#attempt(), this.#data.flushMs);
  }

  #attempt(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#try(() => {
      const session = this.#opened();
      if (this.#trouble !== null) session.relieve();
      this.#check(session);
      while (this.#waiting.length > 0) this.#writeSome(session);
      if (this.#trouble !== null) session.keepHouse();
      this.#recovered();
    });
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed(error);
    }
  }

  #opened(): LiveSession {
    if (this.#session !== null) return this.#session;
    const { path } = this.#data;
    try {
      this.#session = this.#open(path, this.#run, this.#keeping, this.#clock);
    } catch (error) {
      if (!isDamage(error) || !mayBeStore(path)) throw error;
      this.#moveAway();
      this.#session = this.#open(path, this.#run, this.#keeping, this.#clock);
    }
    if (this.#session.begun) for (const record of this.#captures.values()) this.#session.capture(record);
    return this.#session;
  }

  #moveAway(): void {
    const { path } = this.#data;
    this.#session?.abandon();
    this.#session = null;
    const to = moveAway(path, new Date(this.#clock.wall() / 1000));
    this.#notice('error', `the database ${path} is damaged: it was moved to ${to}, and a new one is begun`);
  }

  /** The next entries that go together. */
  #writeSome(session: LiveSession): void {
    const [first] = this.#waiting;
    if (first.entry.kind === 'batch') this.#writeBatches(session);
    else {
      if (first.entry.kind === 'capture') session.capture(first.entry.record);
      else session.health(first.entry.record);
      this.#done(1, 0);
    }
  }

  #writeBatches(session: LiveSession): void {
    const batches: RecordBatch[] = [];
    let records = 0;
    for (const { entry, records: more } of this.#waiting) {
      if (entry.kind !== 'batch' || records >= RECORDS_PER_COMMIT) break;
      batches.push(entry.batch);
      records += more;
      if (this.#single > 0) break;
    }
    try {
      this.#done(batches.length, session.write(batches));
    } catch (error) {
      if (error instanceof OperatorError) throw error;
      // A bug, and no reason to write nothing more: the batch that shows it is refused.
      if (this.#single === 0) this.#single = batches.length;
      else {
        this.#notice('error', `records that could not be written were refused: ${(error as Error).message}`);
        this.#done(1, this.#waiting[0].records);
      }
    }
  }

  #done(entries: number, refused: number): void {
    const done = this.#waiting.splice(0, entries);
    for (const { records } of done) this.#records -= records;
    this.#single = Math.max(0, this.#single - entries);
    this.#send({ kind: 'done', seq: done[done.length - 1].seq, refused });
  }

  /** A reader that holds the write-ahead log is told of when it begins to. */
  #check(session: LiveSession): void {
    const held = session.check();
    if (held && !this.#held) {
      const { path } = this.#data;
      this.#notice(
        'error',
        `a program has been reading ${path} for long: its write-ahead log grows until that is done`,
      );
    }
    this.#held = held;
  }

  #failed(error: unknown): void {
    if (isDamage(error) && this.#session !== null) {
      this.#try(() => this.#moveAway());
      this.#timer ??= setTimeout(() => this.#attempt(), 0);
      return;
    }
    const sentence = (error as Error).message;
    if (this.#trouble === null) this.#notice('error', `${sentence}: records wait in memory`);
    if (this.#trouble !== sentence) this.#send({ kind: 'trouble', sentence });
    this.#trouble = sentence;
    if (!canStayOpen(error)) {
      this.#session?.abandon();
      this.#session = null;
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#attempt(), this.#data.retryMs);
  }

  #recovered(): void {
    if (this.#trouble === null) return;
    this.#trouble = null;
    this.#send({ kind: 'trouble', sentence: null });
    this.#notice('info', `${this.#data.path} is written again`);
  }

  #notice(level: StoreNotice['level'], sentence: string): void {
    this.#send({ kind: 'notice', notice: { level, sentence } });
  }

  /** Now and then. */
  #tick(): void {
    this.#send({ kind: 'size', bytes: bytesOnDisk(this.#data.path) });
    if (this.#trouble !== null || this.#session === null) return;
    if (this.#held) this.#try(() => this.#session !== null && this.#check(this.#session));
    if (!this.#keepingHouse) this.#keepHouse();
  }

  /** Step after step, records between them. */
  #keepHouse(): void {
    this.#keepingHouse = false;
    if (this.#trouble !== null || this.#session === null) return;
    this.#try(() => {
      this.#keepingHouse = this.#session?.keepHouse() === true;
    });
    if (this.#keepingHouse) setImmediate(() => this.#keepHouse());
  }

  #finish(ending: Ending): void {
    if (this.#keeper !== null) clearInterval(this.#keeper);
    this.#attempt();
    if (this.#timer !== null) clearTimeout(this.#timer);
    const all = this.#waiting.length === 0;
    this.#try(() => (this.#trouble === null ? this.#session?.finish(ending) : this.#session?.abandon()));
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#session = null;
    this.#send({ kind: 'finished', all });
  }
}

export type OpenSession = (...parts: ConstructorParameters<typeof LiveSession>) => LiveSession;

interface Waiting {
  readonly entry: LiveEntry;
  readonly seq: number;
  readonly records: number;
}

const systemClock: Clock = { wall: () => Date.now() * 1000, elapsedMs: () => performance.now() };

const RECORDS_PER_COMMIT = 100;

/** What an operator has to mend before a sensor can begin: anything that is not the disk's. */
function isMistake(error: unknown, path: string): boolean {
  if (!(error instanceof OperatorError)) return true;
  if (error.code === 'store-write-failed') return false;
  if (error.code === 'store-not-ours') return !(isDamage(error) && mayBeStore(path));
  if (error.code === 'store-busy') return error.cause === undefined;
  if (error.code !== 'store-unopenable') return true;
  const code = sqliteCode(error.cause) ?? (error.cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  return !/^(SQLITE_(FULL|IOERR|BUSY|READONLY)|ENOSPC|EDQUOT|EROFS|EIO)/.test(code);
}

/** Whether the file as it is open may be written again; else it is opened anew. */
function canStayOpen(error: unknown): boolean {
  const code = sqliteCode((error as Error).cause);
  return error instanceof OperatorError && (code === null || /^SQLITE_(FULL|BUSY|LOCKED)/.test(code));
}
