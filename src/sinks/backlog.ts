import type { Database, Statement } from 'better-sqlite3';
import type { LogRecord, Micros, SinkRecord } from '../model/records.ts';
import { SinkCursors } from '../store/sink-cursors.ts';
import type { OutMessage, Sensor } from './message.ts';
import { MessageReader } from './message-reader.ts';
import { type GivenUp, isGivenUp, Overflow } from './overflow.ts';
import { gap } from './own-words.ts';
import type { SinkSettings } from './settings.ts';
import { Suppression } from './suppression.ts';
import { wantedBy, wantedKinds } from './wanted.ts';

export interface BacklogOptions {
  readonly sink: SinkSettings;
  /** Such as `syslog-tls`. */
  readonly kind: string;
  readonly sensor: Sensor;
  /** Where a sink begins that was not there before. */
  readonly from: 'begin' | 'end';
  /** Wall clock, ms. */
  readonly now: () => number;
}

/** What a sink remembers beside its place. */
interface Notes {
  readonly held?: Record<string, number>;
  readonly givenUp?: GivenUp;
  /** Of `lost`, how many were told of. */
  readonly lostTold?: number;
}

/**
 * What waits for one sink: its place in the log and the messages after it. Two places: what was read, and (the cursor)
 * what is confirmed. Synchronous; each call reads a bounded number of lines.
 */
export class Backlog {
  readonly #options: BacklogOptions;
  readonly #cursors: SinkCursors;
  readonly #reader: MessageReader;
  readonly #overflow: Overflow;
  readonly #suppression: Suppression;
  readonly #wanted: (message: OutMessage) => boolean;
  readonly #kinds: ReadonlySet<string>;
  readonly #markAfter: Statement;
  #record: SinkRecord;
  /** As it was saved last. */
  #saved = '';
  /** Last line that was read. */
  #read: number;
  #more = true;
  #givenUp: GivenUp | null;
  /** Lines that retention took, of which a gap has told. */
  #lostTold: number;
  /** Gaps that are told with what is read but not confirmed. */
  #telling: { readonly givenUp: boolean; readonly lost: number; readonly count: number } | null = null;
  #toldGivenUp: boolean;
  #checkedMs = Number.NEGATIVE_INFINITY;
  #behindSinceMs: number | null = null;

  constructor(database: Database, options: BacklogOptions) {
    const { sink, sensor, kind, from } = options;
    this.#options = options;
    this.#cursors = new SinkCursors(database);
    this.#reader = new MessageReader(database, sensor);
    const kinds = wantedKinds(sink.send);
    this.#kinds = new Set(kinds);
    this.#overflow = new Overflow(database, kinds);
    this.#wanted = wantedBy(sink);
    this.#markAfter = database.prepare('SELECT time FROM log_mark WHERE seq > ? ORDER BY seq LIMIT 1').pluck();
    this.#record = this.#cursors.register(sink.name, kind, kinds, from);
    const notes = this.#record.notes as Notes;
    this.#suppression = new Suppression(sink.repeatMinutes * 60_000, notes.held);
    this.#read = this.#record.cursor;
    this.#givenUp = notes.givenUp ?? null;
    this.#toldGivenUp = notes.givenUp !== undefined;
    this.#lostTold = notes.lostTold ?? 0;
  }

  get record(): SinkRecord {
    return this.#record;
  }

  /** Whether lines may be left that were not read yet. */
  get more(): boolean {
    return this.#more;
  }

  /** When news that is held back goes out, wall clock in ms; null for none. */
  get nextMs(): number | null {
    return this.#suppression.nextMs;
  }

  /** The next messages, at most `most`, in the order of the log; `all` also those that are held back. */
  next(most: number, all = false): OutMessage[] {
    const found = this.#gaps();
    this.#news(found, most, all);
    const lines = this.#cursors.lines(this.#read, LINES_AT_ONCE);
    let taken = 0;
    for (const line of lines) {
      if (found.length >= most) break;
      taken++;
      this.#read = line.seq;
      const message = this.#messageOf(line);
      if (message !== null) found.push(message);
    }
    this.#more = taken < lines.length || lines.length === LINES_AT_ONCE;
    return found;
  }

  /** All that was read is delivered. */
  confirm(counts: { readonly delivered: number; readonly dropped: number }): void {
    this.#suppression.confirm();
    const { delivered, dropped } = counts;
    const told = this.#telling;
    if (told !== null) {
      this.#toldGivenUp ||= told.givenUp;
      this.#lostTold += told.lost;
      this.#telling = null;
    }
    if (this.#givenUp !== null && this.#toldGivenUp && this.#read >= this.#givenUp.lastSeq) {
      this.#givenUp = null;
      this.#toldGivenUp = false;
    }
    this.#record = {
      ...this.#record,
      cursor: this.#read,
      delivered: this.#record.delivered + delivered,
      dropped: this.#record.dropped + dropped + (told?.count ?? 0),
      notes: this.#notes(),
      lastConfirmed: delivered > 0 ? this.#options.now() * 1000 : this.#record.lastConfirmed,
    };
  }

  /** Back to what is confirmed: `repeated` messages went out in vain. */
  rewind(repeated: number): void {
    this.#suppression.rewind();
    this.#telling = null;
    this.#read = this.#record.cursor;
    this.#more = true;
    this.#checkedMs = Number.NEGATIVE_INFINITY;
    this.#record = { ...this.#record, repeated: this.#record.repeated + repeated };
  }

  /** Into the store. Throws what SQLite throws: then the store still has an older place, which costs repetitions. */
  save(lastError: string | null): void {
    this.#record = { ...this.#record, lastError };
    const { kind: _, wants: __, lost: ___, lostTo: ____, ...progress } = this.#record;
    const text = JSON.stringify(progress);
    if (text === this.#saved) return;
    this.#cursors.save(progress);
    this.#saved = text;
  }

  waiting(): number {
    return this.#overflow.waiting(this.#record.cursor) + Object.keys(this.#suppression.held).length;
  }

  /**
   * Age of the oldest line that waits, µs, where the log was marked; else since when it is known that something does.
   */
  lagMicros(waiting: number): Micros {
    const nowMs = this.#options.now();
    if (waiting === 0) {
      this.#behindSinceMs = null;
      return 0;
    }
    this.#behindSinceMs ??= nowMs;
    const mark = this.#markAfter.get(this.#record.cursor) as Micros | undefined;
    return Math.max(0, nowMs * 1000 - (mark ?? this.#behindSinceMs * 1000));
  }

  #messageOf({ seq, kind, recordId, removed }: LogRecord): OutMessage | null {
    if (!this.#kinds.has(kind)) return null;
    if (removed) this.#suppression.drop(recordId);
    const message = removed ? null : this.#reader.message(kind, recordId);
    if (message === null || !this.#wanted(message)) return null;
    if (this.#givenUp !== null && isGivenUp(this.#givenUp, seq, message.severity)) return null;
    return this.#suppression.offer(message, this.#options.now()) ? message : null;
  }

  /** News of alerts that was held back until now. */
  #news(found: OutMessage[], most: number, all: boolean): void {
    const nowMs = this.#options.now();
    for (const id of this.#suppression.due(nowMs, all)) {
      if (found.length >= most) return;
      const message = this.#reader.message('alert', id);
      if (message === null || !this.#wanted(message)) {
        this.#suppression.drop(id);
        continue;
      }
      this.#suppression.tell(message, nowMs);
      found.push(message);
    }
  }

  /** Looked at when delivery begins anew, and some of the time. */
  #gaps(): OutMessage[] {
    const nowMs = this.#options.now();
    if (nowMs - this.#checkedMs < CHECK_MS || this.#telling !== null) return [];
    this.#checkedMs = nowMs;
    const { sink, sensor } = this.#options;
    const found: OutMessage[] = [];
    const { lost, lostTo } = this.#cursors.get(sink.name) ?? this.#record;
    const more = lost - this.#lostTold;
    if (more > 0) {
      const lines = { firstSeq: this.#record.cursor + 1, lastSeq: lostTo, dropped: {}, count: more };
      found.push(gap(sensor, sink.name, nowMs * 1000, { why: 'trimmed', ...lines }));
    }
    const fresh = this.#planned();
    if (fresh !== null) found.push(gap(sensor, sink.name, nowMs * 1000, { why: 'quota', ...linesOf(fresh) }));
    if (found.length > 0) this.#telling = { givenUp: fresh !== null, lost: more, count: more + (fresh?.count ?? 0) };
    return found;
  }

  /** What is given up, when that was not told yet. */
  #planned(): GivenUp | null {
    const { sink } = this.#options;
    if (this.#givenUp === null && this.#overflow.waiting(this.#read) > sink.waitingMax) {
      this.#givenUp = this.#overflow.givenUp(this.#read, sink.waitingMax);
    }
    return this.#toldGivenUp ? null : this.#givenUp;
  }

  #notes(): Record<string, unknown> {
    const givenUp = this.#toldGivenUp ? this.#givenUp : null;
    const notes: Notes = {
      held: this.#suppression.held,
      lostTold: this.#lostTold,
      ...(givenUp === null ? {} : { givenUp }),
    };
    return { ...notes };
  }
}

function linesOf({ firstSeq, lastSeq, dropped, count }: GivenUp) {
  return { firstSeq, lastSeq, dropped, count };
}

const LINES_AT_ONCE = 500;
const CHECK_MS = 10_000;
